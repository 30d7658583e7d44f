import { businessDay, instant } from '../core/clock.ts';
import { type Certificate, type CertificateFormat, type ClosedMonth, certificateFormats } from '../model/month.ts';
import { currentReport, type Difference, isOpen, type Reconciliation } from '../model/reconciliation.ts';
import type { Journal } from '../sync/ports.ts';
import { sealed } from './certificate.ts';
import { certificateFiles, certificateTypes } from './certificate-files.ts';
import { daysBetween, monthBounds } from './days.ts';
import { totalsOf } from './figures.ts';
import { reportObjects } from './objects.ts';
import type { FileShelf, MonthRepository, ReconciliationRepository } from './ports.ts';
import { sellingAmong } from './systems.ts';

export interface CloseDeps {
  readonly reports: Pick<ReconciliationRepository, 'find'>;
  readonly months: MonthRepository;
  readonly store: Journal;
  readonly certificates: FileShelf;
  readonly clock: { now(): number };
}

export interface CloseRequest {
  readonly tenantId: string;
  readonly month: string;
  readonly reportId: string;
  readonly acceptDifferences: boolean;
  readonly note: string | undefined;
  readonly closedBy: string;
}

export type CloseOutcome =
  | { readonly kind: 'closed'; readonly month: ClosedMonth }
  /** An earlier call did it from the same report. */
  | { readonly kind: 'repeated'; readonly month: ClosedMonth }
  | { readonly kind: 'closed_before'; readonly month: ClosedMonth }
  | { readonly kind: 'no_report' }
  /** Why it cannot be closed, one sentence each. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Closes a month: its certificate is stored first, then the month behind the one before it, all or none. From then on
 * neither changes.
 */
export async function closeMonth(deps: CloseDeps, request: CloseRequest): Promise<CloseOutcome> {
  const { tenantId, month, reportId } = request;
  const before = await deps.months.find(tenantId, month);
  if (before) return { kind: before.report_id === reportId ? 'repeated' : 'closed_before', month: before };
  const report = await deps.reports.find(tenantId, reportId);
  if (!report) return { kind: 'no_report' };
  const previous = await deps.months.last(tenantId);
  const unfit = unfitness(report, month, previous);
  if (unfit.length > 0) return { kind: 'refused', reasons: unfit };
  const days = daysBetween(monthBounds(month).first, monthBounds(month).last);
  const objects = reportObjects(deps.store, tenantId, reportId);
  const open = (await Promise.all(days.map((day) => objects.readDifferences(day))))
    .flat()
    .filter(({ kind }) => isOpen(kind));
  const unaccepted = acceptance(open, request);
  if (unaccepted.length > 0) return { kind: 'refused', reasons: unaccepted };
  const cells = (await objects.readMatrix()).filter(({ day }) => days.includes(day));
  const certificate = sealed({
    version: 2,
    month,
    store: report.store,
    time_zone: report.time_zone,
    systems: report.systems,
    report_id: reportId,
    report_hash: report.result?.hash ?? '',
    reported_at: report.started_at,
    totals: totalsOf(cells, report.systems),
    days: cells,
    accepted_differences: open,
    note: request.note ?? null,
    closed_at: instant(deps.clock.now()),
    closed_by: request.closedBy,
    previous_month: previous?.month ?? null,
    previous_hash: previous?.hash ?? null,
  });
  const closed = closedMonth(tenantId, certificate, await storeFiles(deps, tenantId, certificate));
  if (await deps.months.close(closed)) return { kind: 'closed', month: closed };
  const winner = await deps.months.find(tenantId, month);
  if (winner) return { kind: winner.report_id === reportId ? 'repeated' : 'closed_before', month: winner };
  return { kind: 'refused', reasons: ['Another month was closed at the same moment: try again.'] };
}

/** Why a report is no ground to close the month on. */
function unfitness(report: Reconciliation, month: string, previous: ClosedMonth | undefined): string[] {
  const { first, last } = monthBounds(month);
  const selling = sellingAmong(report.systems).length;
  const rules: readonly (readonly [holds: boolean, reason: string])[] = [
    [report.status === 'completed', `The report is ${report.status}: only a completed one will do.`],
    [
      report.version === currentReport,
      'The report was made by an earlier version, which compared less: make a new one.',
    ],
    [
      report.start_date <= first && report.end_date >= last,
      `The report covers ${report.start_date} to ${report.end_date}, not the whole month.`,
    ],
    [
      businessDay(report.started_at, report.time_zone) > last,
      `The report was made before the end of ${month}: sales may have come since.`,
    ],
    [
      selling > 0 && selling < report.systems.length,
      'The report compares nothing: it needs a system that sells and one that is told.',
    ],
    [
      previous === undefined || previous.month < month,
      `${previous?.month} is closed already: months are closed in their order.`,
    ],
  ];
  return rules.flatMap(([holds, reason]) => (holds ? [] : [reason]));
}

function acceptance(open: readonly Difference[], { acceptDifferences, note }: CloseRequest): string[] {
  if (open.length === 0) return [];
  const count = open.length === 1 ? 'There is 1 open difference' : `There are ${open.length} open differences`;
  if (!acceptDifferences) return [`${count}: resolve them and reconcile again, or accept them with a note.`];
  return note ? [] : [`${count}: accepting them needs a note that says why.`];
}

async function storeFiles(
  { certificates }: CloseDeps,
  tenantId: string,
  certificate: Certificate,
): Promise<Record<CertificateFormat, string>> {
  const files = await certificateFiles(certificate);
  const keyOf = (format: CertificateFormat): string =>
    `certificates/${encodeURIComponent(tenantId)}/${certificate.month}/${certificate.hash}.${format}`;
  for (const format of certificateFormats)
    await certificates.put(keyOf(format), files[format], certificateTypes[format]);
  return { csv: keyOf('csv'), json: keyOf('json'), pdf: keyOf('pdf') };
}

function closedMonth(tenant_id: string, certificate: Certificate, files: ClosedMonth['files']): ClosedMonth {
  const { month, report_id, hash, previous_month, previous_hash, note, closed_at, closed_by } = certificate;
  return {
    tenant_id,
    month,
    report_id,
    hash,
    previous_month,
    previous_hash,
    accepted_differences: certificate.accepted_differences.length,
    note,
    closed_at,
    closed_by,
    files,
  };
}
