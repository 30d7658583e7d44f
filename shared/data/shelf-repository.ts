import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import {
  keyOfShelfRecord,
  type ShelfAddress,
  type ShelfChange,
  type ShelfDraft,
  type ShelfRecord,
  shelfChangeSchema,
  shelfKey,
  shelfRecordSchema,
} from '../model/shelf.ts';
import { getMany } from './batches.ts';
import { changeShelf, headOf } from './change-shelf.ts';
import { keys } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Records that we keep for a platform without an API of its own, and the sequence of their changes. */
export interface ShelfRepository {
  /** In the order of the addresses; undefined where there is none. */
  findMany(tenantId: string, addresses: readonly ShelfAddress[]): Promise<(ShelfRecord | undefined)[]>;
  /**
   * Changes records, all or none, whoever else is at work; at most 99. What they are to become may be asked again. Content
   * that is the same already is no change. Answers what they are then. @throws RangeError for a body that is too large.
   */
  change(
    tenantId: string,
    at: string,
    addresses: readonly ShelfAddress[],
    decide: (before: ShelfRecord | undefined, index: number) => ShelfDraft | undefined,
  ): Promise<(ShelfRecord | undefined)[]>;
  /** By id, those that are gone too. */
  list(
    tenantId: string,
    entity: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ records: ShelfRecord[]; next?: string }>;
  /**
   * Records that changed after this sequence number, in order, each as it is now and with the last of its changes only.
   * `position` goes back in as `after`; at least once, and none is skipped whoever writes meanwhile.
   */
  changes(
    tenantId: string,
    page: { readonly limit: number; readonly after: number },
  ): Promise<{ records: ShelfRecord[]; position: number; more: boolean }>;
  /** The last sequence number before this instant; 0 when there is none. */
  positionAt(tenantId: string, at: string): Promise<number>;
  /** In the order of the keys: the one with the lowest id that has this key now. One that was just stored may be missing. */
  findByKey(tenantId: string, entity: string, wanted: readonly string[]): Promise<(ShelfRecord | undefined)[]>;
}

/** Queries of keys under way at once. */
const parallelQueries = 8;

/** Tills may enter one address several times: more of them say nothing new. */
const mostOfOneKey = 10;

/** A page of changes ends behind this: an answer of a function has at most 6 MB. */
const mostBytes = 2_000_000;

export function createShelfRepository(table: Table): ShelfRepository {
  const { documents, name: TableName } = table;

  const findMany: ShelfRepository['findMany'] = async (tenantId, addresses) => {
    const items = await getMany(
      table,
      addresses.map(({ entity, id }) => keys.shelfRecord(tenantId, entity, id)),
    );
    return items.map((item) => item && shelfRecordSchema.parse(item));
  };

  return {
    findMany,

    change: (tenantId, at, addresses, decide) =>
      changeShelf(table, tenantId, at, {
        addresses,
        companions: [],
        decide: (before) => ({ drafts: before.map(decide), puts: [] }),
      }),

    async list(tenantId, entity, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': keys.shelfRecord(tenantId, entity).pk,
            ...(after === undefined ? {} : { ':after': keys.shelfRecord(tenantId, entity, after).sk }),
          },
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      const records = Items.map((item) => shelfRecordSchema.parse(item));
      const last = records.at(-1);
      return { records, ...(LastEvaluatedKey && last ? { next: last.id } : {}) };
    },

    async changes(tenantId, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': keys.shelfChange(tenantId, 0).pk,
            ':after': keys.shelfChange(tenantId, after).sk,
          },
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      const changes = consecutive(Items, after);
      const addresses = changes.flatMap(({ records }) => records);
      const found = new Map((await findMany(tenantId, addresses)).map((record, index) => [addresses[index], record]));
      const records: ShelfRecord[] = [];
      let position = after;
      let bytes = 0;
      for (const change of changes) {
        const own = change.records.map((address) => found.get(address));
        // A transaction is not seen as a whole by a query: what is not there yet is read next time.
        if (own.some((record) => record === undefined || record.sequence < change.sequence)) break;
        for (const record of own) if (record?.sequence === change.sequence) records.push(record);
        position = change.sequence;
        bytes += Buffer.byteLength(JSON.stringify(own));
        if (bytes > mostBytes) break;
      }
      const isAll = position === (changes.at(-1)?.sequence ?? after) && changes.length === Items.length;
      return { records, position, more: LastEvaluatedKey !== undefined || !isAll };
    },

    async positionAt(tenantId, at) {
      let low = 0;
      let high = await headOf(table, tenantId);
      // Numbers have no gaps, so the middle is always there.
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        const Key = keys.shelfChange(tenantId, middle);
        const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
        if (Item && shelfChangeSchema.parse(Item).at < at) low = middle;
        else high = middle - 1;
      }
      return low;
    },

    async findByKey(tenantId, entity, wanted) {
      const limit = pLimit(parallelQueries);
      const unique = [...new Set(wanted.map(shelfKey))];
      const named = await Promise.all(
        unique.map((key) =>
          limit(async () => {
            const { gsi1pk, gsi1sk } = keys.shelfRecordByKey(tenantId, entity, key);
            const { Items = [] } = await documents.send(
              new QueryCommand({
                TableName,
                IndexName: 'gsi1',
                KeyConditionExpression: 'gsi1pk = :pk AND begins_with(gsi1sk, :key)',
                ExpressionAttributeValues: { ':pk': gsi1pk, ':key': gsi1sk },
                Limit: mostOfOneKey,
              }),
            );
            return Items.map((item) => shelfRecordSchema.parse(item).id);
          }),
        ),
      );
      // The index lags: a record that left its key meanwhile is no answer.
      const records = await findMany(
        tenantId,
        named.flat().map((id) => ({ entity, id })),
      );
      const byKey = new Map<string, ShelfRecord>();
      for (const record of records) {
        const key = record && keyOfShelfRecord(record);
        if (record && key !== undefined && !byKey.has(key)) byKey.set(key, record);
      }
      return wanted.map((key) => byKey.get(shelfKey(key)));
    },
  };
}

/** Up to the first number that is not there yet. */
function consecutive(items: readonly Item[], after: number): ShelfChange[] {
  const changes = items.map((item) => shelfChangeSchema.parse(item));
  const gap = changes.findIndex(({ sequence }, index) => sequence !== after + index + 1);
  return gap === -1 ? changes : changes.slice(0, gap);
}
