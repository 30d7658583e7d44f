import * as contract from '#shared/api/history.ts';
import { getMappingReplay } from '#shared/api/mappings.ts';
import { getReconciliation } from '#shared/api/reconciliation.ts';
import { historyExport } from '#shared/history/export.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { mappingReplay } from '#shared/mapping-editor/replay.ts';
import type { Job } from '#shared/model/job.ts';
import { reconciliationJob } from '#shared/reconciliation/systems.ts';
import type { HistoryApiDeps } from './deps.ts';

/** Where the API answers what came of a job, by its kind. */
const resultPaths: Readonly<Record<string, (jobId: string) => string>> = {
  [historyExport.kind]: (jobId) => contract.getHistoryExport.path.replace('{export_id}', jobId),
  [mappingReplay.kind]: (jobId) => getMappingReplay.path.replace('{replay_id}', jobId),
  [reconciliationJob.kind]: (jobId) => getReconciliation.path.replace('{report_id}', jobId),
};

export const getJob = endpoint(contract.getJob, async ({ params, caller }, { jobs }: Pick<HistoryApiDeps, 'jobs'>) => {
  const job = await jobs.find(caller.tenantId, params.job_id);
  if (!job) throw new ProblemError('job.not_found', `There is no job ${params.job_id}.`);
  return answer(200, {
    job_id: job.job_id,
    kind: job.kind,
    status: job.status,
    progress: job.progress,
    failure: job.failure ?? null,
    resume_at: job.resume_at ?? null,
    requested_by: job.requested_by,
    started_at: job.started_at,
    finished_at: job.finished_at ?? null,
    result_path: resultPathOf(job),
  });
});

function resultPathOf({ status, kind, job_id }: Job): string | null {
  return status === 'completed' ? (resultPaths[kind]?.(job_id) ?? null) : null;
}
