import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConnectors } from '#shared/connectors/registry.ts';
import type { Clock } from '#shared/core/clock.ts';
import { createHttpClient, type FetchLike, type HttpRequest } from '#shared/platform/http-client.ts';
import { createRateLimiter, type LimiterState } from '#shared/platform/rate-limiter.ts';
import { cases } from '#test/support/seed.ts';

// Windows that the limiter alone keeps are properties of its own: test/platform/rate-limiter.test.ts.

const unused = {
  clientId: '',
  clientSecret: '',
  apiUrl: '',
  sandboxApiUrl: '',
  authorizeUrl: '',
  tokenUrl: '',
  revokeUrl: '',
};
const connectors = createConnectors({ quickbooks: unused });
/** Tills have no API that could be called. */
const remote = Object.keys(connectors).filter((platform) => platform !== 'pos');

type Answer = { readonly status: number; readonly retryAfter?: number };
/** Mostly an answer, sometimes a refusal that says how long to wait, sometimes an error. */
const answers: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ status: 200 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 90 }).map((retryAfter) => ({ status: 429, retryAfter })) },
  { weight: 1, arbitrary: fc.constantFrom({ status: 500 }, { status: 503 }) },
);
/** Groups of calls made at once, each after a pause; then the next worker takes over. */
const work = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 20_000 }),
    calls: fc.array(fc.constantFrom(['request'], ['request', 'batch']), { minLength: 1, maxLength: 25 }),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Time that passes only when everybody waits, and then to the first who wakes: what is at once stays at once. */
function virtualTime(): Clock & { advance(ms: number): void; during<T>(work: Promise<T>): Promise<T> } {
  let now = Date.parse('2026-03-01T12:00:00.000Z');
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: (ms) => new Promise((wake) => void sleepers.push({ until: now + ms, wake })),
    async during(work) {
      let isDone = false;
      const finished = work.finally(() => {
        isDone = true;
      });
      while (!isDone) {
        for (let turn = 0; turn < 3; turn += 1) await setImmediate();
        const [next] = sleepers.sort((a, b) => a.until - b.until).splice(0, 1);
        now = Math.max(now, next?.until ?? now);
        next?.wake();
      }
      return finished;
    },
  };
}

interface Seen {
  readonly at: number;
  readonly kinds: readonly string[];
}

describe('however much there is to do, and whoever does it', () => {
  it.each(remote)('[E5] %s never gets more calls than it allows, nor one before it said', async (platform) => {
    const { rateLimits = [] } = connectors[platform] ?? {};
    expect(rateLimits.length).toBeGreaterThan(0);
    await fc.assert(
      fc.asyncProperty(
        fc.array(work, { minLength: 1, maxLength: 3 }),
        fc.array(answers, { minLength: 5, maxLength: 60 }),
        async (workers, script) => {
          const clock = virtualTime();
          const seen: Seen[] = [];
          let closed = { since: 0, until: 0 };
          const early: string[] = [];
          const fetchLike: FetchLike = async (_url, { headers }) => {
            const now = clock.now();
            // What left in the same moment was under way before the answer came.
            if (now > closed.since && now < closed.until) early.push(`${closed.until - now} ms early`);
            seen.push({ at: now, kinds: String((headers as Record<string, string>)['x-kinds']).split(' ') });
            const { status, retryAfter } = script[(seen.length - 1) % script.length] ?? { status: 200 };
            const until = now + (retryAfter ?? 0) * 1000;
            if (until > closed.until) closed = { since: now, until };
            return new Response('', {
              status,
              headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
            });
          };
          const guard = { check: async () => ({ ok: true, value: undefined }) as never };
          const client = createHttpClient({ guard, fetch: fetchLike, clock, random: () => 0.5 });
          let state: LimiterState = {};
          for (const groups of workers) {
            const limiter = createRateLimiter(rateLimits, clock, state);
            for (const { after, calls } of groups) {
              clock.advance(after);
              const request = (kinds: readonly string[]): HttpRequest => ({
                method: 'GET',
                url: 'https://platform.example/x',
                headers: { 'x-kinds': kinds.join(' ') },
                repeatable: true,
                kinds,
              });
              await clock.during(Promise.all(calls.map((kinds) => client.send(request(kinds), limiter))));
            }
            // As the table keeps it for the next worker of the lane.
            state = JSON.parse(JSON.stringify(limiter.snapshot())) as LimiterState;
          }
          expect(early).toEqual([]);
          for (const { kind, count, per_ms } of rateLimits) {
            const times = seen.filter(({ kinds }) => kinds.includes(kind)).map(({ at }) => at);
            const fullest = Math.max(
              0,
              ...times.map((start) => times.filter((at) => at >= start && at < start + per_ms).length),
            );
            expect(fullest, `${kind} in ${per_ms} ms`).toBeLessThanOrEqual(count);
          }
        },
      ),
      { numRuns: cases(30) },
    );
  });
});
