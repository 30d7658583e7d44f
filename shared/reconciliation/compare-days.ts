import { canonicalJson, type JsonObject, sha256Hex } from '../core/json.ts';
import type { Job } from '../model/job.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Cell, Difference, ReconciliationRequest } from '../model/reconciliation.ts';
import { compareRecords } from './compare-records.ts';
import { type Compared, compareRest } from './compare-rest.ts';
import { countsIn, type Day, documentsOf, matchRecords, recordsOf, ruleOf } from './day.ts';
import { difference } from './difference.ts';
import { type Counted, cellsOf } from './figures.ts';
import type { ReconciliationCursor } from './job.ts';
import { keyOf, type LedgerDay, reportObjects } from './objects.ts';
import type { OpenLedgers, ReconciliationDeps } from './ports.ts';
import { postingRule } from './posting-rule.ts';
import { withStanding } from './standing.ts';
import { withSummaries } from './summaries.ts';
import { books, comparisonGroups, comparisons, type FigureKind, isSource, subjects } from './systems.ts';

type CompareCursor = Extract<ReconciliationCursor, { phase: 'compare' }>;

interface CompareStep {
  readonly job: Job;
  readonly request: ReconciliationRequest;
  readonly days: readonly string[];
  readonly cursor: CompareCursor;
  readonly opened: OpenLedgers;
}

/** Records one step compares at least, where there are so many. */
const enough = 2000;

/** Some days, each with everything the systems have on it. */
export async function compareDays(
  deps: ReconciliationDeps,
  step: CompareStep,
): Promise<{ cursor: CompareCursor; done: number }> {
  const { job, days, request } = step;
  const objects = reportObjects(deps.store, job.tenant_id, job.job_id);
  const rules = await rulesOf(deps, step);
  const watermarks = await watermarksOf(deps, job.tenant_id);
  let { cursor } = step;
  for (let read = 0; read < enough && cursor.day < days.length; ) {
    const day = days[cursor.day] ?? '';
    const systems = new Map<string, LedgerDay>();
    for (const system of request.systems) {
      systems.set(system, await objects.readLedger(system, day, cursor.parts[system]?.[day] ?? 0));
    }
    const { start_date: from, end_date: to } = request;
    const { cells, differences } = await compareDay(deps, {
      tenantId: job.tenant_id,
      day,
      from,
      to,
      rules,
      ledgers: step.opened.ledgers,
      systems,
      watermarks,
    });
    await objects.writeDay(day, cells, differences);
    cursor = advanced(cursor, cells, differences);
    for (const { records } of systems.values()) read += records.size;
  }
  return { cursor, done: 0 };
}

async function compareDay(deps: ReconciliationDeps, read: Day): Promise<{ cells: Cell[]; differences: Difference[] }> {
  const day = await withStanding(deps, read);
  const differences: Difference[] = unreadable(day);
  // What counts as a sale is for the books to say, for all systems alike.
  let { rules } = day;
  for (const group of comparisonGroups) {
    const compared: Compared[] = [];
    for (const comparison of group) {
      const { target, subject } = comparison;
      if (!day.systems.has(target.platform) || !day.systems.has(subject.source.platform)) continue;
      const own = await withSummaries(deps, day, comparison);
      if (own !== day) rules = own.rules;
      const matches = await matchRecords(deps, own, comparison);
      differences.push(...compareRecords(own, comparison, matches));
      compared.push({ comparison, day: own, matches });
    }
    differences.push(...(await compareRest(deps, day, group, compared)));
  }
  const cells = cellsOf(day.day, countedOf({ ...day, rules }));
  return { cells, differences: differences.toSorted((a, b) => order(a).localeCompare(order(b))) };
}

/** What counts in each system. */
function countedOf(day: Day): Map<string, Counted> {
  const sums = [...day.systems.keys()].map((system) => {
    const counted = (kind: FigureKind): readonly LedgerRecord[] => {
      if (isSource(system)) {
        return subjects
          .filter((subject) => subject.source.platform === system && subject.kind === kind)
          .flatMap((subject) =>
            recordsOf(day, system, [subject.entity]).filter(
              (record) => ruleOf(day, subject).exclusion(record) === undefined,
            ),
          );
      }
      const found = comparisons
        .filter(({ target, subject }) => target.platform === system && subject.kind === kind)
        .flatMap((comparison) => documentsOf(day, comparison).filter(countsIn(day, comparison)));
      // Documents that do not say whose they are may be of each source, and count once.
      return [...new Map(found.map((record) => [keyOf(record), record])).values()];
    };
    return [system, { sales: counted('sales'), refunds: counted('refunds') }] as const;
  });
  return new Map(sums);
}

function order({ system, label, kind, difference_id }: Difference): string {
  return [system, label, kind, difference_id].join('\u0000');
}

function unreadable(day: Day): Difference[] {
  return [...day.systems].flatMap(([system, { unreadable: items }]) =>
    items.map(({ label, failure }) =>
      difference({
        kind: 'unreadable',
        day: day.day,
        system,
        sides: {},
        label,
        cause: `It is in none of the figures: ${failure.reason}`,
        fix: failure.fix,
      }),
    ),
  );
}

/** What belongs in the books, subject by subject. Without books the rule is that of their default settings. */
async function rulesOf(
  { mappings, defaultSettings }: ReconciliationDeps,
  { job, opened }: CompareStep,
): Promise<Day['rules']> {
  const settings = opened.connections.get(books.platform)?.settings ?? defaultSettings;
  const active = await mappings(job.tenant_id);
  return new Map(
    comparisons
      .filter(({ target }) => target === books)
      .map((comparison) => [comparison.subject, postingRule(active, settings as JsonObject, comparison)]),
  );
}

async function watermarksOf({ runs }: ReconciliationDeps, tenantId: string): Promise<Map<string, string | null>> {
  const found = await Promise.all(
    comparisons
      .flatMap(({ route, summaries }) => [route, ...(summaries ? [summaries.route] : [])])
      .map(async ({ id }) => [id, await runs.watermark(tenantId, id)] as const),
  );
  return new Map(found);
}

function advanced(cursor: CompareCursor, cells: readonly Cell[], differences: readonly Difference[]): CompareCursor {
  const kinds = { ...cursor.kinds };
  for (const { kind } of differences) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const hash = sha256Hex(`${cursor.hash}\u0000${canonicalJson([cells, differences])}`);
  return { ...cursor, day: cursor.day + 1, kinds, hash };
}
