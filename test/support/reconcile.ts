import { createLedgerConnections } from '#shared/connections/ledgers.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { createReconciliationRepository } from '#shared/data/reconciliation-repository.ts';
import type { JobMessage } from '#shared/jobs/ports.ts';
import { runJob } from '#shared/jobs/run-job.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import { activeMappings } from '#shared/mapping-editor/active-mappings.ts';
import {
  type Cell,
  currentReport,
  type Difference,
  type Reconciliation,
  type ReconciliationRequest,
} from '#shared/model/reconciliation.ts';
import { daysBetween } from '#shared/reconciliation/days.ts';
import { reconciliationKind } from '#shared/reconciliation/job.ts';
import { reportObjects } from '#shared/reconciliation/objects.ts';
import type { ReconciliationDeps } from '#shared/reconciliation/ports.ts';
import { reconciliationJob } from '#shared/reconciliation/systems.ts';
import { Killed, type Tenant, type World } from './world.ts';

export interface Report {
  readonly report: Reconciliation;
  readonly cells: Cell[];
  /** Without what settings leave out. */
  readonly differences: Difference[];
  readonly excluded: Difference[];
}

export function reconciliationDeps(world: World, engine = world.engine()): ReconciliationDeps {
  const { table } = world.table;
  const books = engine.connectionDeps.connectors.quickbooks;
  return {
    ledgers: createLedgerConnections(engine.connectionDeps, createLimiterRepository(table), 'quickbooks'),
    reports: createReconciliationRepository(table),
    links: engine.links,
    failures: engine.failures,
    runs: engine.runs,
    store: engine.journal,
    mappings: (tenantId) => activeMappings(createMappingRepository(table), tenantId),
    defaultSettings: books ? (books.settings.parse({}) as ReconciliationDeps['defaultSettings']) : {},
    clock: engine.clock,
  };
}

export type Asked = Partial<ReconciliationRequest> & Pick<ReconciliationRequest, 'start_date' | 'end_date'>;

/** Works a reconciliation off, each step in a message of its own, and answers what came of it. */
export async function reconcile(
  world: World,
  tenant: Pick<Tenant, 'id'>,
  asked: Asked,
  engineFor: () => ReturnType<World['engine']> = () => world.engine(),
): Promise<Report> {
  const messages: JobMessage[] = [];
  const keep = async (message: JobMessage) => void messages.push(message);
  const base = world.engine();
  const connection = await base.connectionDeps.connections.find(tenant.id, 'woocommerce');
  const clock = base.clock;
  const jobs = createJobRepository(world.table.table);
  const lane = { send: keep, sendAt: keep };
  const common = { jobs, lane, clock, ids: randomIds(clock), log: { warn: () => undefined } };
  const request: ReconciliationRequest = {
    version: currentReport,
    systems: ['woocommerce', 'quickbooks', ...(world.supabase ? ['supabase'] : [])],
    time_zone: String(connection?.profile.time_zone),
    store: String(connection?.display_name),
    ...asked,
  };
  const { job } = await startJob(common, reconciliationJob, { tenantId: tenant.id, requestedBy: 'tester', request });
  for (let deliveries = 0, message = messages.shift(); message; deliveries += 1) {
    if (deliveries > 500) throw new Error('the job does not come to rest');
    const kind = reconciliationKind(async () => reconciliationDeps(world, engineFor()));
    try {
      await runJob(common, message, { kinds: [kind], until: 0 });
      message = messages.shift();
    } catch (error) {
      // The message is delivered again.
      if (!(error instanceof Killed)) throw error;
    }
  }
  const report = await createReconciliationRepository(world.table.table).find(tenant.id, job.job_id);
  if (!report) throw new Error('the report is gone');
  if (report.status !== 'completed') throw new Error(`the reconciliation failed: ${JSON.stringify(report.failure)}`);
  const objects = reportObjects(base.journal, tenant.id, job.job_id);
  const days = daysBetween(request.start_date, request.end_date);
  const all = (await Promise.all(days.map((day) => objects.readDifferences(day)))).flat();
  return {
    report,
    cells: await objects.readMatrix(),
    differences: all.filter(({ kind }) => kind !== 'excluded_by_setting'),
    excluded: all.filter(({ kind }) => kind === 'excluded_by_setting'),
  };
}
