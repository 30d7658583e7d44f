import { canonicalJson, type JsonObject, sha256Hex } from '../core/json.ts';
import type { Job } from '../model/job.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { Cell, Difference, ReconciliationRequest } from '../model/reconciliation.ts';
import { compareOrders } from './compare-orders.ts';
import { compareRest } from './compare-rest.ts';
import { countsIn, type Day, type Match, matchOrders, recordsOf } from './day.ts';
import { difference } from './difference.ts';
import { cellsOf } from './figures.ts';
import type { ReconciliationCursor } from './job.ts';
import { type LedgerDay, reportObjects } from './objects.ts';
import type { OpenLedgers, ReconciliationDeps } from './ports.ts';
import { type PostingRule, postingRule } from './posting-rule.ts';
import { withSummaries } from './summaries.ts';
import { books, shop, targets } from './systems.ts';

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
  const rule = await ruleOf(deps, step);
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
      rule,
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

async function compareDay(deps: ReconciliationDeps, day: Day): Promise<{ cells: Cell[]; differences: Difference[] }> {
  const differences: Difference[] = unreadable(day);
  // What counts as a sale is for the books to say, for all systems alike.
  let { rule } = day;
  for (const target of targets) {
    if (!day.systems.has(target.platform)) continue;
    const own = await withSummaries(deps, day, target);
    if (own !== day) rule = own.rule;
    const matches: Match[] = own.systems.has(shop.platform) ? await matchOrders(deps, own, target) : [];
    differences.push(...compareOrders(own, target, matches), ...(await compareRest(deps, own, target, matches)));
  }
  const sales = new Map(
    [...day.systems.keys()].map((system) => {
      const target = targets.find(({ platform }) => platform === system);
      const counts = target
        ? countsIn({ ...day, rule }, target)
        : (record: LedgerRecord) => rule.exclusion(record) === undefined;
      return [system, recordsOf(day, system).filter(counts)];
    }),
  );
  const cells = cellsOf(day.day, sales);
  return { cells, differences: differences.toSorted((a, b) => order(a).localeCompare(order(b))) };
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

/** Without books the rule is that of their default settings. */
async function ruleOf(
  { mappings, defaultSettings }: ReconciliationDeps,
  { job, opened }: CompareStep,
): Promise<PostingRule> {
  const settings = opened.connections.get(books.platform)?.settings ?? defaultSettings;
  return postingRule(await mappings(job.tenant_id), settings as JsonObject, books.sales);
}

async function watermarksOf({ runs }: ReconciliationDeps, tenantId: string): Promise<Map<string, string | null>> {
  const found = await Promise.all(
    targets
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
