import type { JsonObject } from '../../core/json.ts';
import { decimal, money, plainDecimal, sum, unitPriceFor } from '../../core/money.ts';
import { type PosLine, type PosRefund, type PosSale, refundOf, saleOf } from '../../model/pos-event.ts';
import { lineAmounts } from '../../model/pos-line.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { EmbeddedRecord, SourceRecord } from '../source.ts';
import type { Dealings } from './dealings.ts';
import { buyerOf } from './people.ts';
import { productRef, unlistedProduct } from './products.ts';
import { standingOf } from './standing.ts';

/** What the events about a receipt left beside its content. */
interface Story {
  readonly register: string;
  readonly order: { readonly effective_at: string };
  readonly on_account?: boolean;
  readonly voided?: { readonly at: string; readonly reason: string };
}

type Buyer = ReturnType<typeof buyerOf>;

/** A sale in canonical form, with the members an order has. Null while nothing but what happened to it is known. */
export function saleRecord(record: ShelfRecord, dealings: Dealings): SourceRecord | null {
  const { body } = record;
  if (body.lines === undefined) return null;
  const story = body as unknown as Story;
  const sale = saleOf(body);
  return receiptRecord(record, sale, story, dealings, {
    buyer: buyerOf(sale),
    isVoid: story.voided !== undefined,
    own: {
      status: story.voided ? 'voided' : 'completed',
      on_account: story.on_account === true,
      refund_total: money(sum(dealings.refunds.map((refund) => refundOf(refund.body).totals.total))),
    },
  });
}

/**
 * A refund in canonical form, with the members that refunds of a shop have. What it takes back says the sale: who had
 * bought, whether that still stands, and how much of it the refunds told before left.
 */
export function refundRecord(record: ShelfRecord, dealings: Dealings): SourceRecord {
  const refund = refundOf(record.body);
  const story = record.body as unknown as Story;
  const { sale, voidedAt, facts } = standingOf(record, dealings);
  const takenAlong = voidedAt !== null && story.order.effective_at <= voidedAt;
  // A credit has to be the buyer's whose invoice it is set off against.
  const isBuyerKnown = sale !== undefined && (sale.customer || dealings.sale?.body.on_account === true);
  const { net, tax, total, due } = refund.totals;
  return receiptRecord(record, refund, story, dealings, {
    buyer: buyerOf(isBuyerKnown ? sale : refund),
    isVoid: takenAlong,
    own: {
      status: 'completed',
      order_ref: refund.sale_id ?? null,
      order_number: sale?.number ?? refund.sale_id ?? null,
      refunded_at: story.order.effective_at,
      restock: refund.restock,
      amount: money(total),
      goods_total: money(sum([net, tax])),
      reason: refund.note,
      paid_back: decimal(due).eq(0) ? 'all' : decimal(due).eq(decimal(total)) ? 'none' : 'part',
      taken_along: takenAlong,
      ...facts,
    },
  });
}

function receiptRecord(
  { entity, id, changed_at, body }: ShelfRecord,
  receipt: PosSale | PosRefund,
  { register, order }: Story,
  dealings: Dealings,
  { buyer, isVoid, own }: { readonly buyer: Buyer; readonly isVoid: boolean; readonly own: JsonObject },
): SourceRecord {
  const { totals, tenders } = receipt;
  const modifiedAt = changed_at > dealings.changedAt ? changed_at : dealings.changedAt;
  const lines = receipt.lines.map((line, index) => canonicalLine(line, index + 1, receipt.prices_include_tax));
  const postings = decimal(totals.rounding).eq(0) ? lines : [...lines, roundingLine(totals.rounding)];
  const paid = decimal(totals.total).minus(decimal(totals.due));
  const [main] = tenders.toSorted((a, b) => Number(b.amount) - Number(a.amount));
  const products = receipt.lines.flatMap((line) => unlistedProduct(line) ?? []);
  return {
    entity,
    id,
    label: `${entity === 'refund' ? 'Refund' : 'Sale'} ${receipt.number}`,
    number: receipt.number,
    modified_at: modifiedAt,
    raw: body as JsonObject,
    embedded: [...buyer.embedded, ...unique(products)],
    data: {
      number: receipt.number,
      register,
      currency: receipt.currency,
      prices_include_tax: receipt.prices_include_tax,
      customer: { ref: buyer.ref },
      billing: { email: receipt.customer?.email ?? '' },
      placed_at: order.effective_at,
      created_at: order.effective_at,
      modified_at: modifiedAt,
      paid_at: paid.eq(0) && !decimal(totals.total).eq(0) ? null : order.effective_at,
      completed_at: order.effective_at,
      // A warehouse takes a deletion that is older than the version for one of an earlier version.
      deleted_at: isVoid ? modifiedAt : null,
      lines,
      postings,
      note: receipt.note,
      payment: {
        method: main?.method ?? '',
        title: tenders.map(({ method, amount }) => `${method} ${money(amount)}`).join(', '),
        transaction_id: tenders.flatMap(({ reference }) => reference ?? []).join(', '),
      },
      tenders: tenders as unknown as readonly JsonObject[],
      subtotal: money(sum(lines.map(({ subtotal }) => subtotal))),
      discount_total: money(sum(lines.map(({ subtotal, total }) => decimal(subtotal).minus(decimal(total))))),
      shipping_total: '0.00',
      fee_total: '0.00',
      tax_total: money(totals.tax),
      total: money(totals.total),
      paid_total: money(paid),
      due_total: money(totals.due),
      ...own,
    },
  };
}

/** A line as orders have them: its total is without tax. */
function canonicalLine(line: PosLine, position: number, pricesIncludeTax: boolean) {
  const total = money(lineAmounts(line, pricesIncludeTax).net);
  const undiscounted = lineAmounts({ ...line, discount: '0' }, pricesIncludeTax).net;
  const quantity = plainDecimal(line.quantity);
  return {
    id: line.id,
    position,
    kind: 'product',
    product_ref: productRef(line),
    sku: line.sku ?? null,
    name: line.name,
    description: line.name,
    quantity,
    unit_price: unitPrice(total, quantity),
    subtotal: money(undiscounted),
    total,
    tax_total: money(line.tax),
    taxed: decimal(line.tax).eq(0) ? 'no' : 'yes',
    tax_percent: plainDecimal(line.tax_percent),
    tax_rates: `${plainDecimal(line.tax_percent)} %`,
    raw: line as unknown as JsonObject,
  };
}

function roundingLine(rounding: string) {
  const total = money(rounding);
  return {
    kind: 'rounding',
    description: 'Cash rounding',
    quantity: '1',
    unit_price: total,
    total,
    taxed: 'no',
    tax_percent: '0',
    tax_rates: '0 %',
  };
}

/** Fewest decimals that multiply back to the total exactly. */
function unitPrice(total: string, quantity: string): string | null {
  return (
    [2, 4, 5, 7].map((places) => unitPriceFor(total, quantity, places)).find((price) => price !== undefined) ?? null
  );
}

function unique(products: readonly EmbeddedRecord[]): EmbeddedRecord[] {
  return [...new Map(products.map((each) => [each.record.id, each])).values()];
}
