import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createMetricRepository } from '#shared/data/metric-repository.ts';
import { createRecordRepository } from '#shared/data/record-repository.ts';
import { createRetryQueue } from '#shared/data/retry-queue.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { Conflict } from '#shared/model/conflict.ts';
import { causeOfDependents, type FailureRecord } from '#shared/model/failure-record.ts';
import type { HistoryEntry } from '#shared/model/history-entry.ts';
import type { Job } from '#shared/model/job.ts';
import type { Link, OpenBatch } from '#shared/model/link.ts';
import { type Leg, noCounts, type Run } from '#shared/model/run.ts';
import type { RetryLine, RetryQueue } from '#shared/sync/ports.ts';
import { at, type Context, failureOf, later, ownOf, page, type Rows, row } from './repository-row.ts';

const runOf = ({ tenant, mark, id }: Context): Run => ({
  tenant_id: tenant,
  run_id: id,
  entity: id,
  mode: 'full',
  dry_run: false,
  filters: {},
  routes: [id],
  status: 'queued',
  requested_by: mark,
  started_at: at,
});

const legOf = (context: Context): Leg => ({
  tenant_id: context.tenant,
  run_id: context.id,
  route_id: context.id,
  status: 'running',
  version: 1,
  slice: 0,
  window: 0,
  cursor: context.mark,
  since: null,
  latest_modified: null,
  counts: noCounts,
  documents: {},
  calls: {},
  pauses: 0,
});

const failureRecordOf = (context: Context, parent?: string): FailureRecord => ({
  tenant_id: context.tenant,
  failure_id: parent === undefined ? context.id : dependentOf(context),
  route_id: context.id,
  entity: context.id,
  source_id: context.id,
  label: context.mark,
  failure: failureOf(context),
  cause: parent === undefined ? context.id : causeOfDependents(parent),
  ...(parent === undefined ? { next_retry_at: at } : { parent }),
  run_id: context.id,
  attempts: 1,
  tries: [{ at, run_id: context.id, code: context.mark }],
  state: 'open',
  first_failed_at: at,
  last_failed_at: at,
});
const dependentOf = ({ id }: Context): string => `${id}/dependent`;

const historyOf = ({ tenant, mark, id }: Context): HistoryEntry => ({
  tenant_id: tenant,
  entry_id: id,
  at,
  run_id: id,
  route_id: id,
  entity: id,
  source: addressOf(id),
  target_connection: id,
  label: mark,
  status: 'created',
  documents: [],
  requested_by: mark,
});

const jobOf = ({ tenant, mark, id }: Context): Job => ({
  tenant_id: tenant,
  job_id: id,
  kind: id,
  status: 'queued',
  request: { mark },
  requested_by: mark,
  cursor: null,
  version: 1,
  progress: { done: 0, total: null },
  started_at: at,
});

const conflictOf = ({ tenant, mark, id }: Context): Conflict => ({
  tenant_id: tenant,
  conflict_id: id,
  at,
  run_id: id,
  route_id: id,
  entity: id,
  source: addressOf(id),
  target: addressOf(id),
  label: mark,
  strategy: 'manual',
  state: 'open',
  source_modified_at: at,
  target_modified_at: null,
  fields: [],
  target_missing: false,
});

const batchOf = ({ tenant, mark, id }: Context): OpenBatch => ({
  tenant_id: tenant,
  target_connection: id,
  target_entity: id,
  batch_id: id,
  window: mark,
  route_id: id,
  run_id: id,
  changes: new Uint8Array([1]),
  created_at: at,
});

const linkOf = ({ tenant, mark, id }: Context): Link => ({
  tenant_id: tenant,
  source_connection: id,
  source_entity: id,
  source_id: id,
  target_connection: id,
  target_entity: id,
  state: 'claiming',
  target_id: id,
  hash: mark,
  batch_id: id,
  updated_at: at,
});

const confirmationOf = ({ tenant, mark, id }: Context) => ({
  tenant_id: tenant,
  token_hash: id,
  user_id: mark,
  plan_id: id,
  plan_hash: mark,
  left: 1 as const,
  expires: at,
});

const addressOf = (id: string) => ({ connection: id, entity: id, id });

/** Repositories of what syncs keep. */
export const syncRepositories: Rows = {
  'activity-repository.ts': row((table) => createActivityRepository(table, createRunRepository(table)), {
    recentErrors: (activity, { tenant }) => activity.recentErrors(tenant, '', 100),
    openLegs: (activity, { tenant }) => activity.openLegs(tenant),
  }),
  'confirmation-repository.ts': row(createConfirmationRepository, {
    create: async (confirmations, context) => {
      // Hashes of tokens are unique within a tenant; a second one would be refused, and rightly.
      if (await confirmations.find(context.tenant, context.id)) return;
      await confirmations.create(confirmationOf(context));
    },
    find: (confirmations, { tenant, id }) => confirmations.find(tenant, id),
    use: (confirmations, context) => confirmations.use(confirmationOf(context), context.mark),
  }),
  'failure-repository.ts': row(createFailureRepository, {
    // One that is there goes and releases what is parked under it; one that is not comes.
    change: async (failures, context) => {
      const { tenant, id } = context;
      const own = [{ failureId: id }];
      const dependent = [{ failureId: dependentOf(context), parentId: id }];
      return [
        await failures.change(tenant, at, own, (before) => (before ? undefined : failureRecordOf(context))),
        await failures.change(tenant, at, dependent, (_, parent) => parent && failureRecordOf(context, id)),
      ];
    },
    find: (failures, { tenant, id }) => failures.find(tenant, id),
    findMany: (failures, { tenant, id }) => failures.findMany(tenant, [id]),
    findCauses: (failures, { tenant, id }) => failures.findCauses(tenant, [id, causeOfDependents(id)]),
    list: async (failures, { tenant, id }) => [
      await failures.list(tenant, page),
      await failures.list(tenant, { ...page, routeIds: [id] }),
      await failures.list(tenant, { ...page, cause: id }),
      await failures.list(tenant, { ...page, runId: id, state: 'open' }),
      await failures.list(tenant, { ...page, after: `${at}#${id}` }),
    ],
    listCauses: (failures, { tenant }) => failures.listCauses(tenant, page),
    listDependents: (failures, { tenant, id }) => failures.listDependents(tenant, id, page),
    nextRetry: (failures, { tenant, id }) => failures.nextRetry(tenant, id),
    due: (failures, { tenant, id }) => failures.due(tenant, id, later, page),
  }),
  'history-repository.ts': row(createHistoryRepository, {
    append: (history, context) => history.append([historyOf(context)]),
    list: async (history, { tenant, id }) => [
      await history.list(tenant, page),
      await history.list(tenant, { ...page, routeIds: [id] }),
      await history.list(tenant, { ...page, routeIds: [id], status: 'created', fromMs: 0 }),
      await history.list(tenant, { ...page, after: `${at}#${id}` }),
    ],
    ofRecord: (history, { tenant, id }) => history.ofRecord(tenant, addressOf(id), page),
    walk: (history, { tenant, id }) => Array.fromAsync(history.walk(tenant, { routeIds: [id] }, { chunk: 2 })),
  }),
  'conflict-repository.ts': row(createConflictRepository, {
    keep: (conflicts, context) => conflicts.keep([conflictOf(context)]),
    find: (conflicts, { tenant, id }) => conflicts.find(tenant, id),
    findMany: (conflicts, { tenant, id }) => conflicts.findMany(tenant, [id]),
    list: async (conflicts, { tenant }) => [
      await conflicts.list(tenant, page),
      await conflicts.list(tenant, { ...page, state: 'open' }),
    ],
    resolve: (conflicts, context) =>
      conflicts.resolve(conflictOf(context), { keep: 'source', fields: {}, by: context.mark, at }),
  }),
  'flow-repository.ts': row(createFlowRepository, {
    settings: (flows, { tenant }) => flows.settings(tenant),
    save: async (flows, { tenant, mark }) =>
      flows.save({ ...(await flows.settings(tenant)), source_of_truth: { orders: mark } }),
  }),
  'job-repository.ts': row(createJobRepository, {
    create: (jobs, context) => jobs.create(jobOf(context)),
    find: (jobs, { tenant, id }) => jobs.find(tenant, id),
    save: (jobs, context) => jobs.save({ ...jobOf(context), version: 2 }),
    claimed: (jobs, { tenant, id }) => jobs.claimed(tenant, id),
    claim: async (jobs, { tenant, mark, id }) =>
      jobs.claim({ tenant_id: tenant, hash: id, job_id: mark, at }, await jobs.claimed(tenant, id)),
  }),
  'limiter-repository.ts': row(createLimiterRepository, {
    load: (limiter, { tenant, id }) => limiter.load(tenant, id),
    save: (limiter, { tenant, mark, id }) => limiter.save(tenant, id, { [mark]: [1] }),
    saveNotes: (limiter, { tenant, mark, id }) => limiter.saveNotes(tenant, id, { [`note/${mark}`]: [1] }),
  }),
  'link-repository.ts': row(createLinkRepository, {
    findMany: (links, { tenant, id }) =>
      links.findMany(tenant, [{ source: addressOf(id), target: { connection: id, entity: id } }]),
    list: (links, { tenant, id }) => links.list(tenant, { connection: id, entity: id }, page),
    findByTarget: (links, { tenant, id }) => links.findByTarget(tenant, [addressOf(id)]),
    claim: (links, context) => links.claim(batchOf(context), [linkOf(context)]),
    // The second is another record of the same number.
    save: (links, context) =>
      links.save([
        { ...linkOf(context), state: 'linked' },
        { ...linkOf(context), state: 'linked', source_id: context.mark, source_number: context.id },
      ]),
    release: (links, context) => links.release([linkOf(context)]),
    openBatches: (links, { tenant, id }) => links.openBatches(tenant, id),
    closeBatch: (links, context) => links.closeBatch(batchOf(context)),
  }),
  // Written by the checkpoints of legs.
  'metric-repository.ts': row(createMetricRepository, {
    list: (metrics, { tenant }) => metrics.list(tenant, '2026-01-01', '2026-12-31'),
  }),
  'record-repository.ts': row(createRecordRepository, {
    links: (records, { tenant, id }) => records.links(tenant, addressOf(id)),
    isKnown: (records, { tenant, id }) => records.isKnown(tenant, addressOf(id)),
    byNumber: (records, { tenant, id }) => records.byNumber(tenant, id),
  }),
  'retry-queue.ts': row(createRetryQueue, {
    next: async (queue, context) => ownOf(await allRetries(queue), context),
  }),
  'run-repository.ts': row(createRunRepository, {
    start: (runs, context) => runs.start(runOf(context), [legOf(context)], context.id).catch(isRepeated),
    find: (runs, { tenant, id }) => runs.find(tenant, id),
    findByIdempotencyKey: (runs, { tenant, id }) => runs.findByIdempotencyKey(tenant, id),
    legs: (runs, { tenant, id }) => runs.legs(tenant, id),
    leg: (runs, { tenant, id }) => runs.leg(tenant, id, id),
    list: async (runs, { tenant, id }) => [
      await runs.list(tenant, page),
      await runs.list(tenant, { ...page, entity: id }),
      await runs.list(tenant, { ...page, status: 'queued' }),
      await runs.list(tenant, { ...page, entity: id, status: 'queued', after: id }),
    ],
    checkpoint: (runs, context) =>
      runs.checkpoint({ ...legOf(context), version: 2 }, { day: at.slice(0, 10), add: { [context.mark]: 1 } }),
    setStatus: (runs, context) => runs.setStatus(runOf(context), 'running', at),
    requestCancel: (runs, { tenant, id }) => runs.requestCancel(tenant, id),
    releaseLease: (runs, { tenant, id }) => runs.releaseLease(tenant, id, id),
    watermark: (runs, { tenant, id }) => runs.watermark(tenant, id),
    setWatermark: (runs, { tenant, mark, id }) => runs.setWatermark(tenant, id, mark),
  }),
};

/** The first retry of each tenant and route. */
async function allRetries(queue: RetryQueue): Promise<RetryLine[]> {
  const lines: RetryLine[] = [];
  for (let shard = 0; shard < queue.shards; shard += 1) {
    for (let line = await queue.next(shard); line; line = await queue.next(shard, line.position)) lines.push(line);
  }
  return lines;
}

/** A run id is never used twice; when a test does, the table refuses it. */
function isRepeated(error: unknown): string {
  if (error instanceof Error && error.name === 'TransactionCanceledException') return 'refused';
  throw error;
}
