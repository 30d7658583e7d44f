import { currentReport, type Difference, type DifferenceKind, type Reconciliation } from '../model/reconciliation.ts';
import type { Journal } from '../sync/ports.ts';
import { daysBetween } from './days.ts';
import { reportObjects } from './objects.ts';
import type { ReconciliationRepository } from './ports.ts';
import { sellingAmong, together } from './systems.ts';

export interface DifferenceQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly day?: string | undefined;
  readonly kind?: DifferenceKind | undefined;
  readonly system?: string | undefined;
}

/** Days one call reads at most when filters leave little of them: bounds its cost. */
const maxDays = 31;

/**
 * Differences in the order of their days. `next` goes back in as `after`; a page may be short, or empty, while there is
 * more.
 */
export async function readDifferences(
  store: Journal,
  report: Reconciliation,
  { limit, after, day, kind, system }: DifferenceQuery,
): Promise<{ differences: Difference[]; next?: string }> {
  const objects = reportObjects(store, report.tenant_id, report.report_id);
  const all = daysBetween(report.start_date, report.end_date);
  const days = day === undefined ? all : all.filter((one) => one === day);
  let [at = 0, line = 0] = (after ?? '0.0').split('.').map(Number);
  const differences: Difference[] = [];
  for (let read = 0; at < days.length; at += 1, line = 0, read += 1) {
    if (read === maxDays) return { differences, next: `${at}.0` };
    const found = await objects.readDifferences(days[at] ?? '');
    for (; line < found.length; line += 1) {
      if (differences.length === limit) return { differences, next: `${at}.${line}` };
      const one = found[line];
      if (one && (kind === undefined || one.kind === kind) && (system === undefined || one.system === system)) {
        differences.push(one);
      }
    }
  }
  return { differences };
}

/** Reports one call looks through for one that covers the days. */
const mostLookedAt = 500;

/** Refunds are figures since version 2; what tills sold is looked for since version 3. */
function hasSalesOf({ version, systems }: Reconciliation, system: string): boolean {
  if (system === together) return version === currentReport && sellingAmong(systems).length > 0;
  return version > 1 && systems.includes(system);
}

/** The latest completed report that has these days of this system, refunds too. */
export async function latestCovering(
  reports: Pick<ReconciliationRepository, 'list'>,
  tenantId: string,
  wanted: { readonly start_date: string; readonly end_date: string; readonly system: string },
): Promise<Reconciliation | undefined> {
  let after: string | undefined;
  for (let looked = 0; looked < mostLookedAt; ) {
    const page = await reports.list(tenantId, { limit: 100, after });
    const found = page.reports.find(
      (report) =>
        report.status === 'completed' &&
        report.start_date <= wanted.start_date &&
        report.end_date >= wanted.end_date &&
        hasSalesOf(report, wanted.system),
    );
    if (found || page.next === undefined) return found;
    looked += page.reports.length;
    after = page.next;
  }
  return undefined;
}
