import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateLimit } from '#shared/connectors/connector.ts';
import { createRateLimiter } from '#shared/platform/rate-limiter.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { cases } from '#test/support/seed.ts';

const kinds = ['request', 'batch'] as const;
const limit = fc.record({
  kind: fc.constantFrom(...kinds),
  count: fc.integer({ min: 1, max: 8 }),
  per_ms: fc.integer({ min: 1, max: 1000 }),
});
/** No two of one kind and length: they would be one window. */
const limits = fc.uniqueArray(limit, { minLength: 1, maxLength: 4, selector: (one) => `${one.kind}/${one.per_ms}` });
/** Groups of calls made at once, each after a pause. */
const load = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 700 }),
    calls: fc.array(fc.constantFrom(['request'], ['request', 'batch'], ['batch']), { minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 12 },
);
type Load = readonly { readonly after: number; readonly calls: readonly (readonly string[])[] }[];
type Passed = { at: number; kinds: readonly string[] }[];

async function run(
  limiter: ReturnType<typeof createRateLimiter>,
  clock: TestClock,
  groups: Load,
  passed: Passed,
): Promise<void> {
  for (const { after, calls } of groups) {
    clock.advance(after);
    await Promise.all(
      calls.map(async (call) => {
        await limiter.acquire(call);
        passed.push({ at: clock.now(), kinds: call });
      }),
    );
  }
}

/** The fullest window of the limit's length. */
function fullest(passed: Passed, { kind, per_ms }: RateLimit): number {
  const times = passed.filter((call) => call.kinds.includes(kind)).map(({ at }) => at);
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + per_ms).length));
}

describe('the rate limiter', () => {
  it('[E5] lets no window of a limit hold more calls than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(limits, load, async (allowed, groups) => {
        const clock = testClock();
        const passed: Passed = [];
        await run(createRateLimiter(allowed, clock), clock, groups, passed);

        for (const one of allowed) expect(fullest(passed, one)).toBeLessThanOrEqual(one.count);
      }),
      { numRuns: cases(150) },
    );
  });

  it('[E5] keeps the promise when the next worker goes on from its state', async () => {
    await fc.assert(
      fc.asyncProperty(limits, load, load, async (allowed, before, after) => {
        const clock = testClock();
        const passed: Passed = [];
        const first = createRateLimiter(allowed, clock);
        await run(first, clock, before, passed);
        const handedOver = JSON.parse(JSON.stringify(first.snapshot()));
        await run(createRateLimiter(allowed, clock, handedOver), clock, after, passed);

        for (const one of allowed) expect(fullest(passed, one)).toBeLessThanOrEqual(one.count);
      }),
      { numRuns: cases(100) },
    );
  });

  it('waits no longer than needed', async () => {
    const clock = testClock(0);
    const limiter = createRateLimiter([{ kind: 'request', count: 2, per_ms: 1000 }], clock);
    const passed: Passed = [];
    await run(limiter, clock, [{ after: 0, calls: Array.from({ length: 5 }, () => ['request']) }], passed);

    expect(passed.map(({ at }) => at)).toEqual([0, 0, 1001, 1001, 2002]);
    expect(limiter.used).toEqual({ request: 5 });
  });

  it('lets nothing out while paused, and never shortens a pause', async () => {
    const clock = testClock(0);
    const limiter = createRateLimiter([], clock);
    limiter.pause(5000);
    limiter.pause(10);
    await limiter.acquire(['request']);

    expect(clock.now()).toBe(5000);
  });

  it('leaves calls of other kinds alone', async () => {
    const clock = testClock(0);
    const limiter = createRateLimiter([{ kind: 'batch', count: 1, per_ms: 60_000 }], clock);
    await limiter.acquire(['batch']);
    for (let call = 0; call < 50; call += 1) await limiter.acquire(['request']);

    expect(clock.now()).toBe(0);
  });

  it('hands over only what still counts', async () => {
    const clock = testClock(0);
    const limiter = createRateLimiter([{ kind: 'request', count: 3, per_ms: 1000 }], clock);
    await limiter.acquire(['request']);
    clock.advance(600);
    await limiter.acquire(['request']);
    clock.advance(600);

    expect(limiter.snapshot()).toEqual({ 'request/1000': [600] });
  });

  it('[E5] hands over a pause, so that the next worker waits for the rest of it', async () => {
    const clock = testClock(0);
    const first = createRateLimiter([], clock);
    first.pause(60_000);
    clock.advance(20_000);
    const second = createRateLimiter([], clock, JSON.parse(JSON.stringify(first.snapshot())));
    await second.acquire(['request']);
    expect(clock.now()).toBe(60_000);
    expect(second.snapshot()).toEqual({});
  });
});
