import { DeleteCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import * as z from 'zod';
import { sha256Hex } from '../core/json.ts';
import { type PendingChange, pendingChangeSchema } from '../model/pending-change.ts';
import type { PendingChangeRepository } from '../sync/ports.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Partitions of the queue; a tenant is in one of them. */
const shards = 16;
const shardOf = (tenantId: string): number => Number.parseInt(sha256Hex(tenantId).slice(0, 4), 16) % shards;

/** Writes at the same time: single items, because each has a condition or a counter of its own. */
const concurrency = 8;
/** What nobody could carry for so long is left to the incremental syncs. */
const keptSeconds = 14 * 86_400;
/** Behind every key that begins with this prefix, and before every other: `$` follows `#`, which is in no part of a key. */
const behind = (prefix: string): string => prefix.replace(/#$/, '$');

/** The last character there is. */
const highest = '\u{10ffff}';

const lineSchema = z.object({ tenant_id: z.string(), route_id: z.string() });

/** Changes that wait for a run of their route. */
export function createPendingChangeRepository({ documents, name: TableName }: Table): PendingChangeRepository {
  const keyOf = ({ tenant_id, route_id, id }: PendingChange) =>
    keys.pendingChange(shardOf(tenant_id), tenant_id, route_id, id);

  const first = async (pk: string, low: string, high: string) => {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': high },
        ProjectionExpression: 'tenant_id, route_id',
        Limit: 1,
        ConsistentRead: true,
      }),
    );
    return Items[0] && lineSchema.parse(Items[0]);
  };
  const endOf = (shard: number, { tenant_id, route_id }: z.output<typeof lineSchema>): string =>
    behind(keys.pendingChange(shard, tenant_id, route_id).sk);

  return {
    shards,

    async note(changes) {
      const limit = pLimit(concurrency);
      await Promise.all(
        changes.map((change) =>
          limit(() =>
            documents.send(
              new UpdateCommand({
                TableName,
                Key: keyOf(change),
                UpdateExpression:
                  'SET #type = :type, tenant_id = :tenant, route_id = :route, id = :id, told_by = :by, stamp = :stamp, since = if_not_exists(since, :since), expires_at = :expires ADD #count :count',
                ExpressionAttributeNames: { '#type': 'type', '#count': 'count' },
                ExpressionAttributeValues: {
                  ':type': 'pending_change',
                  ':tenant': change.tenant_id,
                  ':route': change.route_id,
                  ':id': change.id,
                  ':by': change.told_by,
                  ':stamp': change.stamp,
                  ':since': change.since,
                  ':expires': Math.floor(Date.parse(change.since) / 1000) + keptSeconds,
                  ':count': change.count,
                },
              }),
            ),
          ),
        ),
      );
    },

    async list(tenantId, routeId, limit) {
      const { pk, sk } = keys.pendingChange(shardOf(tenantId), tenantId, routeId);
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => pendingChangeSchema.parse(item));
    },

    async remove(changes) {
      const limit = pLimit(concurrency);
      await Promise.all(changes.map((change) => limit(() => removeOne(change))));
    },

    async routesOf(tenantId) {
      const shard = shardOf(tenantId);
      const { pk, sk } = keys.pendingChanges(shard, tenantId);
      const routes: string[] = [];
      for (let low = sk; ; ) {
        const line = await first(pk, low, behind(sk));
        if (!line) return routes;
        routes.push(line.route_id);
        low = endOf(shard, line);
      }
    },

    async next(shard, after) {
      const { pk } = keys.pendingChanges(shard, '');
      const line = await first(pk, after ?? ' ', highest);
      return line && { ...line, position: endOf(shard, line) };
    },
  };

  async function removeOne(change: PendingChange): Promise<void> {
    try {
      await documents.send(
        new DeleteCommand({
          TableName,
          Key: keyOf(change),
          ConditionExpression: 'stamp = :seen',
          ExpressionAttributeValues: { ':seen': change.stamp },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }
}
