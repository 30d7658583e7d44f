import { unwrap } from '../core/failure.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Difference } from '../model/reconciliation.ts';
import { countsIn, type Day, ledgerOf, type Match, recordsOf } from './day.ts';
import { difference, labelOf } from './difference.ts';
import { duplicatesAmong } from './duplicates.ts';
import { keyOf } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import { shop, type TargetSystem } from './systems.ts';

type Deps = Pick<ReconciliationDeps, 'links'>;

/** What the target has on the day that belongs to none of the day's orders, and why. */
export async function compareRest(
  deps: Deps,
  day: Day,
  target: TargetSystem,
  matches: readonly Match[],
): Promise<Difference[]> {
  const matched = new Map(
    matches.flatMap(({ order, document }) => (document ? [[keyOf(document), order] as const] : [])),
  );
  const rest = recordsOf(day, target.platform).filter(
    (record) => !matched.has(keyOf(record)) && countsIn(day, target)(record),
  );
  if (rest.length === 0) return [];
  const sources = await sourcesOf(deps, day, target, rest);
  const duplicates = await duplicatesOf(day, target, rest, sources, matched);
  if (!day.ledgers.has(shop.platform)) return [...duplicates.values()];
  const orders = await ordersOf(day, target, rest, sources);
  const documents = new Map(matches.map(({ order, document }) => [order.id, document]));
  return rest.flatMap((record) => {
    const duplicate = duplicates.get(keyOf(record));
    if (duplicate) return [duplicate];
    const order = orders.get(keyOf(record));
    const first = order && documents.get(order.id);
    if (order && first) return [twice(day, target, order, first, record)];
    return foreign(day, target, record, order, sources.has(keyOf(record)));
  });
}

/** Ids of the orders the records were made from, by record; a record of somebody else's has none. */
async function sourcesOf(
  { links }: Deps,
  day: Day,
  target: TargetSystem,
  rest: readonly LedgerRecord[],
): Promise<Map<string, string>> {
  if (target.matching === 'natural_key') return new Map(rest.map((record) => [keyOf(record), record.id]));
  const found = await links.findByTarget(
    day.tenantId,
    rest.map(({ entity, id }) => ({ connection: target.platform, entity, id })),
  );
  return new Map(
    rest.flatMap((record, index) => {
      const link = found[index];
      return link?.source_connection === shop.platform && link.source_entity === shop.entity
        ? [[keyOf(record), link.source_id] as const]
        : [];
    }),
  );
}

async function duplicatesOf(
  day: Day,
  target: TargetSystem,
  rest: readonly LedgerRecord[],
  sources: ReadonlyMap<string, string>,
  matched: ReadonlyMap<string, LedgerRecord>,
): Promise<Map<string, Difference>> {
  if (target.matching !== 'link') return new Map();
  const strangers = rest.filter((record) => !sources.has(keyOf(record)));
  const numbers = strangers.map(({ number }) => number).filter((number) => number !== '');
  const sameNumber = unwrap(await ledgerOf(day, target.platform).byNumbers(numbers));
  const known = recordsOf(day, target.platform).filter(
    (record) => matched.has(keyOf(record)) || sources.has(keyOf(record)),
  );
  return new Map(
    duplicatesAmong(strangers, { known, sameNumber }).map(({ record, original }) => [
      keyOf(record),
      difference({
        kind: 'duplicate_in_books',
        day: day.day,
        system: target.platform,
        sides: { [target.platform]: record, [`${target.platform}_original`]: original },
        cause: `${labelOf(record)} of ${record.gross} ${record.currency} stands beside ${labelOf(original)} of the same customer and total${record.number === original.number && record.number !== '' ? ' under the same number' : ' on the same day'}.`,
        fix: `Look at both in ${target.title} and delete the one that is too many.`,
      }),
    ]),
  );
}

/** The orders themselves, whatever their day. A stranger may be one of ours whose number is the order's id. */
async function ordersOf(
  day: Day,
  target: TargetSystem,
  rest: readonly LedgerRecord[],
  sources: ReadonlyMap<string, string>,
): Promise<Map<string, LedgerRecord>> {
  const idOf = (record: LedgerRecord): string => sources.get(keyOf(record)) ?? /\d+$/.exec(record.number)?.[0] ?? '';
  const wanted = rest.map((record) => ({ entity: shop.entity, id: idOf(record) })).filter(({ id }) => id !== '');
  const found = new Map(unwrap(await ledgerOf(day, shop.platform).byIds(wanted)).map((order) => [order.id, order]));
  return new Map(
    rest.flatMap((record) => {
      const order = found.get(idOf(record));
      const isOwn = order && (sources.has(keyOf(record)) || isNumbered(day, target, record, order));
      return order && isOwn ? [[keyOf(record), order] as const] : [];
    }),
  );
}

function isNumbered(day: Day, target: TargetSystem, record: LedgerRecord, order: LedgerRecord): boolean {
  return target.matching === 'link' && day.rule.numberOf(order) === record.number && order.gross === record.gross;
}

function twice(
  day: Day,
  target: TargetSystem,
  order: LedgerRecord,
  first: LedgerRecord,
  second: LedgerRecord,
): Difference {
  return difference({
    kind: 'duplicate_in_books',
    day: day.day,
    system: target.platform,
    sides: { [shop.platform]: order, [target.platform]: second, [`${target.platform}_original`]: first },
    cause: `${labelOf(order)} stands in the books twice: as ${labelOf(first)} and as ${labelOf(second)}.`,
    fix: `Look at both in ${target.title} and delete the one that is too many.`,
  });
}

function foreign(
  day: Day,
  target: TargetSystem,
  record: LedgerRecord,
  order: LedgerRecord | undefined,
  isOurs: boolean,
): Difference[] {
  const base = { day: day.day, system: target.platform };
  if (order && !order.void && order.business_day !== day.day) {
    // Where the order's own day is part of the report, it stands there.
    if (order.business_day >= day.from && order.business_day <= day.to) return [];
    return [
      difference({
        ...base,
        kind: 'day_differs',
        sides: { [shop.platform]: order, [target.platform]: record },
        fields: [{ field: 'business_day', expected: order.business_day, found: record.business_day }],
        cause: `It is dated ${record.business_day} in ${target.title}; the order was placed on ${order.business_day} in the store's time zone.`,
        fix: `Correct the date in ${target.title}, or accept the difference with a note.`,
      }),
    ];
  }
  if (order && !order.void) {
    return [
      difference({
        ...base,
        kind: 'pending',
        sides: { [shop.platform]: order, [target.platform]: record },
        cause: `${labelOf(order)} appeared while the systems were being read.`,
        fix: 'Reconcile again.',
      }),
    ];
  }
  return [
    difference({
      ...base,
      kind: target.only,
      sides: { [target.platform]: record, ...(order ? { [shop.platform]: order } : {}) },
      cause: isOurs
        ? `The order behind ${labelOf(record)} was deleted in the shop.`
        : `${labelOf(record)} was made in ${target.title}: no order of the shop stands behind it.`,
      fix: isOurs
        ? `Void it in ${target.title} if the sale did not take place.`
        : 'Nothing, if it is a sale of another channel; otherwise void it.',
    }),
  ];
}
