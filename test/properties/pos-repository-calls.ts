import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import type { EventReceipt } from '#shared/model/pos-event.ts';
import type { StockItem } from '#shared/model/stock.ts';
import { at, type Context, later, page, type Rows, row } from './repository-row.ts';

/** Of a customer the address is its key. */
const draftOf = ({ mark, id }: Context) => ({ gone: false, origin: mark, body: { mark, email: id } });
const addressOf = ({ id }: Context) => ({ entity: id, id });

const receiptOf = ({ tenant, mark, id }: Context, before: EventReceipt | undefined): EventReceipt => ({
  tenant_id: tenant,
  client_id: id,
  kind: 'sale.completed',
  register: mark,
  hash: mark,
  result: 'applied',
  faults: [],
  record: { entity: id, id },
  occurred_at: at,
  effective_at: at,
  received_at: at,
  version: (before?.version ?? 0) + 1,
});

/** A ledger with one more entry. */
const ledgerOf = ({ tenant, mark, id }: Context, before: StockItem | undefined) => {
  const number = (before?.entries ?? 0) + 1;
  return {
    item: {
      tenant_id: tenant,
      sku: id,
      balance: '1',
      entries: number,
      // By platform, whose names are ours.
      places: { woocommerce: { item: mark, product: mark, expected: '1', floor: '0', opened_at: at, doubtful: [] } },
      version: before?.version ?? 1,
    },
    entries: [
      {
        tenant_id: tenant,
        sku: id,
        number,
        delta: '1',
        reason: 'adjustment' as const,
        ref: mark,
        key: id,
        at,
        recorded_at: at,
        balance: '1',
      },
    ],
    amounts: new Map([[id, mark]]),
  };
};
const flags = () => ({ isOpen: true, isDifferent: true });

/** Repositories of what is kept for the POS. */
export const posRepositories: Rows = {
  'shelf-repository.ts': row(createShelfRepository, {
    change: (shelf, context) =>
      shelf.change(context.tenant, at, [addressOf(context), { entity: 'customer', id: context.id }], () =>
        draftOf(context),
      ),
    findMany: (shelf, context) => shelf.findMany(context.tenant, [addressOf(context)]),
    list: (shelf, { tenant, id }) => shelf.list(tenant, id, page),
    changes: (shelf, { tenant }) => shelf.changes(tenant, { ...page, after: 0 }),
    positionAt: (shelf, { tenant }) => shelf.positionAt(tenant, later),
    findByKey: (shelf, { tenant, id }) => shelf.findByKey(tenant, 'customer', [id]),
  }),
  'stock-repository.ts': row(createStockRepository, {
    change: (stock, context) =>
      stock.change(context.tenant, context.id, [context.id], (before) => ledgerOf(context, before), flags),
    find: (stock, { tenant, id }) => stock.find(tenant, id),
    entries: (stock, { tenant, id }) => stock.entries(tenant, id, page),
    list: (stock, { tenant }) => stock.list(tenant, 'all', page),
    noteGoods: (stock, { tenant, mark, id }) => stock.noteGoods(tenant, id, [mark]),
    keepPlace: (stock, { tenant, mark, id }) => stock.keepPlace(tenant, id, id, mark),
    findPlaces: (stock, { tenant, id }) => stock.findPlaces(tenant, id, [id]),
    keepPosition: (stock, { tenant, mark, id }) => stock.keepPosition(tenant, id, mark),
    position: (stock, { tenant, id }) => stock.position(tenant, id),
  }),
  'pos-event-repository.ts': row(createPosEventRepository, {
    find: (events, { tenant, id }) => events.find(tenant, id),
    store: (events, context) =>
      events.store(context.tenant, at, { clientIds: [context.id], addresses: [addressOf(context)] }, ([before]) => ({
        receipts: [receiptOf(context, before)],
        drafts: [draftOf(context)],
      })),
  }),
};
