import type * as z from 'zod';
import type { legAnswerSchema, progressSchema, startedSchema, syncSchema } from '#shared/api/schemas.ts';
import { isSandbox } from '#shared/core/workspace.ts';
import {
  addCounts,
  type Counts,
  type DocumentCounts,
  type Leg,
  noCounts,
  noDocuments,
  type Run,
} from '#shared/model/run.ts';

/** A run as its starter sees it. */
export function started({ run_id, status, mode, entity, started_at }: Run): z.output<typeof startedSchema> {
  return { sync_id: run_id, status, mode, entity, started_at };
}

export function syncView(run: Run): z.output<typeof syncSchema> {
  return {
    ...started(run),
    sandbox: isSandbox(run.tenant_id),
    dry_run: run.dry_run,
    filters: run.filters,
    ...(run.ids ? { ids: run.ids } : {}),
    plan_id: run.plan_id ?? null,
    undoes: run.undo?.run_id ?? null,
    ...(run.retry ? { retry: run.retry } : {}),
    requested_by: run.requested_by,
    cancel_requested: run.cancel_requested ?? false,
    finished_at: run.finished_at ?? null,
  };
}

export function legView(leg: Leg): z.output<typeof legAnswerSchema> {
  return {
    route_id: leg.route_id,
    status: leg.status,
    page: leg.window,
    counts: leg.counts,
    documents: leg.documents,
    total: leg.total ?? null,
    calls: leg.calls,
    failure: leg.failure ?? null,
    resume_at: leg.resume_at ?? null,
    started_at: leg.started_at ?? null,
    finished_at: leg.finished_at ?? null,
  };
}

/** Progress over all legs of a run. The rate is over its whole life, pauses included: that is what a person waits for. */
export function progressOf(run: Run, legs: readonly Leg[], nowMs: number): z.output<typeof progressSchema> {
  const counts = legs.reduce<Counts>((sum, leg) => addCounts(sum, leg.counts), noCounts);
  const total =
    legs.length > 0 && legs.every((leg) => leg.total !== undefined) ? sumOf(legs, (leg) => leg.total) : null;
  const seconds = ((run.finished_at ? Date.parse(run.finished_at) : nowMs) - Date.parse(run.started_at)) / 1000;
  const rate = counts.read > 0 && seconds > 0 ? counts.read / seconds : null;
  const left = total === null ? null : Math.max(0, total - counts.read);
  return {
    counts,
    documents: legs.reduce<DocumentCounts>((sum, leg) => addDocuments(sum, leg.documents), {}),
    total,
    percent: percentOf(run, counts.read, total),
    rate_per_second: rate === null ? null : Math.round(rate * 100) / 100,
    eta_seconds: run.finished_at || left === null || rate === null ? null : Math.ceil(left / rate),
  };
}

function percentOf(run: Run, read: number, total: number | null): number | null {
  if (run.status === 'completed') return 100;
  if (total === null) return null;
  return total === 0 ? 0 : Math.min(100, Math.floor((100 * read) / total));
}

function sumOf(legs: readonly Leg[], value: (leg: Leg) => number | undefined): number {
  return legs.reduce((sum, leg) => sum + (value(leg) ?? 0), 0);
}

function addDocuments(sum: DocumentCounts, more: DocumentCounts): DocumentCounts {
  const merged = { ...sum };
  for (const [entity, b] of Object.entries(more)) {
    const a = merged[entity] ?? noDocuments;
    merged[entity] = {
      created: a.created + b.created,
      updated: a.updated + b.updated,
      deleted: a.deleted + b.deleted,
      linked: a.linked + b.linked,
      unchanged: a.unchanged + b.unchanged,
      failed: a.failed + b.failed,
    };
  }
  return merged;
}
