import { unwrap } from '../core/failure.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Link } from '../model/link.ts';
import type { Difference } from '../model/reconciliation.ts';
import { countsIn, type Day, documentsOf, ledgerOf, type Match, ruleOf } from './day.ts';
import { difference, labelOf } from './difference.ts';
import { duplicatesAmong } from './duplicates.ts';
import { keyOf } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import { type Comparison, isSource, titleOf } from './systems.ts';

type Deps = Pick<ReconciliationDeps, 'links'>;

/** A comparison of the day whose source has been read, with what was matched. */
export interface Compared {
  readonly comparison: Comparison;
  /** As this comparison sees it. */
  readonly day: Day;
  readonly matches: readonly Match[];
}

/** The record a document was made from. */
interface Owner {
  /** Absent where its source is not compared. */
  readonly of?: Compared | undefined;
  readonly platform: string;
  readonly id: string;
}

/** A document nothing of the day was matched with, and whose it is. */
interface Rest {
  readonly document: LedgerRecord;
  readonly owner: Owner | undefined;
}

/** What the target has on the day that belongs to none of the day's records of any source, and why. */
export async function compareRest(
  deps: Deps,
  day: Day,
  group: readonly Comparison[],
  compared: readonly Compared[],
): Promise<Difference[]> {
  const [first] = group;
  if (!first || !day.systems.has(first.target.platform)) return [];
  const matched = new Set(
    compared.flatMap(({ matches }) => matches.flatMap(({ document }) => (document ? [keyOf(document)] : []))),
  );
  const documents = group.flatMap((comparison) => documentsOf(day, comparison).filter(countsIn(day, comparison)));
  const unmatched = [...new Map(documents.map((document) => [keyOf(document), document])).values()].filter(
    (document) => !matched.has(keyOf(document)),
  );
  if (unmatched.length === 0) return [];
  const owners = await ownersOf(deps, day, first, compared, unmatched);
  const rest = unmatched.map((document, index): Rest => ({ document, owner: owners[index] }));
  const duplicates = await duplicatesOf(day, first, rest, matched);
  if (compared.length === 0) return [...duplicates.values()];
  const behind = await recordsBehind(compared, rest);
  return rest.flatMap(({ document, owner }) => {
    const duplicate = duplicates.get(keyOf(document));
    if (duplicate) return [duplicate];
    const { of, record } = behind.get(keyOf(document)) ?? { of: owner?.of, record: undefined };
    if (!of) return [stranger(day, first, compared, document, owner)];
    const standsFor = record && of.matches.find((match) => match.record.id === record.id)?.document;
    if (record && standsFor) return [twice(of, record, standsFor, document)];
    return foreign(of, document, record);
  });
}

/** Whose each document is, by what it says itself or by the link that made it; undefined for one of nobody we know. */
async function ownersOf(
  { links }: Deps,
  day: Day,
  { target }: Comparison,
  compared: readonly Compared[],
  documents: readonly LedgerRecord[],
): Promise<(Owner | undefined)[]> {
  const ownerBy = (platform: string, id: string, entity?: string): Owner => ({
    platform,
    id,
    of: compared.find(
      ({ comparison: { subject } }) =>
        subject.source.platform === platform && (entity === undefined || subject.entity === entity),
    ),
  });
  if (target.matching === 'natural_key') {
    return documents.map(({ origin, id }) => (origin === null ? undefined : ownerBy(origin, id)));
  }
  const found = await links.findByTarget(
    day.tenantId,
    documents.map(({ entity, id }) => ({ connection: target.platform, entity, id })),
  );
  return found.map((link: Link | undefined) => {
    if (!link || !isSource(link.source_connection)) return undefined;
    const owner = ownerBy(link.source_connection, link.source_id, link.source_entity);
    // A document of a source that is compared, for something else than its records, is looked at like anybody's.
    const isCompared = compared.some(({ comparison }) => comparison.subject.source.platform === owner.platform);
    return owner.of || !isCompared ? owner : undefined;
  });
}

async function duplicatesOf(
  day: Day,
  { target, documents }: Comparison,
  rest: readonly Rest[],
  matched: ReadonlySet<string>,
): Promise<Map<string, Difference>> {
  if (target.matching !== 'link') return new Map();
  const owned = new Set(rest.flatMap(({ document, owner }) => (owner ? [keyOf(document)] : [])));
  const strangers = rest.filter(({ owner }) => !owner).map(({ document }) => document);
  const numbers = strangers.map(({ number }) => number).filter((number) => number !== '');
  const named = unwrap(await ledgerOf(day, target.platform).byNumbers(numbers));
  const all = [...(day.systems.get(target.platform)?.records.values() ?? [])];
  const known = all.filter((document) => matched.has(keyOf(document)) || owned.has(keyOf(document)));
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

interface Behind {
  readonly of: Compared;
  readonly record: LedgerRecord;
}

/** The sources' records themselves, whatever their day. A stranger may be one of ours whose number ends in the record's id. */
async function recordsBehind(compared: readonly Compared[], rest: readonly Rest[]): Promise<Map<string, Behind>> {
  const behind = new Map<string, Behind>();
  for (const of of compared) {
    const { subject } = of.comparison;
    const { platform } = subject.source;
    const idOf = ({ document, owner }: Rest): string =>
      (owner ? owner.of === of && owner.id : subject.idIn(document.number)) || '';
    const wanted = rest.map((each) => ({ entity: subject.entity, id: idOf(each), origin: null }));
    const found = unwrap(await ledgerOf(of.day, platform).byIds(wanted.filter(({ id }) => id !== '')));
    const byId = new Map(found.map((record) => [record.id, record]));
    for (const each of rest) {
      const record = byId.get(idOf(each));
      if (record && (each.owner || isNumbered(of, each.document, record))) {
        behind.set(keyOf(each.document), { of, record });
      }
    }
  }
  return behind;
}

function isNumbered({ day, comparison }: Compared, document: LedgerRecord, record: LedgerRecord): boolean {
  const number = ruleOf(day, comparison.subject).numberOf(record);
  return comparison.target.matching === 'link' && number === document.number && record.gross === document.gross;
}

function twice(
  { day, comparison: { target, subject } }: Compared,
  record: LedgerRecord,
  first: LedgerRecord,
  second: LedgerRecord,
): Difference {
  return difference({
    kind: 'duplicate_in_books',
    day: day.day,
    system: target.platform,
    sides: { [subject.source.platform]: record, [target.platform]: second, [`${target.platform}_original`]: first },
    cause: `${labelOf(record)} stands in the books twice: as ${labelOf(first)} and as ${labelOf(second)}.`,
    fix: `Look at both in ${target.title} and delete the one that is too many.`,
  });
}

/** A document of a source that is compared; `record` is what it was made from, if that is still there. */
function foreign(
  { day, comparison: { target, subject } }: Compared,
  document: LedgerRecord,
  record: LedgerRecord | undefined,
): Difference[] {
  const { entity, words, source } = subject;
  const base = { day: day.day, system: target.platform };
  if (record && !record.void && record.business_day !== day.day) {
    // Where the record's own day is part of the report, it stands there.
    if (record.business_day >= day.from && record.business_day <= day.to) return [];
    return [
      difference({
        ...base,
        kind: 'day_differs',
        sides: { [source.platform]: record, [target.platform]: document },
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
        sides: { [source.platform]: record, [target.platform]: document },
        cause: `${labelOf(record)} appeared while the systems were being read.`,
        fix: 'Reconcile again.',
      }),
    ];
  }
  return [
    difference({
      ...base,
      kind: target.only,
      sides: { [target.platform]: document, ...(record ? { [source.platform]: record } : {}) },
      cause: `The ${entity} behind ${labelOf(document)} was ${words.gone} ${source.place}.`,
      fix: `${words.takeBack} it in ${target.title} if ${words.ifNot}.`,
    }),
  ];
}

/** A document of nobody who is compared. */
function stranger(
  day: Day,
  { target, subject: { words } }: Comparison,
  compared: readonly Compared[],
  document: LedgerRecord,
  owner: Owner | undefined,
): Difference {
  const made = compared.map(({ comparison: { subject } }) => `${subject.entity} ${subject.source.place}`);
  return difference({
    day: day.day,
    system: target.platform,
    kind: target.only,
    sides: { [target.platform]: document },
    cause: owner
      ? `${labelOf(document)} was made from ${titleOf(owner.platform)}, which is not compared here.`
      : `${labelOf(document)} was made in ${target.title}: no ${made.join(' or ')} stands behind it.`,
    fix: owner
      ? `Connect ${titleOf(owner.platform)} and compare it too, or accept the difference with a note.`
      : `Nothing, if it is of another channel; otherwise ${words.takeBack.toLowerCase()} it.`,
  });
}
