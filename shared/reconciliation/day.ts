import type { Ledger, LedgerAddress } from '../connectors/ledger.ts';
import { unwrap } from '../core/failure.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Link } from '../model/link.ts';
import { failureId } from '../sync/failure-identity.ts';
import { keyOf, type LedgerDay } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import type { PostingRule } from './posting-rule.ts';
import { type Comparison, comparisons, routeOf, type Subject } from './systems.ts';

/** Everything about one business day that the comparison looks at. */
export interface Day {
  readonly tenantId: string;
  readonly day: string;
  readonly from: string;
  readonly to: string;
  readonly rules: ReadonlyMap<Subject, PostingRule>;
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** What each system has on this day. */
  readonly systems: ReadonlyMap<string, LedgerDay>;
  /** Sync watermarks by route: newest change of the source that was carried over. */
  readonly watermarks: ReadonlyMap<string, string | null>;
}

/** A record of a system that sells and what stands for it on a target. */
export interface Match {
  readonly record: LedgerRecord;
  /** Links to documents of the target, in the order of the comparison's documents. */
  readonly links: readonly Link[];
  /** The first document found, on whatever day; undefined when there is none. */
  readonly document: LedgerRecord | undefined;
  readonly failure: FailureRecord | undefined;
}

type Deps = Pick<ReconciliationDeps, 'links' | 'failures'>;

/** What a system has on the day of these entities. */
export function recordsOf(day: Day, system: string, entities: readonly string[]): readonly LedgerRecord[] {
  return [...(day.systems.get(system)?.records.values() ?? [])].filter(({ entity }) => entities.includes(entity));
}

/** What the target has on the day that is of the source of this comparison, or may be. */
export function documentsOf(day: Day, { target, documents, subject }: Comparison): readonly LedgerRecord[] {
  return recordsOf(day, target.platform, documents).filter(
    ({ origin }) => origin === null || origin === subject.source.platform,
  );
}

/** The subject's records of the day as every system says them that names their source. */
export function ownRecords(day: Day, subject: Subject): readonly LedgerRecord[] {
  const told = comparisons
    .filter((comparison) => comparison.subject === subject)
    .flatMap((comparison) => documentsOf(day, comparison).filter(({ origin }) => origin !== null));
  return [...recordsOf(day, subject.source.platform, [subject.entity]), ...told];
}

/** What the source has on the day that is compared: the subject's records, and sums of them. */
function sourceRecords(day: Day, { subject, summaries }: Comparison): readonly LedgerRecord[] {
  return recordsOf(day, subject.source.platform, [subject.entity, ...(summaries ? [summaries.entity] : [])]);
}

export function ledgerOf(day: Day, system: string): Ledger {
  const ledger = day.ledgers.get(system);
  if (!ledger) throw new Error(`the ledger of ${system} is not open`);
  return ledger;
}

export function ruleOf(day: Day, subject: Subject): PostingRule {
  const rule = day.rules.get(subject);
  if (!rule) throw new Error(`nothing says which ${subject.entity} is posted`);
  return rule;
}

/** True for a record of the target that counts there. */
export function countsIn(day: Day, { target, subject }: Comparison): (record: LedgerRecord) => boolean {
  if (target.holds === 'posted') return (record) => !record.void;
  const rule = ruleOf(day, subject);
  return (record) => rule.exclusion(record) === undefined;
}

/** The source's records of the day with their documents: by link or natural key, and by number where no link is known. */
export async function matchRecords(deps: Deps, day: Day, comparison: Comparison): Promise<Match[]> {
  const { platform } = comparison.target;
  const rule = ruleOf(day, comparison.subject);
  const records = sourceRecords(day, comparison);
  const present = day.systems.get(platform)?.records ?? new Map<string, LedgerRecord>();
  const [linksByRecord, failures] = await Promise.all([
    linksOf(deps, day, comparison, records),
    deps.failures.findMany(
      day.tenantId,
      records.map(({ entity, id }) => failureId(routeOf(comparison, entity).id, id)),
    ),
  ]);
  const wanted = records.map((record, index) => addresses(comparison, record, linksByRecord[index] ?? []));
  const elsewhere = wanted.flat().filter((address) => !present.has(keyOf(address)));
  const byId = new Map([...present, ...entries(unwrap(await ledgerOf(day, platform).byIds(elsewhere)))]);

  // A document of this number that another record is linked to is not this one's.
  const unlinked = records.filter((record, index) => wanted[index]?.length === 0 && !rule.exclusion(record));
  const byNumber = await freeDocuments(deps, day, comparison, unlinked);
  return records.map((record, index) => ({
    record,
    links: linksByRecord[index] ?? [],
    document:
      (wanted[index] ?? []).map((address) => byId.get(keyOf(address))).find((found) => found !== undefined) ??
      byNumber.get(record.id),
    failure: failures[index],
  }));
}

/** Links of each of the records to documents of the target, in the order of the comparison's documents. */
export async function linksOf(
  { links }: Pick<Deps, 'links'>,
  { tenantId }: Day,
  { target, documents, subject }: Comparison,
  records: readonly { readonly entity: string; readonly id: string }[],
): Promise<Link[][]> {
  const found = await links.findMany(
    tenantId,
    records.flatMap(({ entity, id }) =>
      documents.map((name) => ({
        source: { connection: subject.source.platform, entity, id },
        target: { connection: target.platform, entity: name },
      })),
    ),
  );
  return records.map((_, index) =>
    found.slice(index * documents.length, (index + 1) * documents.length).filter((link) => link !== undefined),
  );
}

function addresses({ target, documents, subject }: Comparison, { id }: LedgerRecord, links: readonly Link[]) {
  if (target.matching === 'natural_key') {
    return documents.map((entity): LedgerAddress => ({ entity, id, origin: subject.source.platform }));
  }
  return links.flatMap(({ target_entity, target_id }): LedgerAddress[] =>
    target_id === undefined ? [] : [{ entity: target_entity, id: target_id, origin: null }],
  );
}

/** Documents with the numbers of these records that none is linked to, by id of the record. */
async function freeDocuments(
  { links }: Deps,
  day: Day,
  { target, subject, documents }: Comparison,
  records: readonly LedgerRecord[],
): Promise<Map<string, LedgerRecord>> {
  if (target.matching !== 'link' || records.length === 0) return new Map();
  const rule = ruleOf(day, subject);
  const numbers = records.map((record) => rule.numberOf(record)).filter((number) => number !== '');
  const named = unwrap(await ledgerOf(day, target.platform).byNumbers(numbers));
  const found = named.filter(({ entity }) => documents.includes(entity));
  const owners = await links.findByTarget(
    day.tenantId,
    found.map(({ entity, id }) => ({ connection: target.platform, entity, id })),
  );
  const free = Map.groupBy(
    found.filter((record, index) => owners[index] === undefined && !record.void),
    ({ number }) => number,
  );
  return new Map(
    records.flatMap((record) => {
      const candidates = free.get(rule.numberOf(record)) ?? [];
      const [best] = candidates.toSorted((a, b) => Number(b.gross === record.gross) - Number(a.gross === record.gross));
      return best ? [[record.id, best] as const] : [];
    }),
  );
}

function entries(records: readonly LedgerRecord[]): [string, LedgerRecord][] {
  return records.map((record) => [keyOf(record), record]);
}
