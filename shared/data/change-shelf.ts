import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { contentHash } from '../core/json.ts';
import {
  keyOfShelfRecord,
  largestBody,
  type ShelfAddress,
  type ShelfChange,
  type ShelfDraft,
  type ShelfRecord,
  shelfRecordSchema,
} from '../model/shelf.ts';
import { getMany } from './batches.ts';
import { keys } from './keys.ts';
import { type Item, isLostRace, type Key, type Table } from './table.ts';

/** What is to change together. `decide` may be asked again when others changed something meanwhile. */
interface ShelfWork {
  readonly addresses: readonly ShelfAddress[];
  /** Items that are read and stored in the same transaction. */
  readonly companions: readonly Key[];
  decide(
    records: readonly (ShelfRecord | undefined)[],
    companions: readonly (Item | undefined)[],
  ): {
    /** In the order of the addresses; undefined leaves a record as it is. */
    readonly drafts: readonly (ShelfDraft | undefined)[];
    /** With keys and a `version` one above what was read; absent ones are stored first with version 1. */
    readonly puts: readonly (Item & Key & { readonly version: number })[];
  };
}

/** Enough for any crowd of tills: each round somebody gets through. */
const maxRounds = 200;
/** A transaction takes 100 items; one of them is the change. */
const mostItems = 99;

/**
 * Changes records of the shelf, all or none, and gives the change the next sequence number of the workspace: the item
 * that stands for the number is put on the condition that nobody has it, in the same transaction. So numbers have no gaps,
 * and whoever reads them in order and stops at the first that is not there yet skips nothing.
 */
export async function changeShelf(
  table: Table,
  tenantId: string,
  at: string,
  work: ShelfWork,
): Promise<(ShelfRecord | undefined)[]> {
  const { documents, name: TableName } = table;
  const recordKeys = work.addresses.map(({ entity, id }) => keys.shelfRecord(tenantId, entity, id));
  for (let round = 0; round < maxRounds; round += 1) {
    const items = await getMany(table, [...recordKeys, ...work.companions]);
    const before = items.slice(0, recordKeys.length).map((item) => item && shelfRecordSchema.parse(item));
    const { drafts, puts } = work.decide(before, items.slice(recordKeys.length));
    const sequence = (await headOf(table, tenantId)) + 1;
    const after = before.map((record, index) => {
      const address = work.addresses[index];
      const draft = drafts[index];
      return address && draft ? become(tenantId, address, record, draft, sequence, at) : record;
    });
    const changed = after.filter((record, index) => record !== undefined && record !== before[index]) as ShelfRecord[];
    if (changed.length === 0 && puts.length === 0) return after;
    if (changed.length + puts.length > mostItems) throw new Error('more items than one transaction takes');
    const change: ShelfChange = {
      tenant_id: tenantId,
      sequence,
      at,
      records: changed.map(({ entity, id }) => ({ entity, id })),
    };
    const stored = [
      ...changed.map((record) => ({
        ...keys.shelfRecord(tenantId, record.entity, record.id),
        ...keyIn(tenantId, record),
        type: 'shelf_record',
        ...record,
      })),
      ...puts,
    ];
    try {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [
            ...(changed.length === 0
              ? []
              : [putNew(TableName, { ...keys.shelfChange(tenantId, sequence), type: 'shelf_change', ...change })]),
            ...stored.map((item) => (item.version === 1 ? putNew(TableName, item) : putNext(TableName, item))),
          ],
        }),
      );
      return after;
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
  }
  throw new Error('the shelf is changed by too many at once');
}

/** Puts a record that has a key into the index of keys; a put without it takes it out. */
function keyIn(tenantId: string, record: ShelfRecord) {
  const key = keyOfShelfRecord(record);
  return key === undefined ? {} : keys.shelfRecordByKey(tenantId, record.entity, key, record.id);
}

/** The newest sequence number; 0 while there is none. */
export async function headOf({ documents, name: TableName }: Table, tenantId: string): Promise<number> {
  const { Items: [last] = [] } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.shelfChange(tenantId, 0).pk },
      ProjectionExpression: '#sequence',
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return Number(last?.sequence ?? 0);
}

function become(
  tenantId: string,
  { entity, id }: ShelfAddress,
  before: ShelfRecord | undefined,
  draft: ShelfDraft,
  sequence: number,
  at: string,
): ShelfRecord {
  const hash = contentHash([draft.gone, draft.body]);
  if (before?.hash === hash) return before;
  if (Buffer.byteLength(JSON.stringify(draft.body)) > largestBody) {
    throw new RangeError(`the body of ${entity} ${id} is too large`);
  }
  const version = (before?.version ?? 0) + 1;
  return { tenant_id: tenantId, entity, id, version, sequence, hash, changed_at: at, ...draft };
}

const putNew = (TableName: string, Item: Item) => ({
  Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const putNext = (TableName: string, Item: Item & { readonly version: number }) => ({
  Put: {
    TableName,
    Item,
    ConditionExpression: '#version = :before',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':before': Item.version - 1 },
  },
});
