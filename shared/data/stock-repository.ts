import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type StockBooking,
  type StockEntry,
  type StockItem,
  stockBookingSchema,
  stockEntrySchema,
  stockItemSchema,
} from '../model/stock.ts';
import { getMany } from './batches.ts';
import { keys } from './keys.ts';
import { type Item, isLostRace, type Table } from './table.ts';

/** What is in a ledger, and what a change adds to it. */
interface StockChange {
  readonly item: StockItem;
  readonly entries: readonly StockEntry[];
  /** Amounts by key, those that stay as they are included. */
  readonly amounts: ReadonlyMap<string, string>;
}

/** How the list of ledgers is narrowed. */
export type StockFilter = 'all' | 'open' | 'different';

/** Ledgers of stock, one per SKU. */
export interface StockRepository {
  find(tenantId: string, sku: string): Promise<StockItem | undefined>;
  /** Latest first. */
  entries(
    tenantId: string,
    sku: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ entries: StockEntry[]; next?: string }>;
  /** By SKU. `open`: something is left to do; `different`: a system has another number. May lag a moment. */
  list(
    tenantId: string,
    filter: StockFilter,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ items: StockItem[]; next?: string }>;
  /**
   * Changes one ledger, all or nothing, whoever else is at work: `decide` may be asked again. `keys` are those it books
   * under, at most 30.
   */
  change(
    tenantId: string,
    sku: string,
    bookingKeys: readonly string[],
    decide: (before: StockItem | undefined, amounts: ReadonlyMap<string, string>) => StockChange | Promise<StockChange>,
    flags: (item: StockItem) => { readonly isOpen: boolean; readonly isDifferent: boolean },
  ): Promise<StockItem>;
  /** SKUs a document ever moved, after adding these. */
  noteGoods(tenantId: string, document: string, skus: readonly string[]): Promise<string[]>;
  /** SKUs under which a system's products are kept, in the order of the ids. */
  findPlaces(tenantId: string, system: string, items: readonly string[]): Promise<(string | undefined)[]>;
  keepPlace(tenantId: string, system: string, item: string, sku: string): Promise<void>;
  /** How far something was read. */
  position(tenantId: string, name: string): Promise<string | undefined>;
  keepPosition(tenantId: string, name: string, position: string): Promise<void>;
}

const maxRounds = 100;

export function createStockRepository(table: Table): StockRepository {
  const { documents, name: TableName } = table;
  const get = async (Key: Item): Promise<Item | undefined> =>
    (await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const put = async (item: Item) => void (await documents.send(new PutCommand({ TableName, Item: item })));

  return {
    async find(tenantId, sku) {
      const item = await get(keys.stockItem(tenantId, sku));
      return item && stockItemSchema.parse(item);
    },

    async entries(tenantId, sku, { limit, after }) {
      const { pk } = keys.stockEntry(tenantId, sku, 0);
      const last = keys.stockEntry(tenantId, sku, after === undefined ? Number.MAX_SAFE_INTEGER : Number(after) - 1);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': pk, ':first': keys.stockEntry(tenantId, sku, 0).sk, ':last': last.sk },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const entries = Items.map((item) => stockEntrySchema.parse(item));
      const end = entries.at(-1);
      return { entries, ...(LastEvaluatedKey && end ? { next: String(end.number) } : {}) };
    },

    async list(tenantId, filter, { limit, after }) {
      const index = { all: 'gsi1', open: 'gsi2', different: 'gsi3' }[filter];
      const key = { all: keys.stockItems, open: keys.stockOpen, different: keys.stockDifferent }[filter];
      const values = Object.values(key(tenantId, after ?? '')) as [string, string];
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: index,
          KeyConditionExpression: `${index}pk = :pk AND ${index}sk > :after`,
          ExpressionAttributeValues: { ':pk': values[0], ':after': after === undefined ? ' ' : values[1] },
          Limit: limit,
        }),
      );
      const items = Items.map((item) => stockItemSchema.parse(item));
      const end = items.at(-1);
      return { items, ...(LastEvaluatedKey && end ? { next: end.sku } : {}) };
    },

    async change(tenantId, sku, bookingKeys, decide, flags) {
      const itemKey = keys.stockItem(tenantId, sku);
      for (let round = 0; round < maxRounds; round += 1) {
        const [stored, ...booked] = await getMany(table, [
          itemKey,
          ...bookingKeys.map((key) => keys.stockBooking(tenantId, sku, key)),
        ]);
        const before = stored && stockItemSchema.parse(stored);
        const bookings = booked.map((item) => item && stockBookingSchema.parse(item));
        const amounts = new Map(bookings.flatMap((booking) => (booking ? [[booking.key, booking.amount]] : [])));
        const after = await decide(before, amounts);
        const changed = changedBookings(tenantId, sku, after.amounts, bookings);
        const isSame = before && JSON.stringify(before) === JSON.stringify(after.item);
        if (isSame && after.entries.length === 0 && changed.length === 0) return before;
        const item = { ...after.item, version: (before?.version ?? 0) + 1 };
        try {
          await documents.send(
            new TransactWriteCommand({
              TransactItems: [
                versioned(TableName, { ...itemKey, ...indexed(item, flags(item)), type: 'stock_item', ...item }),
                ...after.entries.map((entry) => ({
                  Put: {
                    TableName,
                    Item: { ...keys.stockEntry(tenantId, sku, entry.number), type: 'stock_entry', ...entry },
                    ConditionExpression: 'attribute_not_exists(pk)',
                  },
                })),
                ...changed.map((booking) =>
                  versioned(TableName, {
                    ...keys.stockBooking(tenantId, sku, booking.key),
                    type: 'stock_booking',
                    ...booking,
                  }),
                ),
              ],
            }),
          );
          return item;
        } catch (error) {
          if (!isLostRace(error)) throw error;
        }
      }
      throw new Error('the ledger of a SKU is changed by too many at once');
    },

    async noteGoods(tenantId, document, skus) {
      const Key = keys.stockDocument(tenantId, document);
      const known = (await get(Key))?.skus as Set<string> | undefined;
      if (skus.every((sku) => known?.has(sku))) return [...(known ?? [])];
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #type = :type, tenant_id = :tenant ADD skus :skus',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: { ':type': 'stock_document', ':tenant': tenantId, ':skus': new Set(skus) },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return [...((Attributes?.skus ?? new Set()) as Set<string>)];
    },

    async findPlaces(tenantId, system, items) {
      const found = await getMany(
        table,
        items.map((item) => keys.stockPlace(tenantId, system, item)),
      );
      return found.map((item) => item && String(item.sku));
    },

    keepPlace: (tenantId, system, item, sku) =>
      put({ ...keys.stockPlace(tenantId, system, item), type: 'stock_place', tenant_id: tenantId, sku }),

    async position(tenantId, name) {
      const item = await get(keys.stockPosition(tenantId, name));
      return item && String(item.position);
    },

    keepPosition: (tenantId, name, position) =>
      put({ ...keys.stockPosition(tenantId, name), type: 'stock_position', tenant_id: tenantId, position }),
  };
}

function changedBookings(
  tenantId: string,
  sku: string,
  amounts: ReadonlyMap<string, string>,
  before: readonly (StockBooking | undefined)[],
): StockBooking[] {
  const known = new Map(before.flatMap((booking) => (booking ? [[booking.key, booking]] : [])));
  return [...amounts].flatMap(([key, amount]) => {
    const booking = known.get(key);
    if (booking?.amount === amount) return [];
    return [{ tenant_id: tenantId, sku, key, amount, version: (booking?.version ?? 0) + 1 }];
  });
}

/** Ledgers with nothing to do, or without a difference, are not in those indexes. */
function indexed(
  { tenant_id, sku }: StockItem,
  { isOpen, isDifferent }: { readonly isOpen: boolean; readonly isDifferent: boolean },
): Item {
  return {
    ...keys.stockItems(tenant_id, sku),
    ...(isOpen ? keys.stockOpen(tenant_id, sku) : {}),
    ...(isDifferent ? keys.stockDifferent(tenant_id, sku) : {}),
  };
}

const versioned = (TableName: string, item: Item & { readonly version: number }) => ({
  Put: {
    TableName,
    Item: item,
    ...(item.version === 1
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':before': item.version - 1 },
        }),
  },
});
