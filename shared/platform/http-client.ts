import { type Clock, systemClock } from '../core/clock.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import type { HostGuard } from './host-guard.ts';
import type { RateLimiter } from './rate-limiter.ts';

export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Milliseconds for one attempt. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /**
   * True when a repeat has no second effect: reads, upserts, writes with an idempotency key. Others are never repeated
   * once they may have reached the platform.
   */
  readonly repeatable: boolean;
  /** Kinds this call counts as for the rate limiter. */
  readonly kinds: readonly string[];
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Which answers are worth another attempt; everything else goes back to the connector to be understood. */
export interface RetryPolicy {
  /** @default 4 */
  readonly attempts: number;
  /** @default [408, 429, 500, 502, 503, 504] */
  readonly statuses: readonly number[];
  /** First back-off ceiling; doubles per attempt, full jitter. @default 500 */
  readonly baseMs: number;
  /** @default 20,000 */
  readonly maxMs: number;
  /** Wait after a 429 that names no time. @default 0 (back-off only) */
  readonly throttledMs: number;
  /** Whether a repeatable call that may have arrived, but was not answered, is tried again. @default true */
  readonly unanswered: boolean;
}

export const defaultRetry: RetryPolicy = {
  attempts: 4,
  statuses: [408, 429, 500, 502, 503, 504],
  baseMs: 500,
  maxMs: 20_000,
  throttledMs: 0,
  unanswered: true,
};

/** Longer waits that a platform asks for are left to the caller: a worker may not live to see their end. */
const longestWaitMs = 60_000;

export interface HttpClientOptions {
  readonly guard: HostGuard;
  readonly fetch?: FetchLike;
  readonly clock?: Clock;
  /** 0..1, for jitter. */
  readonly random?: () => number;
}

/** The one way out to platforms: host guard, rate limit, time-out, retry. It logs nothing and keeps no secret. */
export interface HttpClient {
  send(request: HttpRequest, limiter: RateLimiter, retry?: Partial<RetryPolicy>): Promise<Result<HttpReply>>;
}

const userAgent = 'easysale-sync/1.0';

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const fetchOnce = options.fetch ?? ((url, init) => fetch(url, init));

  const attempt = async (request: HttpRequest): Promise<Result<HttpReply>> => {
    try {
      const response = await fetchOnce(request.url, {
        method: request.method,
        headers: { 'user-agent': userAgent, ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(request.timeoutMs ?? 30_000),
      });
      return ok({ status: response.status, headers: response.headers, text: await response.text() });
    } catch (cause) {
      return fail(connectionFailure(cause, new URL(request.url).host));
    }
  };

  return {
    async send(request, limiter, overrides = {}) {
      const policy = { ...defaultRetry, ...overrides };
      const allowed = await options.guard.check(request.url);
      if (!allowed.ok) return allowed;
      for (let tries = 1; ; tries += 1) {
        await limiter.acquire(request.kinds);
        const result = await attempt(request);
        const wait = waitAfter(result, policy, tries, random, clock.now());
        // Also after the last try: whoever goes next shares the refusal.
        if (result.ok && result.value.status === 429) limiter.pause(wait);
        if (tries >= policy.attempts || wait > longestWaitMs || !mayRepeat(result, request, policy)) return result;
        await clock.sleep(wait);
      }
    },
  };
}

/** Milliseconds before anything is tried again: what the platform asks for, or growing random waits. */
function waitAfter(
  result: Result<HttpReply>,
  policy: RetryPolicy,
  tries: number,
  random: () => number,
  nowMs: number,
): number {
  const backoff = random() * Math.min(policy.maxMs, policy.baseMs * 2 ** (tries - 1));
  if (!result.ok) return backoff;
  const { status, headers } = result.value;
  const asked = retryAfterMs(headers.get('retry-after'), nowMs);
  return asked ?? (status === 429 ? Math.max(backoff, policy.throttledMs) : backoff);
}

function mayRepeat(result: Result<HttpReply>, request: HttpRequest, policy: RetryPolicy): boolean {
  if (!result.ok) return (request.repeatable && policy.unanswered) || !result.failure.ambiguous;
  const { status } = result.value;
  const refusedBeforeWork = status === 429 || status === 503;
  return policy.statuses.includes(status) && (request.repeatable || refusedBeforeWork);
}

/** Milliseconds asked for by a `Retry-After` of seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header.trim())) return Math.min(Number(header) * 1000, 600_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - nowMs), 600_000);
}

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function connectionFailure(cause: unknown, host: string): Failure {
  const code = systemCode(cause);
  const sent = code === undefined || !neverSent.has(code);
  const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
  return {
    category: 'network',
    code: timedOut ? 'network.timeout' : sent ? 'network.interrupted' : 'network.unreachable',
    platform_code: code,
    reason: timedOut
      ? `${host} did not answer in time.`
      : `The connection to ${host} failed${code ? ` (${code})` : ''}.`,
    fix: 'Nothing to do: the sync resumes by itself when the platform is reachable again.',
    retryable: true,
    ambiguous: sent,
  };
}

function systemCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return undefined;
}
