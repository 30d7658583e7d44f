import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, afterSlice, type BreakerPolicy, breakerView, type SliceOutcome } from '#shared/connections/breaker.ts';
import { instant } from '#shared/core/clock.ts';
import type { Failure } from '#shared/core/failure.ts';
import type { Breaker } from '#shared/model/breaker.ts';

const address = { tenantId: 'shop-1', platform: 'books' };
const policy: BreakerPolicy = { threshold: 3, cooldownMs: 1000, maxCooldownMs: 4000, probeMs: 10_000 };
const start = Date.parse('2026-03-01T12:00:00.000Z');
const down: Failure = { category: 'network', code: 'network.timeout', reason: 'Late.', fix: 'Wait.', retryable: true };

/** The breaker after this outcome, as a repository would keep it. */
function end(breaker: Breaker | undefined, outcome: SliceOutcome, now: number): Breaker | undefined {
  const change = afterSlice(address, breaker, outcome, now, policy);
  if (change.kind === 'keep') return breaker;
  return change.kind === 'store' ? change.breaker : undefined;
}

function afterFailures(count: number, now = start): Breaker | undefined {
  let breaker: Breaker | undefined;
  for (let each = 0; each < count; each += 1) breaker = end(breaker, { kind: 'failed', failure: down }, now);
  return breaker;
}

type Event =
  | { readonly kind: 'begin' }
  | { readonly kind: 'end'; readonly slice: number; readonly outcome: 'worked' | 'failed' | 'unused' }
  | { readonly kind: 'wait'; readonly ms: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constant({ kind: 'begin' } as const),
  fc.record({
    kind: fc.constant('end' as const),
    slice: fc.nat(8),
    outcome: fc.constantFrom('worked' as const, 'failed' as const, 'failed' as const, 'unused' as const),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3000 }) }),
);

interface OpenSlice {
  readonly probe: number | undefined;
  readonly since: number;
  /** How many times the breaker was closed before it began. */
  readonly outage: number;
}

/** Plays a history of slices; `onBegin` sees every slice that is let through, with those under way. */
function play(events: readonly Event[], onBegin: (slice: OpenSlice, open: readonly OpenSlice[], now: number) => void) {
  let breaker: Breaker | undefined;
  let now = start;
  let outage = 0;
  const open: OpenSlice[] = [];
  const states: (Breaker | undefined)[] = [];
  for (const each of events) {
    if (each.kind === 'wait') now += each.ms;
    if (each.kind === 'begin') {
      const admission = admit(breaker, now, policy);
      if (admission.kind === 'probe') breaker = admission.claim;
      if (admission.kind !== 'refused') {
        const slice = { probe: admission.kind === 'probe' ? admission.claim.version : undefined, since: now, outage };
        onBegin(slice, open, now);
        open.push(slice);
      }
    }
    if (each.kind === 'end' && open.length > 0) {
      const [slice] = open.splice(each.slice % open.length, 1);
      const ended = { probe: slice?.probe };
      breaker = end(
        breaker,
        each.outcome === 'failed' ? { kind: 'failed', failure: down, ...ended } : { kind: each.outcome, ...ended },
        now,
      );
    }
    if (!breaker && states.at(-1)) outage += 1;
    states.push(breaker);
  }
  return states;
}

describe('a circuit breaker', () => {
  it('opens after so many failures in a row and not before, whatever number that is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (count) => {
        const breaker = afterFailures(count);
        expect(breaker?.state).toBe(count < policy.threshold ? 'closed' : 'open');
        expect(admit(breaker, start, policy).kind).toBe(count < policy.threshold ? 'free' : 'refused');
      }),
    );
  });

  it('never has two tries under way, unless the first is given up for dead', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        play(events, (slice, open, now) => {
          if (slice.probe === undefined) return;
          const tries = open.filter(({ probe, outage }) => probe !== undefined && outage === slice.outage);
          expect(tries.filter(({ since }) => now - since < policy.probeMs)).toEqual([]);
        });
      }),
    );
  });

  it('is closed by any success', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.nat(5000), (events, later) => {
        const breaker = play(events, () => undefined).at(-1);
        expect(end(breaker, { kind: 'worked' }, start + later)).toBeUndefined();
      }),
    );
  });

  it('comes to the same from the same history, and lets somebody through in the end', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const states = play(events, () => undefined);
        expect(play(events, () => undefined)).toEqual(states);
        expect(admit(states.at(-1), Date.parse('2027-01-01T00:00:00Z'), policy).kind).not.toBe('refused');
      }),
    );
  });

  it('waits twice as long after each try that fails, up to a limit, and keeps the moment it opened', () => {
    let breaker = afterFailures(policy.threshold);
    const waits: number[] = [];
    let now = start;
    for (let tries = 0; tries < 4; tries += 1) {
      waits.push(Date.parse(breaker?.retry_at ?? '') - now);
      now = Date.parse(breaker?.retry_at ?? '');
      const admission = admit(breaker, now, policy);
      if (admission.kind !== 'probe') throw new Error(`not let through: ${admission.kind}`);
      breaker = end(admission.claim, { kind: 'failed', failure: down, probe: admission.claim.version }, now);
    }
    expect(waits).toEqual([1000, 2000, 4000, 4000]);
    expect(breaker?.opened_at).toBe(instant(start));
  });

  it('waits as long as the platform asks', () => {
    const failure = { ...down, category: 'rate_limit', retry_after_ms: 60_000 } as const;
    const breaker = end(afterFailures(policy.threshold - 1), { kind: 'failed', failure }, start);
    expect(breaker?.retry_at).toBe(instant(start + 60_000));
  });

  it('gives the try to the next slice when the first asked nothing, or died', () => {
    const admission = admit(afterFailures(policy.threshold), start + 1000, policy);
    if (admission.kind !== 'probe') throw new Error('not let through');
    const { claim } = admission;
    expect(admit(claim, start + 1001, policy).kind).toBe('refused');
    expect(admit(claim, start + 1000 + policy.probeMs, policy).kind).toBe('probe');
    const unused = end(claim, { kind: 'unused', probe: claim.version }, start + 1002);
    expect(admit(unused, start + 1002, policy).kind).toBe('probe');
  });

  it('shows that the next slice is the try once its wait is over', () => {
    const breaker = afterFailures(policy.threshold);
    expect(breakerView(undefined, start)).toEqual({ state: 'closed', opened_at: null, retry_at: null });
    expect(breakerView(breaker, start)).toMatchObject({ state: 'open', retry_at: instant(start + 1000) });
    expect(breakerView(breaker, start + 1000)).toMatchObject({ state: 'half_open', opened_at: instant(start) });
  });
});
