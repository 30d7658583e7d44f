import type { JobLane, JobRepository } from '../jobs/ports.ts';
import { startJob } from '../jobs/start-job.ts';
import type { Connection } from '../model/connection.ts';
import { currentReport, type Reconciliation } from '../model/reconciliation.ts';
import { storeZone } from '../sync/store-zone.ts';
import { newReport } from './new-report.ts';
import type { ReconciliationRepository } from './ports.ts';
import { reconciliationJob, systemNames, titleOf } from './systems.ts';

export interface StartDeps {
  readonly jobs: JobRepository;
  readonly lane: Pick<JobLane, 'send'>;
  readonly reports: Pick<ReconciliationRepository, 'create'>;
  readonly connections: { list(tenantId: string): Promise<readonly Connection[]> };
  readonly clock: { now(): number };
  readonly ids: { next(): string };
}

export interface StartRequest {
  readonly tenantId: string;
  readonly requestedBy: string;
  readonly start_date: string;
  readonly end_date: string;
  /** All that are connected when absent. */
  readonly systems?: readonly string[] | undefined;
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly report: Reconciliation }
  | { readonly kind: 'unknown_systems'; readonly names: readonly string[]; readonly valid: readonly string[] }
  | { readonly kind: 'not_connected'; readonly platform: string };

/** Queues a reconciliation. While it is under way, the same request of the same person is the same one. */
export async function startReconciliation(deps: StartDeps, asked: StartRequest): Promise<StartOutcome> {
  const { tenantId, requestedBy, start_date, end_date } = asked;
  const unknown = (asked.systems ?? []).filter((name) => !systemNames.includes(name));
  if (unknown.length > 0) return { kind: 'unknown_systems', names: unknown, valid: systemNames };
  const connections = await deps.connections.list(tenantId);
  const usable = connections.filter(({ enabled, status }) => enabled && status === 'connected');
  const connected = systemNames.filter((name) => usable.some(({ platform }) => platform === name));
  const missing = (asked.systems ?? []).find((name) => !connected.includes(name));
  if (missing !== undefined) return { kind: 'not_connected', platform: missing };
  const systems = connected.filter((name) => asked.systems === undefined || asked.systems.includes(name));
  if (systems.length === 0) return { kind: 'not_connected', platform: systemNames[0] ?? '' };
  const profiles = systemNames.flatMap((name) => usable.find(({ platform }) => platform === name) ?? []);
  const request = {
    version: currentReport,
    start_date,
    end_date,
    systems,
    time_zone: storeZone(connections),
    store: profiles[0]?.display_name ?? titleOf(systems[0] ?? ''),
  };
  const { job } = await startJob(deps, reconciliationJob, { tenantId, requestedBy, request, reuseMs: 0 });
  const report = newReport(job);
  await deps.reports.create(report);
  return { kind: 'started', report };
}
