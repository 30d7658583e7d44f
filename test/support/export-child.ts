import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { historyExportKind } from '#shared/history/export.ts';
import type { Job } from '#shared/model/job.ts';
import { createFileStore } from '#shared/platform/files.ts';
import { exportBucket } from './history-api.ts';

/** What the process that exports is told, as JSON in its first argument. */
export interface ExportTask {
  readonly tableUrl: string;
  readonly objectsUrl: string;
  readonly startedAt: string;
}

export interface ExportReport {
  readonly rows: number;
  readonly key: string;
  /** Highest of the samples taken, bytes: of memory outside of the heap, where parts are. */
  readonly buffers: number;
}

/** A whole export by the worker's own code, in a process whose heap the caller limits. */
async function run({ tableUrl, objectsUrl, startedAt }: ExportTask): Promise<ExportReport> {
  const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const history = createHistoryRepository(openTable('table', new DynamoDBClient({ ...aws, endpoint: tableUrl })));
  const s3 = new S3Client({ ...aws, endpoint: objectsUrl, forcePathStyle: true });
  const kind = historyExportKind({
    history,
    runs: { find: async () => undefined },
    files: createFileStore(s3, exportBucket),
  });
  let buffers = 0;
  const sampler = setInterval(() => {
    buffers = Math.max(buffers, process.memoryUsage().arrayBuffers);
  }, 5);
  let job: Job = {
    tenant_id: 'large',
    job_id: 'job-1',
    kind: kind.kind,
    status: 'running',
    request: { format: 'csv', filters: {} },
    requested_by: 'ann',
    cursor: null,
    version: 0,
    progress: { done: 0, total: null },
    started_at: startedAt,
  };
  for (;;) {
    const result = await kind.step(job);
    if (result.kind === 'failed') throw new Error(result.failure.reason);
    if (result.kind === 'done') {
      clearInterval(sampler);
      return { rows: result.progress.done, key: String(result.result.key), buffers };
    }
    // As it would be stored and read again.
    job = { ...job, version: job.version + 1, cursor: JSON.parse(JSON.stringify(result.cursor)) };
  }
}

process.send?.(await run(JSON.parse(process.argv[2] ?? '{}') as ExportTask));
process.disconnect?.();
