import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Conflict, conflictSchema } from '../model/conflict.ts';
import type { ConflictRepository } from '../sync/ports.ts';
import { getMany } from './batches.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Settled ones are a log; open and resolved ones are kept. */
const settledSeconds = 400 * 24 * 3600;

/** Records that were changed on both sides. */
export function createConflictRepository(table: Table): ConflictRepository {
  const { documents, name: TableName } = table;

  const put = async (conflict: Conflict, condition: string, values: Record<string, unknown>): Promise<boolean> => {
    try {
      await documents.send(
        new PutCommand({
          TableName,
          Item: conflictItem(conflict),
          ConditionExpression: condition,
          ...(condition.includes('#state') ? { ExpressionAttributeNames: { '#state': 'state' } } : {}),
          ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  };

  return {
    async keep(conflicts) {
      for (const conflict of conflicts) {
        // What waits is stored once; what went on takes the place of what waited.
        if (conflict.state === 'open') await put(conflict, 'attribute_not_exists(pk)', {});
        else await put(conflict, 'attribute_not_exists(pk) OR #state <> :settled', { ':settled': 'settled' });
      }
    },

    async find(tenantId, conflictId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.conflict(tenantId, conflictId), ConsistentRead: true }),
      );
      return Item && conflictSchema.parse(Item);
    },

    async findMany(tenantId, conflictIds) {
      const items = await getMany(
        table,
        conflictIds.map((id) => keys.conflict(tenantId, id)),
      );
      return items.map((item) => item && conflictSchema.parse(item));
    },

    async list(tenantId, { state, limit, after }) {
      const index = state === undefined ? 'gsi1' : 'gsi2';
      const pk = state === undefined ? keys.conflicts(tenantId).gsi1pk : keys.conflictsByState(tenantId, state).gsi2pk;
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: index,
          KeyConditionExpression: after === undefined ? '#pk = :pk' : '#pk = :pk AND #sk < :after',
          ExpressionAttributeNames: {
            '#pk': `${index}pk`,
            ...(after === undefined ? {} : { '#sk': `${index}sk` }),
          },
          ExpressionAttributeValues: { ':pk': pk, ...(after === undefined ? {} : { ':after': after }) },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const last: unknown = Items.at(-1)?.[`${index}sk`];
      return {
        conflicts: Items.map((item) => conflictSchema.parse(item)),
        ...(LastEvaluatedKey && typeof last === 'string' ? { next: last } : {}),
      };
    },

    async resolve(conflict, resolution) {
      const resolved: Conflict = { ...conflict, state: 'resolved', resolution };
      return (await put(resolved, '#state = :open', { ':open': 'open' })) ? resolved : undefined;
    },
  };
}

function conflictItem(conflict: Conflict): Record<string, unknown> {
  const { tenant_id, conflict_id, at, state } = conflict;
  return {
    ...keys.conflict(tenant_id, conflict_id),
    ...keys.conflicts(tenant_id, at, conflict_id),
    ...keys.conflictsByState(tenant_id, state, at, conflict_id),
    type: 'conflict',
    ...conflict,
    ...(state === 'settled' ? { expires_at: Math.floor(Date.parse(at) / 1000) + settledSeconds } : {}),
  };
}
