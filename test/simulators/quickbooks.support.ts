import { readFileSync } from 'node:fs';
import type { CompanyOptions } from '#local/platforms/quickbooks/settings.ts';
import {
  type QuickBooksOptions,
  type QuickBooksSimulator,
  startQuickBooks,
} from '#local/platforms/quickbooks/simulator.ts';
import type { Clock } from '#shared/core/clock.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** A clock that stands still until it is told to go on; sleeping advances it. */
export function manualClock(start = Date.UTC(2026, 0, 31, 18, 20, 30)): ManualClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

export const app = {
  clientId: 'client',
  clientSecret: 'secret',
  redirectUris: ['http://localhost:3000/quickbooks/callback'],
};

export function startBooks(options: Partial<QuickBooksOptions> = {}): Promise<QuickBooksSimulator> {
  return startQuickBooks({ app, companies: [], ...options });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Calls the API of one company with a fresh access token. */
export function caller(simulator: QuickBooksSimulator, realmId: string, token?: string): Call {
  const accessToken = token ?? simulator.issueTokens(realmId).accessToken;
  return async (method, path, body, headers = {}) => {
    const reply = await fetch(`${simulator.url}/v3/company/${realmId}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        accept: 'application/json',
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return readAnswer(reply);
  };
}

/** A company of its own for one case, and a caller for it. */
export function newCompany(simulator: QuickBooksSimulator, options: CompanyOptions = {}) {
  const books = simulator.addCompany(options);
  return { books, call: caller(simulator, books.realmId) };
}

/** The same with customer 1, Ann. */
export function newShop(simulator: QuickBooksSimulator, options: CompanyOptions = {}) {
  const made = newCompany(simulator, options);
  made.books.create('Customer', { DisplayName: 'Ann', PrimaryEmailAddr: { Address: 'ann@example.com' } });
  return made;
}

export async function readAnswer(reply: Response): Promise<Answer> {
  const text = await reply.text();
  const isJson = (reply.headers.get('content-type') ?? '').includes('json');
  return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

export const query = (call: Call, statement: string): Promise<Answer> =>
  call('GET', `query?query=${encodeURIComponent(statement)}`);

/** A recorded exchange: what was sent, where known, and what came back. */
export function capture(name: string) {
  const file = JSON.parse(captureText(`${name}.json`)) as {
    _request?: Record<string, unknown>;
    _status: number;
    body: Record<string, unknown>;
  };
  return { request: file._request, status: file._status, body: file.body };
}

export function captureText(name: string): string {
  return readFileSync(new URL(`../fixtures/quickbooks/${name}`, import.meta.url), 'utf8');
}

/** A sales line with an amount, for most tests the only thing that matters. */
export function line(amount: number | string, detail: Record<string, unknown> = {}) {
  return {
    Amount: amount,
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: '1' }, ...detail },
  };
}

/** The value at a dotted path of an answer's body, `Invoice.Line.0.Amount`. */
export function at(answer: Answer | unknown, path: string): unknown {
  let value: unknown = isAnswer(answer) ? answer.body : answer;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'status' in value && 'text' in value;
}

/** Code of the first error of a fault, or the status when there is none. */
export function code(answer: Answer): unknown {
  return at(answer, 'Fault.Error.0.code') ?? answer.status;
}
