import { instant } from '../core/clock.ts';
import type { StockEntry, StockItem } from '../model/stock.ts';
import type { BookingDeps } from './deps.ts';
import { type Booking, book, emptyItem, isDifferent, isOpen, type Ledger, type Movement } from './ledger.ts';

export const flagsOf = (item: StockItem) => ({ isOpen: isOpen(item), isDifferent: isDifferent(item) });

/** Changes the ledger of one SKU; the ledger is begun where there is none. */
export function changeLedger(
  { stock }: Pick<BookingDeps, 'stock'>,
  tenantId: string,
  sku: string,
  bookingKeys: readonly string[],
  change: (ledger: Ledger) => Ledger | Promise<Ledger>,
): Promise<StockItem> {
  return stock.change(
    tenantId,
    sku,
    bookingKeys,
    (before, amounts) => change({ item: before ?? emptyItem(tenantId, sku), entries: [], amounts }),
    flagsOf,
  );
}

/** What a document does to stock: all its goods, as it stands now. */
export interface GoodsDocument extends Omit<Movement, 'kind' | 'amount'> {
  /** By SKU. */
  readonly goods: ReadonlyMap<string, string>;
  /** By SKU, see {@link Movement.by}. */
  readonly unseen?: ReadonlyMap<string, string>;
}

/**
 * Books a document. Goods it moved in an earlier version and does not move any more are put back: which they were is
 * stored before they are booked, so that nobody who dies in between forgets one. Answers the SKUs.
 */
export async function bookDocument(
  deps: BookingDeps,
  tenantId: string,
  { goods, unseen, ...document }: GoodsDocument,
): Promise<string[]> {
  const skus = await deps.stock.noteGoods(tenantId, document.key, [...goods.keys()]);
  for (const sku of skus) {
    const by = document.by && { ...document.by, unseen: unseen?.get(sku) };
    const booking: Movement = { kind: 'movement', ...document, by, amount: goods.get(sku) ?? '0' };
    await bookOne(deps, tenantId, sku, booking);
  }
  return skus;
}

export async function bookOne(deps: BookingDeps, tenantId: string, sku: string, booking: Booking): Promise<void> {
  const now = instant(deps.clock.now());
  await changeLedger(deps, tenantId, sku, [booking.key], async (ledger) => {
    const earlier = booking.kind === 'count' ? await entriesAfter(deps, tenantId, sku, booking.at) : [];
    return book(ledger, booking, earlier, now);
  });
}

/** Entries of what happened after a time. Stored in the order they were told in, so all have to be looked at. */
async function entriesAfter({ stock }: BookingDeps, tenantId: string, sku: string, at: string): Promise<StockEntry[]> {
  const found: StockEntry[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await stock.entries(tenantId, sku, { limit: 500, after });
    found.push(...page.entries.filter((entry) => entry.at > at));
    after = page.next;
    more = after !== undefined;
  }
  return found;
}
