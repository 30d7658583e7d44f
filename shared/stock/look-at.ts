import type { StockLevel } from '../connectors/stock-keeper.ts';
import { instant } from '../core/clock.ts';
import { ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { StockItem } from '../model/stock.ts';
import { bookDocument, changeLedger } from './book-goods.ts';
import { ledgerName } from './book-tills.ts';
import type { BalanceDeps, OpenKeeper } from './deps.ts';
import { minus, observe, plus } from './ledger.ts';

/** How long a difference has to stay before it is believed that a person made it. */
export const settleMs = 120_000;
/** Read again of what was read before: what is stored late shows up late. */
const overlapMs = 120_000;

type Keeping = Pick<BalanceDeps, 'stock' | 'shelf' | 'clock'>;

/**
 * Looks at what a system has: books what it moved by itself, then compares its numbers with those it should have. Where one
 * differs, what moved meanwhile is read and the number looked at once more, before it is called a difference.
 */
export async function lookAt(deps: Keeping, tenantId: string, open: OpenKeeper, floor: string): Promise<Result<null>> {
  const moved = await bookMoved(deps, tenantId, open);
  if (!moved.ok) return moved;
  const name = `${open.system}/levels`;
  const since = (await deps.stock.position(tenantId, name)) ?? null;
  let newest = since;
  for (let cursor: Json | null = null, more = true; more; ) {
    const page: Awaited<ReturnType<typeof open.keeper.levels>> = await open.keeper.levels({ since, cursor });
    if (!page.ok) return page;
    const seen = await lookTwice(deps, tenantId, open, floor, page.value.levels);
    if (!seen.ok) return seen;
    if (page.value.newest !== null && (newest === null || page.value.newest > newest)) newest = page.value.newest;
    cursor = page.value.next;
    more = cursor !== null;
  }
  if (newest !== null) await deps.stock.keepPosition(tenantId, name, overlapped(newest, deps));
  return ok(null);
}

/** Compares these numbers; answers the ledgers. */
export async function lookTwice(
  deps: Keeping,
  tenantId: string,
  open: OpenKeeper,
  floor: string,
  levels: readonly StockLevel[],
): Promise<Result<StockItem[]>> {
  const items: StockItem[] = [];
  for (const level of levels) items.push(await lookOnce(deps, tenantId, open.system, floor, level));
  const odd = levels.filter((_, index) => items[index]?.places[open.system]?.suspect);
  if (odd.length === 0) return ok(items);
  const moved = await bookMoved(deps, tenantId, open);
  if (!moved.ok) return moved;
  const again = await open.keeper.levelsOf(odd.map(({ item }) => item));
  if (!again.ok) return again;
  for (const level of again.value) {
    const item = await lookOnce(deps, tenantId, open.system, floor, level);
    const index = levels.findIndex((each) => each.item === level.item);
    if (index !== -1) items[index] = item;
  }
  return ok(items);
}

async function lookOnce(
  deps: Keeping,
  tenantId: string,
  system: string,
  floor: string,
  { item, product, sku, quantity }: StockLevel,
): Promise<StockItem> {
  const [known] = await deps.stock.findPlaces(tenantId, system, [item]);
  const name = known ?? ledgerName(sku, product);
  if (known === undefined) await deps.stock.keepPlace(tenantId, system, item, name);
  const at = instant(deps.clock.now());
  return changeLedger(deps, tenantId, name, [], (ledger) =>
    observe(ledger, { system, item, product, quantity, floor, at }, settleMs),
  );
}

/** Books what the system moved by itself since it was last asked. */
async function bookMoved(deps: Keeping, tenantId: string, { system, keeper }: OpenKeeper): Promise<Result<null>> {
  const name = `${system}/movements`;
  const now = instant(deps.clock.now());
  // Movements of before the first look are in the numbers of that look.
  const since = (await deps.stock.position(tenantId, name)) ?? overlapped(now, deps);
  let newest = since;
  for (let cursor: Json | null = null, more = true; more; ) {
    const page: Awaited<ReturnType<typeof keeper.movements>> = await keeper.movements({ since, cursor });
    if (!page.ok) return page;
    for (const { document, movements } of page.value.documents) {
      const goods = new Map<string, string>();
      const unseen = new Map<string, string>();
      const items = movements.flatMap((movement) => movement.items);
      const places = await deps.stock.findPlaces(tenantId, system, items);
      const skuOf = new Map(items.map((item, index) => [item, places[index]]));
      movements.forEach((movement) => {
        const { taken, pieces } = movement;
        const sku = movement.items.map((item) => skuOf.get(item)).find((each) => each !== undefined);
        if (sku === undefined) return;
        add(goods, sku, minus('0', taken));
        add(unseen, sku, minus(taken, pieces));
      });
      const [first] = movements;
      const at = first?.at ?? now;
      await bookDocument(deps, tenantId, {
        key: `${system}/${document}`,
        at,
        ref: first?.label ?? `${system} ${document}`,
        down: 'web_sale',
        up: 'web_refund_restock',
        by: { system, changed_at: first?.changed_at ?? now },
        goods,
        unseen,
      });
    }
    if (page.value.newest !== null && page.value.newest > newest) newest = page.value.newest;
    cursor = page.value.next;
    more = cursor !== null;
  }
  await deps.stock.keepPosition(tenantId, name, overlapped(newest, deps));
  return ok(null);
}

function add(sums: Map<string, string>, sku: string, amount: string): void {
  sums.set(sku, plus(sums.get(sku) ?? '0', amount));
}

/** Never later than the present less the overlap, whatever clock a system has. */
function overlapped(newest: string, { clock }: Keeping): string {
  const latest = Math.min(Date.parse(newest), clock.now());
  return instant(latest - overlapMs);
}
