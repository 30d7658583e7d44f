import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import type { EventReceipt } from '#shared/model/pos-event.ts';
import { at, type Context, later, page, type Rows, row } from './repository-row.ts';

const draftOf = ({ mark }: Context) => ({ gone: false, origin: mark, body: { mark } });
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

/** Repositories of what is kept for the POS. */
export const posRepositories: Rows = {
  'shelf-repository.ts': row(createShelfRepository, {
    change: (shelf, context) => shelf.change(context.tenant, at, [addressOf(context)], () => draftOf(context)),
    findMany: (shelf, context) => shelf.findMany(context.tenant, [addressOf(context)]),
    list: (shelf, { tenant, id }) => shelf.list(tenant, id, page),
    changes: (shelf, { tenant }) => shelf.changes(tenant, { ...page, after: 0 }),
    positionAt: (shelf, { tenant }) => shelf.positionAt(tenant, later),
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
