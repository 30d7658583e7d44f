import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type FailureRecord, failureRecordSchema } from '../model/failure-record.ts';
import type { FailureRepository } from '../sync/ports.ts';
import { getMany, writeMany } from './batches.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Most items one listing reads to fill a page when filters leave few of them: bounds the cost of a page. */
const readLimit = 1000;

/** Records that did not arrive. */
export function createFailureRepository(table: Table): FailureRepository {
  const { documents, name: TableName } = table;
  return {
    async find(tenantId, failureId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.failure(tenantId, failureId), ConsistentRead: true }),
      );
      return Item && failureRecordSchema.parse(Item);
    },

    async findMany(tenantId, failureIds) {
      const items = await getMany(
        table,
        failureIds.map((id) => keys.failure(tenantId, id)),
      );
      return items.map((item) => item && failureRecordSchema.parse(item));
    },

    save: (failures) =>
      writeMany(
        table,
        failures.map((record) => ({ PutRequest: { Item: failureItem(record) } })),
      ),

    remove: (tenantId, failureIds) =>
      writeMany(
        table,
        failureIds.map((id) => ({ DeleteRequest: { Key: keys.failure(tenantId, id) } })),
      ),

    async list(tenantId, { entity, state, runId, limit, after }) {
      const index = entity
        ? { IndexName: 'gsi2', pkName: 'gsi2pk', skName: 'gsi2sk', pk: keys.failuresByEntity(tenantId, entity).gsi2pk }
        : { IndexName: 'gsi1', pkName: 'gsi1pk', skName: 'gsi1sk', pk: keys.failures(tenantId).gsi1pk };
      const failures: FailureRecord[] = [];
      let before = after ?? '~';
      for (let read = 0; read < readLimit; ) {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            TableName,
            IndexName: index.IndexName,
            KeyConditionExpression: '#pk = :pk AND #sk < :before',
            ExpressionAttributeNames: { '#pk': index.pkName, '#sk': index.skName },
            ExpressionAttributeValues: { ':pk': index.pk, ':before': before },
            ScanIndexForward: false,
            Limit: limit,
          }),
        );
        for (const item of Items) {
          const record = failureRecordSchema.parse(item);
          before = position(record);
          read += 1;
          if ((state && record.state !== state) || (runId && record.run_id !== runId)) continue;
          failures.push(record);
          if (failures.length === limit) return { failures, next: before };
        }
        if (!LastEvaluatedKey) return { failures };
      }
      return { failures, next: before };
    },

    async acknowledge(tenantId, failureId, by, at) {
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: keys.failure(tenantId, failureId),
            UpdateExpression: 'SET #state = :acknowledged, acknowledged_by = :by, acknowledged_at = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':acknowledged': 'acknowledged', ':by': by, ':at': at },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes && failureRecordSchema.parse(Attributes);
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },
  };
}

function position(record: FailureRecord): string {
  return keys.failures(record.tenant_id, record.last_failed_at, record.failure_id).gsi1sk;
}

function failureItem(record: FailureRecord): Record<string, unknown> {
  const { tenant_id, failure_id, entity, last_failed_at } = record;
  return {
    ...keys.failure(tenant_id, failure_id),
    ...keys.failures(tenant_id, last_failed_at, failure_id),
    ...keys.failuresByEntity(tenant_id, entity, last_failed_at, failure_id),
    type: 'failure',
    ...record,
  };
}
