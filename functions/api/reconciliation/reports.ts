import type * as z from 'zod';
import * as contract from '#shared/api/reconciliation.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import { isFinished, type Job } from '#shared/model/job.ts';
import type { Reconciliation } from '#shared/model/reconciliation.ts';
import { soldOf } from '#shared/reconciliation/figures.ts';
import { reportObjects } from '#shared/reconciliation/objects.ts';
import { readDifferences } from '#shared/reconciliation/read-report.ts';
import type { ReconciliationApiDeps } from './deps.ts';

type ReadDeps = Pick<ReconciliationApiDeps, 'reports' | 'jobs' | 'store'>;

/** A foreign tenant's report looks exactly like this too. */
export const noReport = (id: string) =>
  new ProblemError('reconciliation.not_found', `There is no reconciliation ${id}.`);

export const startReconciliation = endpoint(
  contract.startReconciliation,
  async ({ body, caller: { tenantId, userId } }, { start }: Pick<ReconciliationApiDeps, 'start'>) => {
    const outcome = await start({ tenantId, requestedBy: userId, ...body });
    if (outcome.kind === 'unknown_systems') {
      const { names, valid } = outcome;
      const faults = (body.systems ?? []).flatMap((name, index) => {
        if (!names.includes(name)) return [];
        const message = `There is no system ${name}; there are ${valid.join(', ')}.`;
        return [{ path: `systems[${index}]`, code: 'unknown', message }];
      });
      throw invalidRequest(faults, { valid });
    }
    if (outcome.kind === 'not_connected') {
      throw new ProblemError('connection.required', `Connect ${outcome.platform} first, or switch it on.`, {
        members: { platform: outcome.platform },
      });
    }
    const { report } = outcome;
    const { start_date, end_date, systems } = report;
    const note = { target: { type: 'reconciliation', id: report.report_id }, after: { start_date, end_date, systems } };
    return answer(202, reportView(report), note);
  },
);

export const listReconciliations = endpoint(
  contract.listReconciliations,
  async ({ query, caller: { tenantId } }, deps: ReadDeps) => {
    const page = await readPage(query, [tenantId, 'reconciliations'], async (limit, after) => {
      const { reports, next } = await deps.reports.list(tenantId, { limit, after });
      return { items: await Promise.all(reports.map((report) => current(deps, report))), next };
    });
    return answer(200, page);
  },
);

export const getReconciliation = endpoint(
  contract.getReconciliation,
  async ({ params, caller: { tenantId } }, deps: ReadDeps) => {
    const report = await deps.reports.find(tenantId, params.report_id);
    if (!report) throw noReport(params.report_id);
    const isThere = report.status === 'completed';
    const days = isThere ? await reportObjects(deps.store, tenantId, report.report_id).readMatrix() : [];
    const sold = soldOf(report.systems, report.result?.totals ?? [], days);
    return answer(200, { ...(await current(deps, report)), days, sold });
  },
);

export const listDifferences = endpoint(
  contract.listDifferences,
  async ({ params, query, caller: { tenantId } }, { reports, store }: ReadDeps) => {
    const report = await reports.find(tenantId, params.report_id);
    if (!report) throw noReport(params.report_id);
    if (report.status !== 'completed') {
      throw new ProblemError('reconciliation.not_ready', 'The reconciliation has not completed: look at its status.');
    }
    const { day, kind, system } = query;
    const page = await readPage(
      query,
      [tenantId, 'differences', report.report_id, day, kind, system],
      async (limit, after) => {
        const { differences, next } = await readDifferences(store, report, { limit, after, day, kind, system });
        return { items: differences, next };
      },
    );
    return answer(200, page);
  },
);

/** A report is stored when it comes to its end; until then its job says how it is. */
async function current({ jobs }: Pick<ReadDeps, 'jobs'>, report: Reconciliation) {
  const job = isFinished(report) ? undefined : await jobs.find(report.tenant_id, report.report_id);
  return reportView(report, job);
}

function reportView(report: Reconciliation, job?: Job): z.output<typeof contract.reconciliationAnswerSchema> {
  const { tenant_id: _tenant, result, failure, finished_at, ...shown } = report;
  return {
    ...shown,
    status: job?.status ?? report.status,
    finished_at: finished_at ?? job?.finished_at ?? null,
    failure: failure ?? job?.failure ?? null,
    totals: result?.totals ?? [],
    differences: result?.differences ?? {},
    open: result?.open ?? null,
    hash: result?.hash ?? null,
  };
}
