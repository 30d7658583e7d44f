import type { Clock } from '#shared/core/clock.ts';
import { errors, refuse } from './faults.ts';

/** Longest request ids: single write, batch, and a batch item's bId. */
export const idLimits = { single: 50, batch: 36, item: 10 } as const;

/** An answer and when it was given. */
export interface Kept {
  readonly at: number;
  readonly json: string;
}

/**
 * Answers of successful writes by request id. A repeat gets the original answer and does nothing; bodies are not
 * compared and refused attempts are not kept. How long the platform keeps them is not documented.
 */
export class Replays {
  /** Oldest first. */
  readonly kept: Map<string, Kept>;
  private readonly clock: Clock;
  private readonly keepMs: number;

  constructor(clock: Clock, keepMs: number, kept = new Map<string, Kept>()) {
    this.clock = clock;
    this.keepMs = keepMs;
    this.kept = kept;
  }

  find(key: string): string | undefined {
    const entry = this.kept.get(key);
    if (!entry) return undefined;
    if (this.clock.now() - entry.at <= this.keepMs) return entry.json;
    this.kept.delete(key);
    return undefined;
  }

  keep(key: string, json: string): void {
    const now = this.clock.now();
    this.kept.set(key, { at: now, json });
    // Oldest first: stop at the first that is still valid.
    for (const [old, { at }] of this.kept) {
      if (now - at <= this.keepMs) break;
      this.kept.delete(old);
    }
  }
}

/** The request id of a call; an empty one means none. */
export function requestId(query: URLSearchParams, limit: number): string | undefined {
  const id = query.get('requestid') ?? '';
  if (id.length > limit) refuse(errors.requestId(id));
  return id === '' ? undefined : id;
}
