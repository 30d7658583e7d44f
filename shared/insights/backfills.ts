import type { Leg } from '../model/run.ts';

/** A run of one flow that waits or is worked on. */
export interface Backfill {
  readonly sync_id: string;
  readonly flow: string;
  readonly status: Leg['status'];
  readonly read: number;
  readonly total: number | null;
  readonly percent: number | null;
  readonly rate_per_second: number | null;
  readonly eta_seconds: number | null;
  readonly resume_at: string | null;
}

/** The rate is over its whole life, waits included: that is what a person waits for. */
export function backfillOf(
  { run_id, route_id, status, counts, total, started_at, resume_at }: Leg,
  nowMs: number,
): Backfill {
  const { read } = counts;
  const seconds = started_at === undefined ? 0 : (nowMs - Date.parse(started_at)) / 1000;
  const rate = read > 0 && seconds > 0 ? read / seconds : null;
  return {
    sync_id: run_id,
    flow: route_id,
    status,
    read,
    total: total ?? null,
    percent: total === undefined || total === 0 ? null : Math.min(100, Math.floor((100 * read) / total)),
    rate_per_second: rate === null ? null : Math.round(rate * 100) / 100,
    eta_seconds: rate === null || total === undefined ? null : Math.ceil(Math.max(0, total - read) / rate),
    resume_at: resume_at ?? null,
  };
}
