import { decimal, plainDecimal } from '../core/money.ts';
import { type PosLine, refundsOf, salesOf } from '../model/pos-event.ts';
import type { ShelfRecord } from '../model/shelf.ts';
import { bookDocument, bookOne } from './book-goods.ts';
import type { BookingDeps } from './deps.ts';

/** Goods as a till names them. */
type Goods = Pick<PosLine, 'sku' | 'product_ref'>;

const changesPerPage = 50;
const positionName = 'tills';

/**
 * Books what tills told since it was last done. The sequence of the shelf is the list of what is to be booked: its position
 * moves on behind what was booked, so whoever dies leaves the rest to the next.
 */
export async function bookTills(deps: BookingDeps, tenantId: string): Promise<void> {
  for (let more = true; more; ) {
    const after = Number((await deps.stock.position(tenantId, positionName)) ?? 0);
    const page = await deps.shelf.changes(tenantId, { limit: changesPerPage, after });
    await bookRecords(deps, tenantId, page.records);
    if (page.position > after) await deps.stock.keepPosition(tenantId, positionName, String(page.position));
    more = page.more && page.position > after;
  }
}

/** Books these records; those that move no goods are left alone. */
export async function bookRecords(
  deps: BookingDeps,
  tenantId: string,
  records: readonly ShelfRecord[],
): Promise<string[]> {
  const skus = new Set<string>();
  for (const record of records) {
    for (const sku of await bookRecord(deps, tenantId, record)) skus.add(sku);
  }
  return [...skus];
}

/** What the events about a record left beside its content. */
interface Story {
  readonly order?: { readonly effective_at: string };
  readonly voided?: { readonly at: string };
}

async function bookRecord(deps: BookingDeps, tenantId: string, { entity, id, body }: ShelfRecord): Promise<string[]> {
  if (entity === 'sale' || entity === 'refund') return bookReceipt(deps, tenantId, { entity, id, body });
  const { order } = body as Story;
  if (entity !== 'stock_movement' || !order) return [];
  const [sku = ''] = await skusOf(deps, tenantId, [body as unknown as Goods]);
  const common = {
    key: `till/stock/${id}`,
    at: order.effective_at,
    ref: `${String(body.register)} ${String(body.note)}`.trim(),
  };
  await bookOne(
    deps,
    tenantId,
    sku,
    body.kind === 'stock.counted'
      ? { kind: 'count', ...common, quantity: plainDecimal(body.quantity) }
      : { kind: 'movement', ...common, amount: plainDecimal(body.delta), down: 'adjustment', up: 'adjustment' },
  );
  return [sku];
}

type Receipt = Pick<ShelfRecord, 'entity' | 'id' | 'body'>;

/** A sale or a refund, each as a document of its own time; what else it changes are the voidings of its sales. */
async function bookReceipt(deps: BookingDeps, tenantId: string, receipt: Receipt): Promise<string[]> {
  const sales = receipt.entity === 'sale' ? [receipt] : await findSales(deps, tenantId, salesOf(receipt));
  const [sale] = receipt.entity === 'sale' ? [receipt] : sales.filter(({ id }) => id === receipt.body.sale_id);
  const skus = await bookOwn(deps, tenantId, receipt, (sale?.body as Story | undefined)?.voided);
  for (const each of sales) skus.push(...(await bookVoiding(deps, tenantId, each)));
  return skus;
}

/**
 * A voiding is a document too: it brings back what was sold and had not come back by refunds of before it. What is refunded
 * after it moves nothing.
 */
async function bookVoiding(deps: BookingDeps, tenantId: string, sale: Receipt): Promise<string[]> {
  const { voided, order } = sale.body as Story;
  if (!voided) return [];
  const ids = refundsOf(sale.body).map((id) => ({ entity: 'refund', id }));
  const found = await deps.shelf.findMany(tenantId, ids);
  // A later version of a refund may name another sale.
  const refunds = found.filter((refund) => refund !== undefined && refund.body.sale_id === sale.id) as Receipt[];
  const skus: string[] = [];
  for (const refund of refunds) skus.push(...(await bookOwn(deps, tenantId, refund, voided)));
  if (!order) return skus;
  const back = [sale, ...refunds].map(async (each) =>
    goodsOf(deps, tenantId, linesOf(each, voided), each === sale ? 1 : -1),
  );
  const own = await bookDocument(deps, tenantId, {
    key: `till/void/${sale.id}`,
    at: voided.at > order.effective_at ? voided.at : order.effective_at,
    ref: nameOf(sale),
    ...reasons.refund,
    goods: summed((await Promise.all(back)).flatMap((each) => [...each])),
  });
  return [...skus, ...own];
}

const reasons = {
  sale: { down: 'pos_sale', up: 'pos_return' },
  refund: { down: 'correction', up: 'pos_return' },
} as const;
const nameOf = ({ entity, body }: Receipt): string => `${entity === 'sale' ? 'Sale' : 'Refund'} ${String(body.number)}`;

async function bookOwn(
  deps: BookingDeps,
  tenantId: string,
  receipt: Receipt,
  voided: Story['voided'],
): Promise<string[]> {
  const { entity, id, body } = receipt;
  const { order } = body as Story;
  if (!order || !Array.isArray(body.lines)) return [];
  const isSale = entity === 'sale';
  return bookDocument(deps, tenantId, {
    key: `till/${entity}/${id}`,
    at: order.effective_at,
    ref: nameOf(receipt),
    ...(isSale ? reasons.sale : reasons.refund),
    goods: await goodsOf(deps, tenantId, linesOf(receipt, voided), isSale ? -1 : 1),
  });
}

/** Lines of a receipt that move goods. */
function linesOf({ entity, body }: Receipt, voided: Story['voided']): readonly PosLine[] {
  const { order } = body as Story;
  const isPast = voided !== undefined && (order?.effective_at ?? '') > voided.at;
  const isStill = entity === 'refund' && (body.restock === false || isPast);
  return isStill || !Array.isArray(body.lines) ? [] : (body.lines as readonly PosLine[]);
}

async function findSales({ shelf }: BookingDeps, tenantId: string, ids: readonly string[]): Promise<Receipt[]> {
  const found = await shelf.findMany(
    tenantId,
    ids.map((id) => ({ entity: 'sale', id })),
  );
  return found.filter((sale) => sale !== undefined);
}

function summed(moves: Iterable<readonly [sku: string, amount: string]>): Map<string, string> {
  const goods = new Map<string, string>();
  for (const [sku, amount] of moves) {
    goods.set(sku, plainDecimal(decimal(goods.get(sku) ?? '0').plus(decimal(amount))));
  }
  return goods;
}

async function goodsOf(
  deps: BookingDeps,
  tenantId: string,
  lines: readonly PosLine[],
  sign: 1 | -1,
): Promise<Map<string, string>> {
  const known = lines.filter(({ sku, product_ref }) => sku || product_ref);
  const skus = await skusOf(deps, tenantId, known);
  return summed(
    known.map(({ quantity }, index) => [skus[index] ?? '', plainDecimal(decimal(quantity).times(sign))] as const),
  );
}

/** The name of a ledger: the SKU, or the product where it has none. */
export const ledgerName = (sku: string | null | undefined, item: string): string => sku?.trim() || `product:${item}`;

/** Where goods are named by a product of the shelf, the SKU is the product's. */
async function skusOf({ shelf }: BookingDeps, tenantId: string, goods: readonly Goods[]): Promise<string[]> {
  const products = await shelf.findMany(
    tenantId,
    goods.map(({ product_ref }) => ({ entity: 'product', id: product_ref || '-' })),
  );
  return goods.map(({ sku, product_ref }, index) => {
    const own = products[index]?.body.sku;
    return ledgerName(typeof own === 'string' && own ? own : sku, product_ref ?? '');
  });
}
