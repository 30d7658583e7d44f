import { S3Client } from '@aws-sdk/client-s3';
import { randomIds } from '#shared/core/ids.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { Table } from '#shared/data/table.ts';
import { historyExport } from '#shared/history/export.ts';
import type { JobMessage } from '#shared/jobs/ports.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import { createFileLinks } from '#shared/platform/file-links.ts';
import type { HistoryApiDeps } from '../../functions/api/history/deps.ts';
import { type TestClock, testClock } from './clock.ts';

export interface HistoryApiSetting {
  readonly deps: HistoryApiDeps;
  readonly clock: TestClock;
  readonly sent: JobMessage[];
}

export const exportBucket = 'exports';

/** The use cases of the history API over a real table; what is queued is kept here instead of in SQS. */
export function historyApiSetting(table: Table, objectsUrl = 'http://127.0.0.1:9'): HistoryApiSetting {
  const clock = testClock();
  const sent: JobMessage[] = [];
  const jobs = createJobRepository(table);
  const keep = async (message: JobMessage) => void sent.push(message);
  const engine = { jobs, lane: { send: keep }, ids: randomIds(clock), clock };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const objects = new S3Client({ region: 'us-east-1', credentials, endpoint: objectsUrl });
  const deps: HistoryApiDeps = {
    history: createHistoryRepository(table),
    runs: createRunRepository(table),
    jobs,
    startExport: (asked) => startJob(engine, historyExport, asked),
    links: createFileLinks(objects, exportBucket),
    clock,
  };
  return { deps, clock, sent };
}
