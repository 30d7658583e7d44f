import { chunks } from '../core/chunks.ts';
import { instant } from '../core/clock.ts';
import { type Failure, ok, type Result } from '../core/failure.ts';
import type { StockItem } from '../model/stock.ts';
import { changeLedger } from './book-goods.ts';
import { bookTills } from './book-tills.ts';
import type { BalanceDeps, OpenKeeper } from './deps.ts';
import { targetOf } from './ledger.ts';
import { lookAt } from './look-at.ts';
import { writeNumbers } from './write-numbers.ts';

const itemsPerPage = 100;

/**
 * Brings the stock of a tenant together: books what tills and systems moved, tells systems what they lack and tills what is
 * there. Safe to repeat and to die in anywhere; once nothing moves any more, a few turns end with one number everywhere.
 */
export async function balanceStock(deps: BalanceDeps, tenantId: string): Promise<Result<null>> {
  await bookTills(deps, tenantId);
  const opened = await deps.openKeepers(tenantId);
  let failure: Failure | undefined = opened.ok ? undefined : opened.failure;
  if (opened.ok) {
    for (const keeper of opened.value.keepers) {
      const done = await balanceWith(deps, tenantId, keeper, opened.value.floor);
      if (!done.ok) failure ??= done.failure;
      await keeper.close();
    }
  }
  await publishOpen(deps, tenantId);
  return failure ? { ok: false, failure } : ok(null);
}

async function balanceWith(
  deps: BalanceDeps,
  tenantId: string,
  open: OpenKeeper,
  floor: string,
): Promise<Result<null>> {
  const looked = await lookAt(deps, tenantId, open, floor);
  if (!looked.ok) return looked;
  const pending = await allOpen(deps, tenantId);
  const mine = pending.filter(({ places }) => places[open.system]);
  for (const group of chunks(mine, itemsPerPage)) {
    const written = await writeNumbers(deps, tenantId, open, floor, group);
    if (!written.ok) return written;
  }
  return ok(null);
}

async function allOpen({ stock }: BalanceDeps, tenantId: string): Promise<StockItem[]> {
  const items: StockItem[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await stock.list(tenantId, 'open', { limit: itemsPerPage, after });
    items.push(...page.items);
    after = page.next;
    more = after !== undefined;
  }
  return items;
}

async function publishOpen(deps: BalanceDeps, tenantId: string): Promise<void> {
  const pending = await allOpen(deps, tenantId);
  await publish(
    deps,
    tenantId,
    pending.filter(({ balance, published }) => published !== balance).map(({ sku }) => sku),
  );
}

/** Tells tills what the ledgers of these SKUs come to. */
export async function publish(
  deps: Pick<BalanceDeps, 'stock' | 'shelf' | 'clock'>,
  tenantId: string,
  skus: readonly string[],
): Promise<void> {
  for (const sku of skus) {
    const item = await deps.stock.find(tenantId, sku);
    if (!item || item.published === item.balance) continue;
    const [place] = Object.values(item.places);
    await deps.shelf.change(tenantId, instant(deps.clock.now()), [{ entity: 'stock_level', id: sku }], () => ({
      gone: false,
      origin: 'ledger',
      body: {
        sku,
        on_hand: item.balance,
        entry: item.entries,
        ...(place ? { product_ref: place.product, web_quantity: targetOf(item, place) } : {}),
      },
    }));
    // Somebody may have booked meanwhile: then it stays open, and is told again.
    await changeLedger(deps, tenantId, sku, [], (ledger) => ({
      ...ledger,
      item: { ...ledger.item, published: item.balance },
    }));
  }
}
