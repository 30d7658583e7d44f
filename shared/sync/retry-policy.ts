import { instant } from '../core/clock.ts';
import { sha256Hex } from '../core/json.ts';
import type { FailureRecord } from '../model/failure-record.ts';

/** Runs that try a record before it is not tried again by itself. */
export const maxAttempts = 8;
const baseMs = 10 * 60_000;
const longestMs = 12 * 3600_000;

/**
 * When a failure is tried again by itself: after a random part of a time that doubles with each attempt, but not before the
 * platform said. The random part comes from run and record, so that a window worked on twice says the same.
 *
 * Undefined where a retry by itself is of no use: a person has to do something first, another record has to arrive first,
 * it only comes along with others, somebody has acknowledged it, or it was tried often enough.
 */
export function nextRetryAt(record: FailureRecord, parent: FailureRecord | undefined): string | undefined {
  const { failure, attempts, state, carried } = record;
  if (!failure.retryable || state !== 'open' || carried || attempts >= maxAttempts) return undefined;
  // A parent that is carried is tried with what carries it: nobody else would.
  if (parent && !parent.carried) return undefined;
  const spread = Math.min(longestMs, baseMs * 2 ** (attempts - 1));
  const random = Number.parseInt(sha256Hex(`${record.run_id}/${record.failure_id}`).slice(0, 8), 16) / 2 ** 32;
  const wait = Math.max(failure.retry_after_ms ?? 0, Math.floor(random * spread));
  return instant(Date.parse(record.last_failed_at) + wait);
}

/** Why nothing happens to a failure by itself, for people; null while something will. */
export function retryNote(record: FailureRecord, isParked: boolean): string | null {
  const { failure, attempts, state, carried } = record;
  if (state === 'acknowledged') return 'It is acknowledged, so it is not tried again by itself.';
  if (isParked) return 'It waits for the record it needs and is tried again when that arrives.';
  if (carried) return 'It is tried again with the records that carry it.';
  if (!failure.retryable) return 'It is not tried again by itself: see what to do about it, then retry.';
  if (attempts < maxAttempts) return null;
  return `It was tried ${attempts} times and is not tried again by itself: find out why, then retry.`;
}
