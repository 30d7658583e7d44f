import type { JsonObject } from '../core/json.ts';
import { decimal } from '../core/money.ts';
import { type EventReceipt, formerSalesOf, type PosEvent, type PosRefund, refundsOf } from '../model/pos-event.ts';
import type { ShelfAddress, ShelfDraft, ShelfRecord } from '../model/shelf.ts';

/** Where an event stands among those about the same record, whatever the order they come in. */
interface Order {
  /** When it counts as having happened. */
  readonly effective_at: string;
  readonly sequence: number;
  /** Decides where nothing else does, the same way for everybody. */
  readonly client_id: string;
}

/** What an event does to its record. */
interface Applied {
  readonly result: Extract<EventReceipt['result'], 'applied' | 'superseded'>;
  readonly draft: ShelfDraft | undefined;
}

/** The record an event is about. */
export function addressOf({ kind, client_id, data }: PosEvent): ShelfAddress {
  switch (kind) {
    case 'sale.completed':
      return { entity: 'sale', id: data.id };
    case 'sale.voided':
      return { entity: 'sale', id: data.sale_id };
    case 'sale.refunded':
      return { entity: 'refund', id: data.id };
    case 'customer.upserted':
    case 'customer.deleted':
      return { entity: 'customer', id: data.id };
    case 'vendor.upserted':
    case 'vendor.deleted':
      return { entity: 'vendor', id: data.id };
    case 'stock.adjusted':
    case 'stock.counted':
      return { entity: 'stock_movement', id: client_id };
  }
}

/** The record beside its own that an event leaves a note at. */
export function notedAt({ kind, data }: PosEvent): ShelfAddress | undefined {
  return kind === 'sale.refunded' && data.sale_id ? { entity: 'sale', id: data.sale_id } : undefined;
}

/** A sale knows its refunds in the order they came, also one that itself is not known yet. */
export function noteOf(event: PosEvent, before: ShelfRecord | undefined): ShelfDraft | undefined {
  const known = refundsOf(before?.body ?? {});
  const { id } = addressOf(event);
  return known.includes(id) ? undefined : applied({ ...before?.body, refunds: [...known, id] }).draft;
}

/**
 * Applies an event to its record as it is. The outcome does not depend on the order in which events come: of several
 * that say what a record is, the latest by its own time stands, and a sale that was voided stays so.
 */
export function applyEvent(event: PosEvent, effectiveAt: string, before: ShelfRecord | undefined): Applied {
  const order: Order = { effective_at: effectiveAt, sequence: event.sequence, client_id: event.client_id };
  switch (event.kind) {
    case 'sale.completed':
    case 'sale.refunded':
      return applyReceipt(event, order, before);
    case 'sale.voided': {
      const voided = { at: effectiveAt, reason: event.data.reason, client_id: event.client_id };
      if (before?.body.voided) return { result: 'superseded', draft: undefined };
      return applied({ ...before?.body, voided });
    }
    case 'customer.upserted':
    case 'customer.deleted':
    case 'vendor.upserted':
    case 'vendor.deleted': {
      if (isLater(before, order)) return { result: 'superseded', draft: undefined };
      const leaves = event.kind === 'customer.deleted' || event.kind === 'vendor.deleted';
      return applied({ ...(leaves ? before?.body : event.data), order }, leaves);
    }
    case 'stock.adjusted':
    case 'stock.counted':
      return applied({ kind: event.kind, ...event.data, register: event.register, order });
  }
}

function applyReceipt(
  { kind, register, data }: Extract<PosEvent, { kind: 'sale.completed' | 'sale.refunded' }>,
  order: Order,
  before: ShelfRecord | undefined,
): Applied {
  const isSale = kind === 'sale.completed';
  // A sale that once was left to pay is an invoice for good, whichever version came first: money that comes later pays it.
  const isLeftToPay = !decimal(data.totals.due).eq(0);
  const onAccount = before?.body.on_account === true || isLeftToPay;
  if (before && isLater(before, order)) {
    const isNews = isSale && isLeftToPay && before.body.on_account === false;
    const draft = { gone: before.gone, origin: before.origin, body: { ...before.body, on_account: true } };
    return { result: 'superseded', draft: isNews ? draft : undefined };
  }
  return applied({
    ...data,
    register,
    order,
    ...(isSale ? { on_account: onAccount } : formerSales(data, before)),
    ...(before?.body.voided === undefined ? {} : { voided: before.body.voided }),
    ...(before?.body.refunds === undefined ? {} : { refunds: before.body.refunds }),
  });
}

/** A sale that a refund is not of any more has to be looked at again, now and whenever the refund changes. */
function formerSales({ sale_id }: Pick<PosRefund, 'sale_id'>, before: ShelfRecord | undefined) {
  const known = [...formerSalesOf(before?.body ?? {}), before?.body.sale_id];
  const former = [...new Set(known)].filter((id) => typeof id === 'string' && id !== sale_id);
  return former.length > 0 ? { former_sales: former } : {};
}

const applied = (body: Record<string, unknown>, gone = false): Applied => ({
  result: 'applied',
  draft: { gone, origin: 'till', body },
});

/** Whether what the record says of itself is of later than this. */
function isLater(before: ShelfRecord | undefined, order: Order): boolean {
  const known = before?.body.order as (Partial<Order> & JsonObject) | undefined;
  if (known?.effective_at === undefined) return false;
  const keyOf = ({ effective_at = '', sequence = 0, client_id = '' }: Partial<Order>) =>
    [effective_at, String(sequence).padStart(16, '0'), client_id] as const;
  const [left, right] = [keyOf(known), keyOf(order)];
  const index = left.findIndex((part, position) => part !== right[position]);
  return index !== -1 && (left[index] ?? '') > (right[index] ?? '');
}
