import type * as z from 'zod';
import * as contract from '#shared/api/history.ts';
import { instant } from '#shared/core/clock.ts';
import { exportRequestSchema, exportResultSchema, historyExport } from '#shared/history/export.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { isFinished, type Job } from '#shared/model/job.ts';
import type { HistoryApiDeps } from './deps.ts';
import { filtersOf } from './history.ts';

/** The same question within this time of the export's end has the same answer. */
const reuseMs = 15 * 60_000;
const linkSeconds = 15 * 60;
/** The bucket deletes a file seven days after it was stored; not before, and at most a day later. */
const keepMs = 7 * 24 * 3600_000;

type ExportAnswer = z.output<(typeof contract.getHistoryExport.responses)[200]['schema']>;
type ExportDeps = Pick<HistoryApiDeps, 'jobs' | 'startExport' | 'links' | 'clock'>;

export const exportHistory = endpoint(contract.exportHistory, async ({ query, caller }, deps: ExportDeps) => {
  const { format, ...filters } = query;
  const request = { format, filters: { ...filtersOf(filters) } };
  const { tenantId, userId: requestedBy } = caller;
  const { job } = await deps.startExport({ tenantId, requestedBy, request, reuseMs });
  const note = { target: { type: 'export', id: job.job_id }, after: request };
  return answer(statusOf(job), await exportView(deps, job), note);
});

export const getHistoryExport = endpoint(contract.getHistoryExport, async ({ params, caller }, deps: ExportDeps) => {
  const job = await deps.jobs.find(caller.tenantId, params.export_id);
  // Another kind of job is no export; a foreign tenant's looks exactly like this too.
  if (job?.kind !== historyExport.kind) {
    throw new ProblemError('export.not_found', `There is no export ${params.export_id}.`);
  }
  return answer(statusOf(job), await exportView(deps, job));
});

function statusOf(job: Job): 200 | 202 {
  return isFinished(job) ? 200 : 202;
}

async function exportView({ links, clock }: ExportDeps, job: Job): Promise<ExportAnswer> {
  const { format } = exportRequestSchema.parse(job.request);
  const result = job.status === 'completed' ? exportResultSchema.parse(job.result) : undefined;
  const now = clock.now();
  const gone = result && Date.parse(job.finished_at ?? job.started_at) + keepMs;
  const isThere = gone !== undefined && now < gone;
  const fileName = `history-${job.started_at.slice(0, 10)}.${format}`;
  const url = result && isThere ? await links.link({ key: result.key, fileName, seconds: linkSeconds }) : null;
  return {
    export_id: job.job_id,
    format,
    status: result && !isThere ? 'expired' : job.status,
    progress: job.progress,
    bytes: result?.bytes ?? null,
    failure: job.failure ?? null,
    requested_by: job.requested_by,
    started_at: job.started_at,
    finished_at: job.finished_at ?? null,
    expires_at: gone === undefined ? null : instant(gone),
    url,
    url_expires_at: url === null ? null : instant(now + linkSeconds * 1000),
  };
}
