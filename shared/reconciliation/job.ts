import * as z from 'zod';
import { instant } from '../core/clock.ts';
import { type Failure, FailureError, unwrap } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { JobKind, StepResult } from '../jobs/job-kind.ts';
import type { Job } from '../model/job.ts';
import { currentReport, differenceKinds, reconciliationRequestSchema } from '../model/reconciliation.ts';
import { compareDays } from './compare-days.ts';
import { daysBetween } from './days.ts';
import { totalsOf } from './figures.ts';
import { newReport } from './new-report.ts';
import { reportObjects } from './objects.ts';
import type { OpenLedgers, ReconciliationDeps } from './ports.ts';
import { readLedger } from './read-ledger.ts';
import { books, providedParts, reconciliationJob, sellingAmong, systemNames } from './systems.ts';

const count = z.number().int();
const partsSchema = z.record(z.string(), z.record(z.string(), count));
const cursorSchema = z.discriminatedUnion('phase', [
  /** Reading the system at this position; objects stored so far by system and day. */
  z.object({
    phase: z.literal('read'),
    system: count,
    page: z.custom<Json>((value) => value !== undefined),
    parts: partsSchema,
  }),
  z.object({
    phase: z.literal('compare'),
    /** Position of the next day. */
    day: count,
    parts: partsSchema,
    kinds: z.partialRecord(z.enum(differenceKinds), count),
    hash: z.string(),
  }),
]);
export type ReconciliationCursor = z.infer<typeof cursorSchema>;

/** Reads every system's sales once, then compares them day by day. */
export function reconciliationKind(deps: () => Promise<ReconciliationDeps>): JobKind {
  return {
    ...reconciliationJob,
    async step(job) {
      const own = await deps();
      const result = await workOn(own, job);
      if (result.kind === 'failed' && !result.failure.retryable) await fail(own, job, result.failure);
      return result;
    },
    async abandon(job) {
      if (job.failure) await fail(await deps(), job, job.failure);
    },
  };
}

async function workOn(deps: ReconciliationDeps, job: Job): Promise<StepResult> {
  const request = reconciliationRequestSchema.parse(job.request);
  if (request.version !== currentReport) return { kind: 'failed', failure: outdated };
  if (job.cursor === null) await deps.reports.create(newReport(job));
  const cursor = cursorSchema.parse(job.cursor ?? { phase: 'read', system: 0, page: null, parts: {} });
  const days = daysBetween(request.start_date, request.end_date);
  if (cursor.phase === 'compare' && cursor.day >= days.length) return finish(deps, job, days, cursor);
  const system = cursor.phase === 'read' ? request.systems[cursor.system] : undefined;
  const opened = await openLedgers(deps, job.tenant_id, {
    systems: system === undefined ? request.systems : [system],
    compared: request.systems,
  });
  let failure: Failure | undefined;
  try {
    const next =
      cursor.phase === 'compare'
        ? await compareDays(deps, { job, request, days, cursor, opened })
        : await readLedger(deps, { job, request, cursor, opened });
    return { kind: 'more', cursor: next.cursor, progress: { done: job.progress.done + next.done, total: null } };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    failure = error.failure;
    return { kind: 'failed', failure };
  } finally {
    await opened.settle(failure);
  }
}

/** It was under way while the product was updated: what it read lacks what is compared now. */
const outdated: Failure = {
  category: 'internal',
  code: 'reconciliation.outdated',
  reason: 'It was begun by an earlier version, which compared less.',
  fix: 'Start it again.',
  retryable: false,
};

async function openLedgers(
  { ledgers, links }: ReconciliationDeps,
  tenantId: string,
  { systems, compared }: { readonly systems: readonly string[]; readonly compared: readonly string[] },
): Promise<OpenLedgers> {
  const provided = sellingAmong(systemNames).flatMap((connection) =>
    Object.entries(providedParts).map(([id, part]) => ({ connection, id, part })),
  );
  const items = await links.findMany(
    tenantId,
    provided.map(({ connection, id }) => ({
      source: { connection, entity: 'product', id },
      target: { connection: books.platform, entity: 'item' },
    })),
  );
  const parts = Object.fromEntries(
    provided.flatMap(({ part }, index) => {
      const item = items[index]?.target_id;
      return item === undefined ? [] : [[item, part]];
    }),
  );
  const selling = sellingAmong(compared);
  const sources = selling.length > 0 ? selling : sellingAmong(systemNames);
  return unwrap(await ledgers.open(tenantId, systems, { sources, parts }));
}

async function finish(
  deps: ReconciliationDeps,
  job: Job,
  days: readonly string[],
  { kinds, hash }: Extract<ReconciliationCursor, { phase: 'compare' }>,
): Promise<StepResult> {
  const objects = reportObjects(deps.store, job.tenant_id, job.job_id);
  const cells = (await Promise.all(days.map((day) => objects.readCells(day)))).flat();
  await objects.writeMatrix(cells);
  const report = newReport(job);
  const open = Object.entries(kinds).reduce(
    (sum, [kind, number]) => (kind === 'excluded_by_setting' ? sum : sum + number),
    0,
  );
  const result = { totals: totalsOf(cells, report.systems), differences: kinds, open, hash };
  await deps.reports.save({ ...report, status: 'completed', finished_at: instant(deps.clock.now()), result });
  return { kind: 'done', result: { open, hash }, progress: job.progress };
}

async function fail(deps: ReconciliationDeps, job: Job, failure: Failure): Promise<void> {
  await deps.reports.save({ ...newReport(job), status: 'failed', finished_at: instant(deps.clock.now()), failure });
}
