import pLimit from 'p-limit';
import { chunks } from '../../core/chunks.ts';
import { type Failure, ok, type Result } from '../../core/failure.ts';
import { type JsonObject, sha256Hex } from '../../core/json.ts';
import { decimal, money } from '../../core/money.ts';
import { truncate } from '../../core/text.ts';
import type { Candidate, FindOutcome, TargetMatch } from '../target.ts';
import { type QuickBooksClient, quoted } from './client.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Books } from './money.ts';
import type { Resource } from './resources.ts';

/** Values in one `IN`: few enough for the query parser, enough that a look-up costs a fraction of a read per record. */
const valuesPerQuery = 50;
/** Look-ups under way at once: a query takes longer than the limit of ten calls a second leaves between two. */
const parallelQueries = 4;

type Row = JsonObject;

/** Bulk look-up by natural key: e-mail, SKU and name for lists, our number for documents. */
export async function findExisting(
  client: QuickBooksClient,
  resource: Resource,
  candidates: readonly Candidate[],
  { suffixesNumbers = false }: Pick<Books, 'suffixesNumbers'> = {},
): Promise<Result<readonly FindOutcome[]>> {
  if (resource.naming) return findByName(client, resource, candidates, false);
  const { number = 'DocNumber' } = resource;
  const numbersOf = (candidate: Candidate): string[] => {
    const own = textAt(candidate.payload, number);
    if (own === undefined) return [];
    return suffixesNumbers && !resource.sharedNumber ? [own, freeNumber(own, candidate.key)] : [own];
  };
  const rows = await rowsWith(client, resource.type, number, candidates.flatMap(numbersOf), '');
  if (!rows.ok) return rows;
  const byNumber = Map.groupBy(rows.value, (row) => textAt(row, number) ?? '');
  return ok(
    candidates.map((candidate): FindOutcome => {
      const [own = '', free] = numbersOf(candidate);
      const outcome = documentOutcome(resource, candidate, byNumber.get(own) ?? []);
      if (free === undefined || free === own || outcome.kind === 'match') return outcome;
      // Under the free number it was made by an earlier try of ours.
      const earlier = documentOutcome(resource, candidate, byNumber.get(free) ?? []);
      const assigned = { [number]: free };
      if (earlier.kind === 'match') return { ...earlier, assigned };
      return outcome.kind === 'failed' && earlier.kind === 'none' ? { kind: 'renamed', assigned } : outcome;
    }),
  );
}

const longestNumber = 21;

/** The same every time for the same record, and another one for every other. */
export function freeNumber(number: string, key: string): string {
  const suffix = `-${sha256Hex(key).slice(0, 6)}`;
  return number.endsWith(suffix) ? number : number.slice(0, longestNumber - suffix.length) + suffix;
}

function documentOutcome(resource: Resource, candidate: Candidate, rows: readonly Row[]): FindOutcome {
  if (rows.length === 0) return { kind: 'none' };
  const customer = textAt(candidate.payload, 'CustomerRef.value');
  const total = candidate.settlement?.total ?? textAt(candidate.payload, 'TotalAmt');
  const same = rows.find(
    (row) =>
      textAt(row, 'CustomerRef.value') === customer &&
      total !== undefined &&
      decimal(textAt(row, 'TotalAmt') ?? '0').eq(decimal(total)),
  );
  if (same) return { kind: 'match', match: matchOf(same) };
  const [other] = rows;
  return resource.sharedNumber || !other
    ? { kind: 'none' }
    : { kind: 'failed', failure: numberTaken(resource, candidate, other) };
}

/**
 * @param everything also look at inactive rows: after the platform said that a name is taken.
 */
export async function findByName(
  client: QuickBooksClient,
  { type, naming }: Resource,
  candidates: readonly Candidate[],
  everything: boolean,
): Promise<Result<readonly FindOutcome[]>> {
  if (!naming) return ok(candidates.map(() => ({ kind: 'none' })));
  const valuesOf = (path: string) => candidates.map(({ payload }) => textAt(payload, path));
  const identityMember = naming.identity.split('.')[0] ?? naming.identity;
  // Without a search by identity, what an earlier try of ours made is known by the free name it got.
  const freeNames = naming.identityHidden
    ? candidates.map((candidate) => textAt(freeName(naming, candidate), naming.name))
    : [];
  const [sameIdentity, sameName] = await Promise.all([
    rowsWith(client, type, identityMember, naming.identityHidden ? [] : valuesOf(naming.identity), ''),
    rowsWith(
      client,
      type,
      naming.name,
      [...valuesOf(naming.name), ...freeNames],
      everything ? ' AND Active IN (true,false)' : '',
    ),
  ]);
  if (!sameIdentity.ok) return sameIdentity;
  if (!sameName.ok) return sameName;
  const byIdentity = Map.groupBy(sameIdentity.value, (row) => fold(textAt(row, naming.identity)));
  const byName = Map.groupBy(sameName.value, (row) => fold(textAt(row, naming.name)));
  const takenHere = new Map<string, string | undefined>();
  return ok(
    candidates.map((candidate, index): FindOutcome => {
      const identity = textAt(candidate.payload, naming.identity);
      const name = fold(textAt(candidate.payload, naming.name));
      const alike = (row: Row) => isActive(row) && sameCurrency(row, candidate.payload);
      const agrees = (row: Row) => {
        const theirs = textAt(row, naming.identity);
        return identity === undefined || theirs === undefined || fold(theirs) === fold(identity);
      };
      const made = freeNames[index] === undefined ? [] : (byName.get(fold(freeNames[index])) ?? []).filter(agrees);
      const known = identity === undefined ? [] : (byIdentity.get(fold(identity)) ?? []);
      const own = oldest([...known, ...made].filter(alike));
      if (own) return { kind: 'match', match: matchOf(own), ...assignedName(naming, candidate, own) };
      const namesakes = byName.get(name) ?? [];
      // Same name and nothing that contradicts: the bookkeeper entered it before the shop was connected.
      const namesake = oldest(namesakes.filter((row) => alike(row) && agrees(row)));
      if (namesake) return { kind: 'match', match: matchOf(namesake) };
      // Of two with one name in this very look-up, the second makes way at once instead of being refused first.
      const rival = takenHere.has(name) && fold(takenHere.get(name)) !== fold(identity);
      if (namesakes.length > 0 || everything || rival) {
        return { kind: 'renamed', assigned: freeName(naming, candidate) };
      }
      takenHere.set(name, identity);
      return { kind: 'none' };
    }),
  );
}

/** Longer ones would leave nothing of the name: a guest is known by an e-mail address. */
const longestSuffix = 60;

/** The same suffix every time, so that a repeat finds what it made. */
export function freeName(naming: NonNullable<Resource['naming']>, { key, payload }: Candidate): JsonObject {
  const spoken = key.replaceAll(':', ' ');
  const suffix = ` (${spoken.length > longestSuffix ? sha256Hex(key).slice(0, 12) : spoken})`;
  const name = textAt(payload, naming.name) ?? '';
  if (name.endsWith(suffix)) return { [naming.name]: name };
  return { [naming.name]: truncate(name, naming.maxLength - suffix.length).trimEnd() + suffix };
}

/** Under the free name it was made by an earlier try of ours. */
function assignedName(naming: NonNullable<Resource['naming']>, candidate: Candidate, row: Row) {
  const free = freeName(naming, candidate);
  const isOurs = textAt(row, naming.name) === free[naming.name] && free[naming.name] !== candidate.payload[naming.name];
  return isOurs ? { assigned: free } : {};
}

async function rowsWith(
  client: QuickBooksClient,
  type: string,
  member: string,
  values: readonly (string | undefined)[],
  scope: string,
): Promise<Result<Row[]>> {
  const wanted = [...new Set(values.filter((value) => value !== undefined && value !== ''))] as string[];
  const limit = pLimit(parallelQueries);
  const pages = await Promise.all(
    chunks(wanted, valuesPerQuery).map((values) => {
      const list = values.map(quoted).join(',');
      return limit(() =>
        client.query(type, `SELECT * FROM ${type} WHERE ${member} IN (${list})${scope} MAXRESULTS 1000`),
      );
    }),
  );
  const rows: Row[] = [];
  for (const page of pages) {
    if (!page.ok) return page;
    rows.push(...page.value);
  }
  return ok(rows);
}

export function matchOf(row: Row): TargetMatch {
  return {
    id: String(row.Id),
    version: row.SyncToken === undefined ? null : String(row.SyncToken),
    fingerprint: fingerprintOf(row),
  };
}

/** Text or number at a dot path. */
export function textAt(row: JsonObject, path: string): string | undefined {
  let value: unknown = row;
  for (const part of path.split('.')) {
    value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Names and addresses are compared without case. */
const fold = (value: string | undefined): string => (value ?? '').trim().toLowerCase();

const isActive = (row: Row): boolean => row.Active !== false && row.Type !== 'Category';

function sameCurrency(row: Row, payload: JsonObject): boolean {
  const wanted = textAt(payload, 'CurrencyRef.value');
  return (
    wanted === undefined ||
    textAt(row, 'CurrencyRef.value') === undefined ||
    textAt(row, 'CurrencyRef.value') === wanted
  );
}

/** Of several the first made, so that everybody chooses the same. */
function oldest(rows: readonly Row[]): Row | undefined {
  return [...rows].sort((a, b) => Number(a.Id) - Number(b.Id))[0];
}

function numberTaken({ type, number = 'DocNumber' }: Resource, candidate: Candidate, other: Row): Failure {
  const value = textAt(candidate.payload, number) ?? '';
  return {
    category: 'conflict',
    code: 'quickbooks.duplicate_number',
    platform_code: '6140',
    field: number,
    reason: `QuickBooks has another ${type} with number ${value} (id ${String(other.Id)}, total ${money(textAt(other, 'TotalAmt') ?? '0')}).`,
    fix: 'Enter something for “Before the order number” in the settings of QuickBooks, or renumber the other document, or choose “Add a suffix to the number” for “When the number is taken”; then retry.',
    retryable: false,
  };
}
