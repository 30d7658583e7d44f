import { instant } from '../core/clock.ts';
import { ok, type Result } from '../core/failure.ts';
import { decimal } from '../core/money.ts';
import type { StockItem, StockPlace } from '../model/stock.ts';
import { changeLedger } from './book-goods.ts';
import type { BalanceDeps, OpenKeeper } from './deps.ts';
import { observe, targetOf, withPlace } from './ledger.ts';
import { lookTwice, settleMs } from './look-at.ts';

/**
 * Tells a system the numbers of these ledgers. Numbers can only be set whole, so what the system has is read just before;
 * one that is not as expected is left for later. What is to be written is noted first: whoever dies, or gets no answer,
 * leaves enough for the next look to tell our number from anybody else's.
 */
export async function writeNumbers(
  deps: Pick<BalanceDeps, 'stock' | 'shelf' | 'clock'>,
  tenantId: string,
  open: OpenKeeper,
  floor: string,
  items: readonly StockItem[],
): Promise<Result<null>> {
  const { system, keeper } = open;
  const readAt = instant(deps.clock.now());
  const ids = items.flatMap(({ places }) => places[system]?.item ?? []);
  const levels = await keeper.levelsOf(ids);
  if (!levels.ok) return levels;
  const looked = await lookTwice(deps, tenantId, open, floor, levels.value);
  if (!looked.ok) return looked;
  const noted: { readonly sku: string; readonly item: string; readonly product: string; readonly quantity: string }[] =
    [];
  for (const { sku } of looked.value) {
    const item = await changeLedger(deps, tenantId, sku, [], (ledger) => {
      const place = ledger.item.places[system];
      if (!place || !isToWrite(ledger.item, place)) return ledger;
      const writing = { quantity: targetOf(ledger.item, place), read_at: readAt };
      return withPlace(ledger, system, { ...place, writing });
    });
    const place = item.places[system];
    if (place?.writing?.read_at === readAt) {
      noted.push({ sku, item: place.item, product: place.product, quantity: place.writing.quantity });
    }
  }
  if (noted.length === 0) return ok(null);
  const written = await keeper.write(noted);
  if (!written.ok) return written;
  for (const [index, { sku, item, product }] of noted.entries()) {
    const quantity = written.value[index];
    if (quantity === undefined) continue;
    const at = instant(deps.clock.now());
    await changeLedger(deps, tenantId, sku, [], (ledger) =>
      observe(ledger, { system, item, product, quantity, floor, at }, settleMs),
    );
  }
  return ok(null);
}

function isToWrite(item: StockItem, place: StockPlace): boolean {
  if (place.suspect || place.writing) return false;
  return !decimal(place.expected).eq(decimal(targetOf(item, place)));
}
