import { systemClock } from '../../core/clock.ts';
import { truncate } from '../../core/text.ts';
import { type HttpClient, retryAfterMs } from '../../platform/http-client.ts';
import { createRateLimiter } from '../../platform/rate-limiter.ts';
import { redactor } from '../../platform/redaction.ts';
import type { SendOutcome } from './channel.ts';

/** A receiver that needs longer is asked again. */
const timeoutMs = 15_000;
const longestReason = 200;

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answers that mean that nobody is there any more. */
  readonly gone: readonly number[];
}

/** Posts JSON once; the notifier repeats it. Redirects are not followed: the owner gave this address. */
export async function post(http: HttpClient, { url, headers, body, gone }: Posting, now: number): Promise<SendOutcome> {
  const request = {
    method: 'POST' as const,
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    timeoutMs,
    repeatable: false,
    kinds: [],
  };
  const sent = await http.send(request, createRateLimiter([], systemClock), { attempts: 1 });
  if (!sent.ok) {
    const { code, reason } = sent.failure;
    // A name that cannot be found may be found later; an address that may not be called will not become allowed.
    const kind = sent.failure.retryable ? 'retry' : 'refused';
    return { kind, status: null, reason: `${code}: ${said(reason)}` };
  }
  const { status, text } = sent.value;
  const reason = said(text);
  if (status >= 200 && status < 300) return { kind: 'accepted', status, reason: reason || null };
  if (gone.includes(status)) return { kind: 'gone', status, reason: reason || `HTTP ${status}` };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const asked = retryAfterMs(sent.value.headers.get('retry-after'), now);
    return { kind: 'retry', status, reason: reason || `HTTP ${status}`, retry_after_ms: asked };
  }
  return { kind: 'refused', status, reason: reason || `HTTP ${status}` };
}

/** What the other side said, short and without secrets. */
export function said(text: string): string {
  return truncate(redactor.text(text).replace(/\s+/g, ' ').trim(), longestReason);
}
