import { unwrap } from '../core/failure.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Difference } from '../model/reconciliation.ts';
import { countsIn, type Day, ledgerOf, type Match, recordsOf, ruleOf } from './day.ts';
import { difference, labelOf } from './difference.ts';
import { duplicatesAmong } from './duplicates.ts';
import { keyOf } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import { type Comparison, shop } from './systems.ts';

type Deps = Pick<ReconciliationDeps, 'links'>;

/** What the target has on the day that belongs to none of the shop's records of the day, and why. */
export async function compareRest(
  deps: Deps,
  day: Day,
  comparison: Comparison,
  matches: readonly Match[],
): Promise<Difference[]> {
  const { platform } = comparison.target;
  const matched = new Map(
    matches.flatMap(({ record, document }) => (document ? [[keyOf(document), record] as const] : [])),
  );
  const rest = recordsOf(day, platform, comparison.documents).filter(
    (document) => !matched.has(keyOf(document)) && countsIn(day, comparison)(document),
  );
  if (rest.length === 0) return [];
  const sources = await sourcesOf(deps, day, comparison, rest);
  const duplicates = await duplicatesOf(day, comparison, rest, sources, matched);
  if (!day.ledgers.has(shop.platform)) return [...duplicates.values()];
  const records = await recordsBehind(day, comparison, rest, sources);
  const documents = new Map(matches.map(({ record, document }) => [record.id, document]));
  return rest.flatMap((document) => {
    const duplicate = duplicates.get(keyOf(document));
    if (duplicate) return [duplicate];
    const record = records.get(keyOf(document));
    const first = record && documents.get(record.id);
    if (record && first) return [twice(day, comparison, record, first, document)];
    return foreign(day, comparison, document, record, sources.has(keyOf(document)));
  });
}

/** Ids of the records the documents were made from, by document; one of somebody else's has none. */
async function sourcesOf(
  { links }: Deps,
  day: Day,
  { target, subject }: Comparison,
  rest: readonly LedgerRecord[],
): Promise<Map<string, string>> {
  if (target.matching === 'natural_key') return new Map(rest.map((document) => [keyOf(document), document.id]));
  const found = await links.findByTarget(
    day.tenantId,
    rest.map(({ entity, id }) => ({ connection: target.platform, entity, id })),
  );
  return new Map(
    rest.flatMap((document, index) => {
      const link = found[index];
      return link?.source_connection === shop.platform && link.source_entity === subject.entity
        ? [[keyOf(document), link.source_id] as const]
        : [];
    }),
  );
}

async function duplicatesOf(
  day: Day,
  { target, documents }: Comparison,
  rest: readonly LedgerRecord[],
  sources: ReadonlyMap<string, string>,
  matched: ReadonlyMap<string, LedgerRecord>,
): Promise<Map<string, Difference>> {
  if (target.matching !== 'link') return new Map();
  const strangers = rest.filter((document) => !sources.has(keyOf(document)));
  const numbers = strangers.map(({ number }) => number).filter((number) => number !== '');
  const named = unwrap(await ledgerOf(day, target.platform).byNumbers(numbers));
  const known = recordsOf(day, target.platform, documents).filter(
    (document) => matched.has(keyOf(document)) || sources.has(keyOf(document)),
  );
  const sameNumber = named.filter(({ entity }) => documents.includes(entity));
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

/** The shop's records themselves, whatever their day. A stranger may be one of ours whose number ends in the record's id. */
async function recordsBehind(
  day: Day,
  comparison: Comparison,
  rest: readonly LedgerRecord[],
  sources: ReadonlyMap<string, string>,
): Promise<Map<string, LedgerRecord>> {
  const { entity, idIn } = comparison.subject;
  const idOf = (document: LedgerRecord): string => sources.get(keyOf(document)) ?? idIn(document.number) ?? '';
  const wanted = rest.map((document) => ({ entity, id: idOf(document) })).filter(({ id }) => id !== '');
  const found = new Map(unwrap(await ledgerOf(day, shop.platform).byIds(wanted)).map((record) => [record.id, record]));
  return new Map(
    rest.flatMap((document) => {
      const record = found.get(idOf(document));
      const isOwn = record && (sources.has(keyOf(document)) || isNumbered(day, comparison, document, record));
      return record && isOwn ? [[keyOf(document), record] as const] : [];
    }),
  );
}

function isNumbered(day: Day, { target, subject }: Comparison, document: LedgerRecord, record: LedgerRecord): boolean {
  const number = ruleOf(day, subject).numberOf(record);
  return target.matching === 'link' && number === document.number && record.gross === document.gross;
}

function twice(
  day: Day,
  { target }: Comparison,
  record: LedgerRecord,
  first: LedgerRecord,
  second: LedgerRecord,
): Difference {
  return difference({
    kind: 'duplicate_in_books',
    day: day.day,
    system: target.platform,
    sides: { [shop.platform]: record, [target.platform]: second, [`${target.platform}_original`]: first },
    cause: `${labelOf(record)} stands in the books twice: as ${labelOf(first)} and as ${labelOf(second)}.`,
    fix: `Look at both in ${target.title} and delete the one that is too many.`,
  });
}

function foreign(
  day: Day,
  { target, subject }: Comparison,
  document: LedgerRecord,
  record: LedgerRecord | undefined,
  isOurs: boolean,
): Difference[] {
  const { entity, words } = subject;
  const base = { day: day.day, system: target.platform };
  if (record && !record.void && record.business_day !== day.day) {
    // Where the record's own day is part of the report, it stands there.
    if (record.business_day >= day.from && record.business_day <= day.to) return [];
    return [
      difference({
        ...base,
        kind: 'day_differs',
        sides: { [shop.platform]: record, [target.platform]: document },
        fields: [{ field: 'business_day', expected: record.business_day, found: document.business_day }],
        cause: `It is dated ${document.business_day} in ${target.title}; the ${entity} ${words.dated} ${record.business_day} in the store's time zone.`,
        fix: `Correct the date in ${target.title}, or accept the difference with a note.`,
      }),
    ];
  }
  if (record && !record.void) {
    return [
      difference({
        ...base,
        kind: 'pending',
        sides: { [shop.platform]: record, [target.platform]: document },
        cause: `${labelOf(record)} appeared while the systems were being read.`,
        fix: 'Reconcile again.',
      }),
    ];
  }
  const remove = words.takeBack.toLowerCase();
  return [
    difference({
      ...base,
      kind: target.only,
      sides: { [target.platform]: document, ...(record ? { [shop.platform]: record } : {}) },
      cause: isOurs
        ? `The ${entity} behind ${labelOf(document)} was deleted in the shop.`
        : `${labelOf(document)} was made in ${target.title}: no ${entity} of the shop stands behind it.`,
      fix: isOurs
        ? `${words.takeBack} it in ${target.title} if ${words.ifNot}.`
        : `Nothing, if it is of another channel; otherwise ${remove} it.`,
    }),
  ];
}
