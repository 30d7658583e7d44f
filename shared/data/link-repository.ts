import { DeleteCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { type Link, linkSchema, type OpenBatch, openBatchSchema } from '../model/link.ts';
import type { LinkAddress, LinkRepository } from '../sync/ports.ts';
import { getMany, writeMany } from './batches.ts';
import { keys } from './keys.ts';
import { cancellationReasons, type Table } from './table.ts';

/** An index has no bulk read. */
const parallelQueries = 8;

/** Links, and the batches that were sent but whose outcomes are not recorded yet. */
export function createLinkRepository(table: Table): LinkRepository {
  const { documents, name: TableName } = table;
  return {
    async findMany(tenantId, addresses) {
      const items = await getMany(
        table,
        addresses.map(({ source, target }) => keys.link(tenantId, source, target)),
      );
      return items.map((item) => item && linkSchema.parse(item));
    },

    async claim(batch, claims) {
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName, Item: batchItem(batch) } },
              ...claims.map((link) => ({
                Put: {
                  TableName,
                  Item: linkItem(link),
                  ConditionExpression:
                    'attribute_not_exists(pk) OR #state = :removed OR (#state = :claiming AND batch_id = :batch)',
                  ExpressionAttributeNames: { '#state': 'state' },
                  ExpressionAttributeValues: {
                    ':claiming': 'claiming',
                    ':removed': 'removed',
                    ':batch': batch.batch_id,
                  },
                },
              })),
            ],
          }),
        );
        return [];
      } catch (error) {
        const reasons = cancellationReasons(error)?.slice(1);
        const lost = claims.filter((_, index) => reasons?.[index] === 'ConditionalCheckFailed');
        if (lost.length === 0) throw error;
        return lost.map(addressOf);
      }
    },

    findByTarget: (tenantId, targets) => {
      const limit = pLimit(parallelQueries);
      const find = async (target: (typeof targets)[number]): Promise<Link | undefined> => {
        const { gsi1pk, gsi1sk } = keys.linkByTarget(tenantId, target);
        const { Items: [item] = [] } = await documents.send(
          new QueryCommand({
            TableName,
            IndexName: 'gsi1',
            KeyConditionExpression: 'gsi1pk = :pk AND gsi1sk = :sk',
            ExpressionAttributeValues: { ':pk': gsi1pk, ':sk': gsi1sk },
            Limit: 1,
          }),
        );
        return item && linkSchema.parse(item);
      };
      return Promise.all(targets.map((target) => limit(() => find(target))));
    },

    async list(tenantId, target, { limit, after }) {
      const { gsi1pk } = keys.linkByTarget(tenantId, { ...target, id: '' });
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'gsi1',
          KeyConditionExpression: after === undefined ? 'gsi1pk = :pk' : 'gsi1pk = :pk AND gsi1sk > :after',
          ExpressionAttributeValues: { ':pk': gsi1pk, ...(after === undefined ? {} : { ':after': after }) },
          Limit: limit,
        }),
      );
      const last = Items.at(-1)?.gsi1sk;
      return {
        links: Items.map((item) => linkSchema.parse(item)).filter(({ state }) => state === 'linked'),
        ...(LastEvaluatedKey && typeof last === 'string' ? { next: last } : {}),
      };
    },

    save: (links) =>
      writeMany(
        table,
        links.map((link) => ({ PutRequest: { Item: linkItem(link) } })),
      ),

    release: (links) =>
      writeMany(
        table,
        links.map((link) => {
          const { source, target } = addressOf(link);
          return { DeleteRequest: { Key: keys.link(link.tenant_id, source, target) } };
        }),
      ),

    async openBatches(tenantId, connection) {
      const { pk } = keys.openBatch(tenantId, connection, '');
      const batches: OpenBatch[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': pk, ':prefix': keys.openBatchPrefix },
            ConsistentRead: true,
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        for (const item of page.Items ?? []) batches.push(openBatchSchema.parse(item));
        start = page.LastEvaluatedKey;
      } while (start);
      return batches.sort((a, b) => a.created_at.localeCompare(b.created_at));
    },

    async closeBatch(batch) {
      await documents.send(
        new DeleteCommand({ TableName, Key: keys.openBatch(batch.tenant_id, batch.target_connection, batch.batch_id) }),
      );
    },
  };
}

function addressOf(link: Link): LinkAddress {
  return {
    source: { connection: link.source_connection, entity: link.source_entity, id: link.source_id },
    target: { connection: link.target_connection, entity: link.target_entity },
  };
}

function linkItem(link: Link): Record<string, unknown> {
  const { source, target } = addressOf(link);
  const reverse =
    link.target_id === undefined ? {} : keys.linkByTarget(link.tenant_id, { ...target, id: link.target_id });
  const numbered =
    link.source_number === undefined ? {} : keys.linkByNumber(link.tenant_id, link.source_number, source);
  return { ...keys.link(link.tenant_id, source, target), ...reverse, ...numbered, type: 'link', ...link };
}

function batchItem(batch: OpenBatch): Record<string, unknown> {
  return { ...keys.openBatch(batch.tenant_id, batch.target_connection, batch.batch_id), type: 'open_batch', ...batch };
}
