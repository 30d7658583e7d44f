import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { sha256Hex } from '../core/json.ts';
import { instantSchema } from '../model/failure.ts';
import type { FailureCause } from '../model/failure-cause.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { DueRetry, FailureRepository, RetryQueue } from '../sync/ports.ts';
import { keys } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Partitions of the queue of retries; a tenant is in one of them. */
const shards = 8;

const shardOf = (tenantId: string): number => Number.parseInt(sha256Hex(tenantId).slice(0, 4), 16) % shards;

const retrySchema = z.object({
  tenant_id: z.string(),
  route_id: z.string(),
  at: instantSchema,
  sk: z.string(),
  failure_id: z.string().optional(),
  cause: z.string(),
});

/** Sorts behind all that follow a key. */
const last = '~';

/** The places of a failure in the queue: one while it waits for its time. */
export function retriesOfFailure(record: FailureRecord | undefined): Item[] {
  if (record?.next_retry_at === undefined || record.state !== 'open') return [];
  const { tenant_id, route_id, cause, failure_id, next_retry_at: at } = record;
  return [retryItem({ tenant_id, route_id, cause, at, ref: failure_id, failure_id })];
}

/** The places of a cause in the queue: one for each route of its open members once they are released. */
export function retriesOfCause(group: FailureCause | undefined): Item[] {
  if (group?.released_at === undefined) return [];
  const { tenant_id, cause, released_at: at, members } = group;
  return Object.entries(members)
    .filter(([, { open }]) => open > 0)
    .map(([route_id]) => retryItem({ tenant_id, route_id, cause, at, ref: cause }));
}

function retryItem(entry: {
  readonly tenant_id: string;
  readonly route_id: string;
  readonly cause: string;
  readonly at: string;
  readonly ref: string;
  readonly failure_id?: string;
}): Item {
  const { tenant_id, route_id, cause, at, ref, failure_id } = entry;
  return {
    ...keys.retry(shardOf(tenant_id), tenant_id, route_id, at, ref),
    ...keys.retriesByCause(tenant_id, cause, at, ref),
    type: 'retry',
    tenant_id,
    route_id,
    at,
    cause,
    failure_id,
  };
}

/** How the queue is read for one tenant. */
export function createRetryReads({ documents, name: TableName }: Table): Pick<FailureRepository, 'due' | 'nextRetry'> {
  return {
    async due(tenantId, routeId, before, { limit, after }) {
      const shard = shardOf(tenantId);
      const { pk, sk: first } = keys.retry(shard, tenantId, routeId);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
          ExpressionAttributeValues: {
            ':pk': pk,
            // BETWEEN is inclusive; no entry ends with a space.
            ':low': after === undefined ? first : `${after} `,
            ':high': keys.retry(shard, tenantId, routeId, before, last).sk,
          },
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      const retries = Items.map((item): DueRetry => {
        const { at, failure_id, cause, sk } = retrySchema.parse(item);
        const ref = failure_id === undefined ? ({ kind: 'cause', cause } as const) : undefined;
        return { at, ref: ref ?? { kind: 'failure', failure_id: failure_id ?? '' }, position: sk };
      });
      const end = retries.at(-1);
      return { retries, ...(LastEvaluatedKey && end ? { next: end.position } : {}) };
    },

    async nextRetry(tenantId, cause) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'gsi1',
          KeyConditionExpression: 'gsi1pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.retriesByCause(tenantId, cause).gsi1pk },
          Limit: 1,
        }),
      );
      return Items[0] ? retrySchema.parse(Items[0]).at : null;
    },
  };
}

/** The queue of retries over all tenants. */
export function createRetryQueue({ documents, name: TableName }: Table): RetryQueue {
  return {
    shards,
    async next(shard, after) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': keys.retry(shard, '', '').pk,
            ...(after === undefined ? {} : { ':after': after }),
          },
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      if (!Items[0]) return undefined;
      const { tenant_id, route_id, at } = retrySchema.parse(Items[0]);
      return { tenant_id, route_id, at, position: keys.retry(shard, tenant_id, route_id, last).sk };
    },
  };
}
