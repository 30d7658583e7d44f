import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient, type HttpRequest, retryAfterMs } from '#shared/platform/http-client.ts';
import { createRateLimiter } from '#shared/platform/rate-limiter.ts';
import { testClock } from '#test/support/clock.ts';
import { serve } from '#test/support/http.ts';

type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'drop'
  | 'hang'
  | 'stall';

/** A platform that gives these answers in turn, the last one from then on, and a client whose waits are only noted. */
async function platform(...answers: Answer[]) {
  const received: { method: string; body: string; headers: Record<string, unknown> }[] = [];
  const server = await serve(async (request, body, response) => {
    const answer = answers[Math.min(received.length, answers.length - 1)] ?? 'drop';
    received.push({ method: request.method ?? '', body: body.toString(), headers: request.headers });
    if (answer === 'drop') request.socket.destroy();
    else if (answer === 'stall') response.writeHead(200).write('[{');
    else if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  });
  onTestFinished(() => server.close());
  const clock = testClock();
  const waits: number[] = [];
  const noting = {
    ...clock,
    sleep: (ms: number) => {
      waits.push(ms);
      return clock.sleep(ms);
    },
  };
  // With jitter at its most the waits are the ceilings.
  const client = createHttpClient({ guard: createHostGuard([server.host]), clock: noting, random: () => 1 });
  const limiter = createRateLimiter([], clock);
  const send = (request: Partial<HttpRequest> = {}, retry = {}) =>
    client.send(
      { method: 'GET', url: `${server.url}/x`, repeatable: true, kinds: ['request'], ...request },
      limiter,
      retry,
    );
  return { send, received, waits, clock, limiter, url: server.url };
}

describe('what is tried again', () => {
  it.each([408, 429, 500, 502, 503, 504])(
    'a repeatable call after %i, with growing waits, four times in all',
    async (status) => {
      const { send, received, waits } = await platform({ status });
      const reply = await send();

      expect(reply).toMatchObject({ ok: true, value: { status } });
      expect(received.length).toBe(4);
      expect(waits).toEqual([500, 1000, 2000]);
    },
  );

  it.each([200, 201, 301, 400, 401, 403, 404, 409, 422, 501])('nothing after %i', async (status) => {
    const { send, received } = await platform({ status, headers: { location: 'http://127.0.0.1:9/' } });

    expect(await send()).toMatchObject({ ok: true, value: { status } });
    expect(received.length).toBe(1);
  });

  it.each([
    [429, 4],
    [503, 4],
    [408, 1],
    [500, 1],
    [502, 1],
    [504, 1],
  ])('a call that must not be repeated after %i is sent %i times', async (status, times) => {
    const { send, received } = await platform({ status });
    await send({ method: 'POST', repeatable: false, body: '{}' });

    expect(received.length).toBe(times);
  });

  it('until it works', async () => {
    const { send, received } = await platform({ status: 502 }, { status: 503 }, { status: 200, body: 'fine' });

    expect(await send()).toMatchObject({ ok: true, value: { status: 200, text: 'fine' } });
    expect(received.length).toBe(3);
  });

  it('with the very same method, headers and body', async () => {
    const { send, received } = await platform({ status: 500 }, { status: 200 });
    await send({ method: 'POST', body: '{"n":1}', headers: { 'x-key': 'abc' } });

    const [first, second] = received;
    expect(second).toEqual(first);
    expect(first).toMatchObject({ method: 'POST', body: '{"n":1}', headers: { 'x-key': 'abc' } });
  });

  it('[E5] no longer than the ceiling, with jitter below it', async () => {
    const { send, waits } = await platform({ status: 500 });
    await send({}, { attempts: 9, baseMs: 1000, maxMs: 5000 });

    expect(waits).toEqual([1000, 2000, 4000, 5000, 5000, 5000, 5000, 5000]);
  });
});

describe('a wait the platform asks for', () => {
  it('[E5] is kept to, in seconds or as a date', async () => {
    const { send, waits, clock } = await platform(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': new Date(testClock().now() + 37_000).toUTCString() } },
      { status: 200 },
    );
    const start = clock.now();
    await send();

    expect(waits).toEqual([7000, 30_000]);
    expect(clock.now() - start).toBe(37_000);
  });

  it('[E5] after a 429 holds for everybody who shares the limiter', async () => {
    const { send, clock, limiter } = await platform({ status: 429, headers: { 'retry-after': '60' } }, { status: 200 });
    const start = clock.now();
    const paused = send();
    await paused;
    await limiter.acquire(['request']);

    expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
  });

  it('[E5] after a 429 holds for whoever goes next, also when this call is given up', async () => {
    const { send, clock, limiter } = await platform({ status: 429, headers: { 'retry-after': '60' } });
    await send({}, { attempts: 1 });
    const start = clock.now();
    await limiter.acquire(['request']);

    expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
  });

  it('[E5] of more than a minute is left to whoever asked', async () => {
    const { send, received, waits } = await platform({ status: 503, headers: { 'retry-after': '600' } });

    expect(await send()).toMatchObject({ ok: true, value: { status: 503 } });
    expect(received.length).toBe(1);
    expect(waits).toEqual([]);
  });

  it('is a minute where the platform names none but is known to mean one', async () => {
    const { send, waits } = await platform({ status: 429 }, { status: 200 });
    await send({}, { throttledMs: 60_000 });

    expect(waits).toEqual([60_000]);
  });

  it('is read without trusting it', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    expect(retryAfterMs(null, now)).toBeUndefined();
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs('0', now)).toBe(0);
    expect(retryAfterMs(' 3 ', now)).toBe(3000);
    expect(retryAfterMs('86400', now)).toBe(600_000);
    expect(retryAfterMs('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('Sun, 01 Mar 2026 12:00:05 GMT', now)).toBe(5000);
  });
});

describe('a connection that breaks', () => {
  it('after sending is ambiguous, and a call that must not be repeated is not', async () => {
    const { send, received } = await platform('drop');
    const reply = await send({ method: 'POST', repeatable: false, body: '{}' });

    expect(reply).toMatchObject({
      ok: false,
      failure: { category: 'network', code: 'network.interrupted', ambiguous: true, retryable: true },
    });
    expect(received.length).toBe(1);
  });

  it('is tried again for a repeatable call', async () => {
    const { send, received } = await platform('drop', { status: 200, body: 'there' });

    expect(await send()).toMatchObject({ ok: true, value: { text: 'there' } });
    expect(received.length).toBe(2);
  });

  it('before sending is not ambiguous, and even a call that must not be repeated is', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const clock = testClock();
    let attempts = 0;
    const client = createHttpClient({
      guard: createHostGuard([host]),
      clock,
      fetch: (url, init) => {
        attempts += 1;
        return fetch(url, init);
      },
    });
    const reply = await client.send(
      { method: 'POST', url: `http://${host}/`, body: '{}', repeatable: false, kinds: [] },
      createRateLimiter([], clock),
    );

    expect(reply).toMatchObject({
      ok: false,
      failure: { code: 'network.unreachable', platform_code: 'ECONNREFUSED', ambiguous: false },
    });
    expect(attempts).toBe(4);
  });

  it.each(['hang', 'stall'] as const)(
    'by a platform that does not finish (%s) is a time-out, and ambiguous',
    async (answer) => {
      const { send, received } = await platform(answer);
      const reply = await send({ method: 'POST', repeatable: false, timeoutMs: 30 });

      expect(reply).toMatchObject({
        ok: false,
        failure: { code: 'network.timeout', ambiguous: true, retryable: true },
      });
      expect(received.length).toBe(1);
    },
  );
});

describe('what leaves', () => {
  it('is nothing when the guard refuses the address', async () => {
    const clock = testClock();
    let calls = 0;
    const client = createHttpClient({
      guard: createHostGuard([]),
      clock,
      fetch: async () => {
        calls += 1;
        return new Response('');
      },
    });
    const limiter = createRateLimiter([], clock);
    const request = {
      method: 'GET',
      url: 'http://169.254.169.254/latest',
      repeatable: true,
      kinds: ['request'],
    } as const;

    expect(await client.send(request, limiter)).toMatchObject({
      ok: false,
      failure: { code: 'connection.address_refused' },
    });
    expect(calls).toBe(0);
    expect(limiter.used).toEqual({});
  });

  it('never follows a redirect, which could lead inside', async () => {
    const { send } = await platform({ status: 302, headers: { location: 'http://169.254.169.254/latest' } });
    const reply = await send();

    expect(reply.ok && reply.value.headers.get('location')).toBe('http://169.254.169.254/latest');
  });

  it('counts every attempt against the limits', async () => {
    const { send, limiter } = await platform({ status: 500 });
    await send({ kinds: ['request', 'read'] });

    expect(limiter.used).toEqual({ request: 4, read: 4 });
  });

  it('names the product', async () => {
    const { send, received } = await platform({ status: 200 });
    await send();

    expect(received[0]?.headers['user-agent']).toMatch(/^easysale-sync\//);
  });
});
