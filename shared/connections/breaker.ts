import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import type { Breaker } from '../model/breaker.ts';
import type { ConnectionAddress } from './deps.ts';

/**
 * The circuit breaker of a connection as a pure state machine: closed, open after some failures in a row, half open while
 * one try is under way, closed by a success. `undefined` is a breaker nothing was held against yet.
 */
export interface BreakerPolicy {
  /** Failures in a row that open it. @default 5 */
  readonly threshold: number;
  /** First wait; doubles with each try that fails. @default 30 s */
  readonly cooldownMs: number;
  /** @default 10 min */
  readonly maxCooldownMs: number;
  /** After this a try counts as lost with its worker. @default 6 min, when SQS hands its message out again */
  readonly probeMs: number;
}

export const defaultPolicy: BreakerPolicy = {
  threshold: 5,
  cooldownMs: 30_000,
  maxCooldownMs: 600_000,
  probeMs: 360_000,
};

export type Admission =
  /** Nothing in the way. */
  | { readonly kind: 'free' }
  /** The one try: whoever stores `claim` may go on. */
  | { readonly kind: 'probe'; readonly claim: Breaker }
  | { readonly kind: 'refused'; readonly retry_after_ms: number; readonly breaker: Breaker };

/** May a slice use the connection now? */
export function admit(breaker: Breaker | undefined, now: number, policy = defaultPolicy): Admission {
  if (!breaker || breaker.state === 'closed') return { kind: 'free' };
  const wait = retryTime(breaker) - now;
  // A try takes about a minute; only a dead one takes until its time is over.
  const comeBack = breaker.state === 'half_open' ? Math.min(wait, breaker.cooldown_ms) : wait;
  if (wait > 0) return { kind: 'refused', retry_after_ms: comeBack, breaker };
  const claim: Breaker = {
    ...breaker,
    state: 'half_open',
    retry_at: instant(now + policy.probeMs),
    version: breaker.version + 1,
  };
  return { kind: 'probe', claim };
}

/** How a slice ended for one connection. `probe` is the version of the try it was, if it was one. */
export type SliceOutcome =
  | { readonly kind: 'worked' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly probe?: number | undefined }
  /** Nothing was asked of the platform, so nothing is known. */
  | { readonly kind: 'unused'; readonly probe?: number | undefined };

/** What is to be stored; `clear` forgets everything. */
export type BreakerChange =
  | { readonly kind: 'keep' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'store'; readonly breaker: Breaker };

const keep: BreakerChange = { kind: 'keep' };

export function afterSlice(
  address: ConnectionAddress,
  breaker: Breaker | undefined,
  outcome: SliceOutcome,
  now: number,
  policy = defaultPolicy,
): BreakerChange {
  if (outcome.kind === 'worked') return breaker ? { kind: 'clear' } : keep;
  const isProbe = breaker?.state === 'half_open' && breaker.version === outcome.probe;
  if (outcome.kind === 'unused') {
    return isProbe ? stored(breaker, { state: 'open', retry_at: instant(now) }) : keep;
  }
  const present = breaker ?? unharmed(address, outcome.failure);
  if (present.state === 'closed') return counted(present, outcome.failure, now, policy);
  // A slice that began before it opened says nothing new.
  if (!isProbe) return keep;
  return opened(present, outcome.failure, Math.min(policy.maxCooldownMs, present.cooldown_ms * 2), now);
}

function unharmed({ tenantId, platform }: ConnectionAddress, failure: Failure): Breaker {
  return { tenant_id: tenantId, platform, state: 'closed', failures: 0, failure, cooldown_ms: 0, version: 0 };
}

function counted(breaker: Breaker, failure: Failure, now: number, policy: BreakerPolicy): BreakerChange {
  if (breaker.failures + 1 >= policy.threshold) return opened(breaker, failure, policy.cooldownMs, now);
  return stored(breaker, { failures: breaker.failures + 1, failure });
}

function opened(breaker: Breaker, failure: Failure, cooldownMs: number, now: number): BreakerChange {
  return stored(breaker, {
    state: 'open',
    failures: breaker.failures + 1,
    failure,
    cooldown_ms: cooldownMs,
    opened_at: breaker.opened_at ?? instant(now),
    // A platform that says how long it needs knows best.
    retry_at: instant(now + Math.max(cooldownMs, failure.retry_after_ms ?? 0)),
  });
}

function stored(breaker: Breaker, changes: Partial<Breaker>): BreakerChange {
  return { kind: 'store', breaker: { ...breaker, ...changes, version: breaker.version + 1 } };
}

function retryTime({ retry_at }: Breaker): number {
  return retry_at === undefined ? 0 : Date.parse(retry_at);
}

/** What people see of a breaker. One whose wait is over counts as half open: the next slice is the try. */
export interface BreakerView {
  readonly state: Breaker['state'];
  readonly opened_at: string | null;
  readonly retry_at: string | null;
}

export function breakerView(breaker: Breaker | undefined, now: number): BreakerView {
  if (!breaker || breaker.state === 'closed') return { state: 'closed', opened_at: null, retry_at: null };
  const { opened_at = null, retry_at = null } = breaker;
  const isTrying = breaker.state === 'half_open' || retryTime(breaker) <= now;
  return isTrying ? { state: 'half_open', opened_at, retry_at: null } : { state: 'open', opened_at, retry_at };
}
