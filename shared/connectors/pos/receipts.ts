import type { JsonObject } from '../../core/json.ts';
import { decimal, money, plainDecimal, sum, unitPriceFor } from '../../core/money.ts';
import { type PosLine, type PosRefund, type PosSale, refundSchema, saleSchema } from '../../model/pos-event.ts';
import { lineAmounts } from '../../model/pos-line.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { EmbeddedRecord, SourceRecord } from '../source.ts';
import { buyerOf } from './people.ts';
import { productRef, unlistedProduct } from './products.ts';

/** What the events about a receipt left beside its content. */
interface Story {
  readonly register: string;
  readonly order: { readonly effective_at: string };
  readonly on_account?: boolean;
  readonly voided?: { readonly at: string; readonly reason: string };
}

const contentOf = (body: Readonly<Record<string, unknown>>, schema: typeof saleSchema | typeof refundSchema) =>
  schema.parse(
    Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (name in body ? [[name, body[name]]] : []))),
  );

/** A sale in canonical form, with the members an order has. Null while nothing but its voiding is known. */
export function saleRecord(record: ShelfRecord): SourceRecord | null {
  if (record.body.lines === undefined) return null;
  const sale = contentOf(record.body, saleSchema) as PosSale;
  const story = record.body as unknown as Story;
  return receiptRecord(record, sale, story, {
    status: story.voided ? 'voided' : 'completed',
    on_account: story.on_account === true,
  });
}

/** A refund in canonical form. */
export function refundRecord(record: ShelfRecord): SourceRecord {
  const refund = contentOf(record.body, refundSchema) as PosRefund;
  return receiptRecord(record, refund, record.body as unknown as Story, {
    status: 'completed',
    sale_ref: refund.sale_id ?? null,
    restock: refund.restock,
    amount: money(refund.totals.total),
    reason: refund.note,
  });
}

function receiptRecord(
  { entity, id, changed_at, body }: ShelfRecord,
  receipt: PosSale | PosRefund,
  { register, order, voided }: Story,
  own: JsonObject,
): SourceRecord {
  const { totals, tenders } = receipt;
  const lines = receipt.lines.map((line, index) => canonicalLine(line, index + 1, receipt.prices_include_tax));
  const postings = decimal(totals.rounding).eq(0) ? lines : [...lines, roundingLine(totals.rounding)];
  const buyer = buyerOf(receipt);
  const paid = decimal(totals.total).minus(decimal(totals.due));
  const [main] = tenders.toSorted((a, b) => Number(b.amount) - Number(a.amount));
  const products = receipt.lines.flatMap((line) => unlistedProduct(line) ?? []);
  return {
    entity,
    id,
    label: `${entity === 'refund' ? 'Refund' : 'Sale'} ${receipt.number}`,
    number: receipt.number,
    modified_at: changed_at,
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
      modified_at: changed_at,
      paid_at: paid.eq(0) && !decimal(totals.total).eq(0) ? null : order.effective_at,
      completed_at: order.effective_at,
      deleted_at: voided?.at ?? null,
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
      fee_total: money(totals.rounding),
      tax_total: money(totals.tax),
      total: money(totals.total),
      paid_total: money(paid),
      due_total: money(totals.due),
      refund_total: '0.00',
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
