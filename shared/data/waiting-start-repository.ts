import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { waitingStartSchema } from '../model/schedule.ts';
import type { WaitingStartRepository } from '../schedules/ports.ts';
import { queryDue } from './due.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Times of schedules that wait for their flow. */
export function createWaitingStartRepository(table: Table): WaitingStartRepository {
  const { documents, name: TableName } = table;
  return {
    async create(waiting) {
      const { tenant_id, schedule_id, since } = waiting;
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: {
              ...keys.waitingStart(tenant_id, schedule_id),
              ...keys.waitingStarts(since, tenant_id, schedule_id),
              type: 'waiting_start',
              ...waiting,
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async find(tenantId, scheduleId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.waitingStart(tenantId, scheduleId), ConsistentRead: true }),
      );
      return Item && waitingStartSchema.parse(Item);
    },

    async list(tenantId) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.waitingStart(tenantId, '').pk, ':prefix': keys.waitingStartPrefix },
          ConsistentRead: true,
        }),
      );
      const waiting = Items.map((item) => waitingStartSchema.parse(item));
      return waiting.toSorted((a, b) => (a.since < b.since ? -1 : 1));
    },

    async due(now, { limit, after }) {
      const { gsi1pk: pk } = keys.waitingStarts();
      const { items, more } = await queryDue(table, { pk, after, until: `${now}#~`, limit });
      const waiting = items.map((item) => waitingStartSchema.parse(item));
      const next = items.at(-1)?.gsi1sk;
      return { waiting, ...(more && typeof next === 'string' ? { next } : {}) };
    },

    async remove({ tenant_id, schedule_id, due_at }) {
      try {
        await documents.send(
          new DeleteCommand({
            TableName,
            Key: keys.waitingStart(tenant_id, schedule_id),
            ConditionExpression: 'due_at = :due',
            ExpressionAttributeValues: { ':due': due_at },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}
