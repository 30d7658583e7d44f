import type { Job } from '../model/job.ts';
import { type Reconciliation, reconciliationRequestSchema } from '../model/reconciliation.ts';

/** The report of a job as it stands before anything came of it. */
export function newReport(job: Job): Reconciliation {
  return {
    tenant_id: job.tenant_id,
    report_id: job.job_id,
    status: 'queued',
    ...reconciliationRequestSchema.parse(job.request),
    requested_by: job.requested_by,
    started_at: job.started_at,
  };
}
