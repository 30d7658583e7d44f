import type { Ledger } from '../connectors/ledger.ts';
import { unwrap } from '../core/failure.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Link } from '../model/link.ts';
import { failureId } from '../sync/failure-identity.ts';
import { keyOf, type LedgerDay } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import type { PostingRule } from './posting-rule.ts';
import { routeOf, shop, type TargetSystem } from './systems.ts';

/** Everything about one business day that the comparison looks at. */
export interface Day {
  readonly tenantId: string;
  readonly day: string;
  readonly from: string;
  readonly to: string;
  readonly rule: PostingRule;
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** What each system has on this day. */
  readonly systems: ReadonlyMap<string, LedgerDay>;
  /** Sync watermarks by route: newest change of the source that was carried over. */
  readonly watermarks: ReadonlyMap<string, string | null>;
}

/** An order and what stands for it on a target. */
export interface Match {
  readonly order: LedgerRecord;
  /** Links to documents of the target, in the order of the ledger's entities. */
  readonly links: readonly Link[];
  /** The first document found, on whatever day; undefined when there is none. */
  readonly document: LedgerRecord | undefined;
  readonly failure: FailureRecord | undefined;
}

type Deps = Pick<ReconciliationDeps, 'links' | 'failures'>;

export function recordsOf(day: Day, system: string): readonly LedgerRecord[] {
  return [...(day.systems.get(system)?.records.values() ?? [])];
}

export function ledgerOf(day: Day, system: string): Ledger {
  const ledger = day.ledgers.get(system);
  if (!ledger) throw new Error(`the ledger of ${system} is not open`);
  return ledger;
}

/** True for a record that counts as a sale in its system. */
export function countsIn(day: Day, target: TargetSystem): (record: LedgerRecord) => boolean {
  if (target.holds === 'posted') return (record) => !record.void;
  return (record) => day.rule.exclusion(record) === undefined;
}

/** The orders of the day with their documents: by link or natural key, and by number where no link is known. */
export async function matchOrders(deps: Deps, day: Day, target: TargetSystem): Promise<Match[]> {
  const orders = recordsOf(day, shop.platform);
  const ledger = ledgerOf(day, target.platform);
  const present = day.systems.get(target.platform)?.records ?? new Map<string, LedgerRecord>();
  const [linksByOrder, failures] = await Promise.all([
    linksOf(deps, day, target, orders),
    deps.failures.findMany(
      day.tenantId,
      orders.map(({ entity, id }) => failureId(routeOf(target, entity).id, id)),
    ),
  ]);
  const wanted = orders.map((order, index) => addresses(target, order, linksByOrder[index] ?? []));
  const elsewhere = wanted.flat().filter((address) => !present.has(keyOf(address)));
  const byId = new Map([...present, ...entries(unwrap(await ledger.byIds(elsewhere)))]);

  // A document of this number that another order is linked to is not this one's.
  const unlinked = orders.filter((order, index) => wanted[index]?.length === 0 && !day.rule.exclusion(order));
  const byNumber = await freeDocuments(deps, day, target, unlinked);
  return orders.map((order, index) => ({
    order,
    links: linksByOrder[index] ?? [],
    document:
      (wanted[index] ?? []).map((address) => byId.get(keyOf(address))).find((found) => found !== undefined) ??
      byNumber.get(order.id),
    failure: failures[index],
  }));
}

async function linksOf(
  { links }: Deps,
  { tenantId, ledgers }: Day,
  target: TargetSystem,
  orders: readonly LedgerRecord[],
): Promise<Link[][]> {
  const entities = ledgers.get(target.platform)?.entities ?? [];
  const found = await links.findMany(
    tenantId,
    orders.flatMap(({ entity, id }) =>
      entities.map((name) => ({
        source: { connection: shop.platform, entity, id },
        target: { connection: target.platform, entity: name },
      })),
    ),
  );
  return orders.map((_, index) =>
    found.slice(index * entities.length, (index + 1) * entities.length).filter((link) => link !== undefined),
  );
}

function addresses({ matching }: TargetSystem, { entity, id }: LedgerRecord, links: readonly Link[]) {
  if (matching === 'natural_key') return [{ entity, id }];
  return links.flatMap(({ target_entity, target_id }) =>
    target_id === undefined ? [] : [{ entity: target_entity, id: target_id }],
  );
}

/** Documents with the numbers of these orders that no order is linked to, by id of the order. */
async function freeDocuments(
  { links }: Deps,
  day: Day,
  target: TargetSystem,
  orders: readonly LedgerRecord[],
): Promise<Map<string, LedgerRecord>> {
  if (target.matching !== 'link' || orders.length === 0) return new Map();
  const numbers = orders.map((order) => day.rule.numberOf(order)).filter((number) => number !== '');
  const found = unwrap(await ledgerOf(day, target.platform).byNumbers(numbers));
  const owners = await links.findByTarget(
    day.tenantId,
    found.map(({ entity, id }) => ({ connection: target.platform, entity, id })),
  );
  const free = Map.groupBy(
    found.filter((record, index) => owners[index] === undefined && !record.void),
    ({ number }) => number,
  );
  return new Map(
    orders.flatMap((order) => {
      const candidates = free.get(day.rule.numberOf(order)) ?? [];
      const [best] = candidates.toSorted((a, b) => Number(b.gross === order.gross) - Number(a.gross === order.gross));
      return best ? [[order.id, best] as const] : [];
    }),
  );
}

function entries(records: readonly LedgerRecord[]): [string, LedgerRecord][] {
  return records.map((record) => [keyOf(record), record]);
}
