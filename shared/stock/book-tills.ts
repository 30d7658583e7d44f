import { decimal, plainDecimal } from '../core/money.ts';
import type { PosLine } from '../model/pos-event.ts';
import type { ShelfRecord } from '../model/shelf.ts';
import { bookDocument, bookOne, type GoodsDocument } from './book-goods.ts';
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

async function bookRecord(deps: BookingDeps, tenantId: string, { entity, id, body }: ShelfRecord): Promise<string[]> {
  const order = body.order as { readonly effective_at: string } | undefined;
  if (!order) return [];
  if ((entity === 'sale' || entity === 'refund') && Array.isArray(body.lines)) {
    const voided = body.voided as { readonly at: string } | undefined;
    const document = {
      key: `till/${entity}/${id}`,
      at: voided && voided.at > order.effective_at ? voided.at : order.effective_at,
      ref: `${entity === 'sale' ? 'Sale' : 'Refund'} ${String(body.number)}`,
      down: entity === 'sale' ? 'pos_sale' : 'correction',
      up: 'pos_return',
    } as const satisfies Omit<GoodsDocument, 'goods'>;
    const moves = !voided && (entity === 'sale' || body.restock !== false);
    const lines = moves ? (body.lines as readonly PosLine[]) : [];
    const goods = await goodsOf(deps, tenantId, lines, entity === 'sale' ? -1 : 1);
    return bookDocument(deps, tenantId, { ...document, goods });
  }
  if (entity !== 'stock_movement') return [];
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

async function goodsOf(
  deps: BookingDeps,
  tenantId: string,
  lines: readonly PosLine[],
  sign: 1 | -1,
): Promise<Map<string, string>> {
  const known = lines.filter(({ sku, product_ref }) => sku || product_ref);
  const skus = await skusOf(deps, tenantId, known);
  const goods = new Map<string, string>();
  known.forEach(({ quantity }, index) => {
    const sku = skus[index] ?? '';
    goods.set(sku, plainDecimal(decimal(goods.get(sku) ?? '0').plus(decimal(quantity).times(sign))));
  });
  return goods;
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
