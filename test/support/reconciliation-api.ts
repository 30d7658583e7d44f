import { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createMonthRepository } from '#shared/data/month-repository.ts';
import { createReconciliationRepository } from '#shared/data/reconciliation-repository.ts';
import type { Table } from '#shared/data/table.ts';
import type { JobMessage } from '#shared/jobs/ports.ts';
import { createFileLinks } from '#shared/platform/file-links.ts';
import { createFileShelf } from '#shared/platform/file-shelf.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { closeMonth } from '#shared/reconciliation/close-month.ts';
import { startReconciliation } from '#shared/reconciliation/start-reconciliation.ts';
import type { ReconciliationApiDeps } from '../../functions/api/reconciliation/deps.ts';
import { testClock } from './clock.ts';

export interface ReconciliationApiOptions {
  readonly objectsUrl?: string;
  readonly clock?: Clock;
  /** Takes what is queued. */
  readonly send?: (message: JobMessage) => Promise<void>;
}

/** The use cases of the reconciliation API over a real table, and a real bucket where there is one. */
export function reconciliationApiDeps(
  table: Table,
  {
    objectsUrl = 'http://127.0.0.1:9',
    clock = testClock(),
    send = async () => undefined,
  }: ReconciliationApiOptions = {},
): ReconciliationApiDeps {
  const bucket = 'journal';
  const objects = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: objectsUrl,
    forcePathStyle: true,
  });
  const jobs = createJobRepository(table);
  const reports = createReconciliationRepository(table);
  const months = createMonthRepository(table);
  const store = createJournal(objects, bucket);
  const files = { shelf: createFileShelf(objects, bucket), links: createFileLinks(objects, bucket) };
  const connections = createConnectionRepository(table);
  const starting = { jobs, reports, lane: { send }, connections, clock, ids: randomIds(clock) };
  const closing = { reports, months, store, certificates: files.shelf, clock };
  return {
    start: (request) => startReconciliation(starting, request),
    close: (request) => closeMonth(closing, request),
    reports,
    jobs,
    months,
    store,
    certificates: files,
    exports: files,
    clock,
  };
}
