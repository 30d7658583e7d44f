import * as z from 'zod';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import { type JsonObject, parseExact, sha256Hex, stringifyExact } from '../../core/json.ts';
import type { HttpReply, HttpRequest } from '../../platform/http-client.ts';
import type { ConnectionContext } from '../connector.ts';
import { concernsConnection, failureOf, faultSchema, replyFailure } from './faults.ts';

/** Since August 2025 every request is served as 75; it is sent so that nobody has to know that. */
const minorVersion = '75';

/** Members that QuickBooks wants as JSON numbers; everywhere else amounts are exact decimal text. */
const numericMembers = new Set([
  'Amount',
  'Qty',
  'UnitPrice',
  'PurchaseCost',
  'TotalAmt',
  'TotalTax',
  'TaxPercent',
  'NetAmountTaxable',
  'ExchangeRate',
  'QtyOnHand',
  'DiscountPercent',
]);

export interface BatchItem {
  readonly bId: string;
  readonly operation: 'create' | 'update' | 'delete';
  /** QuickBooks name: `Invoice`. */
  readonly entity: string;
  readonly body: JsonObject;
  /** `void`: what an update is for (reference section 6). */
  readonly options?: 'void' | undefined;
}

/** What became of a batch item: the entity as stored, or the failure of this item. */
export type BatchAnswer = Result<JsonObject>;

export interface QuickBooksClient {
  /** GET below the company: `companyinfo/<realm>`, `exchangerate?…`. */
  read(path: string): Promise<Result<JsonObject>>;
  /** Rows of one query; QuickBooks gives at most 1000. */
  query(entity: string, statement: string): Promise<Result<readonly JsonObject[]>>;
  /** Up to 30 writes; the same request id and bIds again have no second effect. Answers in the order of the items. */
  batch(requestId: string, items: readonly BatchItem[]): Promise<Result<readonly BatchAnswer[]>>;
}

const batchResponse = z.object({
  BatchItemResponse: z.array(z.looseObject({ bId: z.string(), Fault: faultSchema.optional() })),
});
const queryResponse = z.object({ QueryResponse: z.record(z.string(), z.unknown()) });

export function createClient(context: ConnectionContext, apiUrl: string): QuickBooksClient {
  const company = `${apiUrl}/v3/company/${String(context.profile.realm_id)}`;

  const send = async (request: Pick<HttpRequest, 'method' | 'body' | 'kinds'> & { path: string; type?: string }) => {
    let secret = await context.credentials.current();
    for (let tries = 0; ; tries += 1) {
      if (!secret.ok) return secret;
      const reply = await context.http.send(
        {
          method: request.method,
          url: `${company}/${request.path}${request.path.includes('?') ? '&' : '?'}minorversion=${minorVersion}`,
          headers: {
            authorization: `Bearer ${secret.value.access_token ?? ''}`,
            accept: 'application/json',
            ...(request.type ? { 'content-type': request.type } : {}),
          },
          body: request.body,
          // QuickBooks itself gives up after 120 s.
          timeoutMs: 120_000,
          // Reads are harmless, and every write carries a request id.
          repeatable: true,
          kinds: request.kinds,
        },
        context.limiter,
        // Reference section 10: wait a minute after a 429; it names no time itself.
        { throttledMs: 60_000 },
      );
      if (!reply.ok || reply.value.status !== 401 || tries > 0) return reply;
      secret = await context.credentials.renew(secret.value);
    }
  };

  const json = async (reply: Result<HttpReply>): Promise<Result<unknown>> => {
    if (!reply.ok) return reply;
    if (reply.value.status !== 200) return fail(replyFailure(reply.value));
    try {
      const body = parseExact(reply.value.text);
      // Some faults come with status 200.
      const isFault = body !== null && typeof body === 'object' && ('Fault' in body || 'fault' in body);
      return isFault ? fail(replyFailure(reply.value)) : ok(body);
    } catch {
      return fail(unreadable(reply.value));
    }
  };

  return {
    async read(path) {
      const body = await json(await send({ method: 'GET', path, kinds: ['request', 'read'] }));
      return body.ok ? ok(body.value as JsonObject) : body;
    },

    async query(entity, statement) {
      const body = await json(
        await send({
          method: 'POST',
          path: 'query',
          body: statement,
          type: 'application/text',
          kinds: ['request', 'read'],
        }),
      );
      if (!body.ok) return body;
      const parsed = queryResponse.safeParse(body.value);
      if (!parsed.success) return fail(unexpectedAnswer);
      const rows = parsed.data.QueryResponse[entity];
      return ok(Array.isArray(rows) ? (rows as JsonObject[]) : []);
    },

    batch: (requestId, items) => batch(requestId, items),
  };

  /**
   * QuickBooks refuses a batch as a whole when one item has a property it does not know (2010): nothing was done then, so
   * it is halved until the item at fault stands alone. The halves' request ids follow from the whole one's.
   */
  async function batch(requestId: string, items: readonly BatchItem[]): Promise<Result<readonly BatchAnswer[]>> {
    const whole = await sendBatch(requestId, items);
    if (whole.ok || !isAboutItems(whole.failure)) return whole;
    if (items.length <= 1) return ok(items.map(() => whole));
    const middle = Math.ceil(items.length / 2);
    const first = await batch(halfId(requestId, 1), items.slice(0, middle));
    if (!first.ok) return first;
    const second = await batch(halfId(requestId, 2), items.slice(middle));
    return second.ok ? ok([...first.value, ...second.value]) : second;
  }

  async function sendBatch(requestId: string, items: readonly BatchItem[]): Promise<Result<readonly BatchAnswer[]>> {
    const BatchItemRequest = items.map(({ bId, operation, entity, body, options }) => ({
      bId,
      operation,
      ...(options ? { optionsData: options } : {}),
      [entity]: body,
    }));
    const reply = await send({
      method: 'POST',
      path: `batch?requestid=${encodeURIComponent(requestId)}`,
      body: stringifyExact({ BatchItemRequest }, numericMembers),
      type: 'application/json',
      kinds: ['request', 'batch'],
    });
    const body = await json(reply);
    if (!body.ok) return body;
    const traceId = reply.ok ? (reply.value.headers.get('intuit_tid') ?? undefined) : undefined;
    return readAnswers(body.value, items, traceId);
  }
}

/** The request itself is wrong: sending it again, or waiting, changes nothing. */
function isAboutItems(failure: Failure): boolean {
  return !failure.retryable && !concernsConnection(failure) && failure.category !== 'authentication';
}

/** At most 36 characters, and none that another batch of ours has. */
function halfId(requestId: string, half: 1 | 2): string {
  return sha256Hex(`${requestId}/${half}`).slice(0, 34);
}

/** Answers may come in any order and are matched by bId. */
function readAnswers(
  body: unknown,
  items: readonly BatchItem[],
  traceId: string | undefined,
): Result<readonly BatchAnswer[]> {
  const parsed = batchResponse.safeParse(body);
  const answers = new Map(parsed.data?.BatchItemResponse.map((answer) => [answer.bId, answer]));
  const results: BatchAnswer[] = [];
  for (const { bId, entity } of items) {
    const answer = answers.get(bId);
    if (answer?.Fault) {
      const failure = failureOf(answer.Fault, traceId);
      if (concernsConnection(failure)) return fail(failure);
      // Some faults are of the whole document.
      results.push(fail({ ...failure, field: failure.field ?? entity }));
    } else if (answer?.[entity] !== null && typeof answer?.[entity] === 'object') {
      results.push(ok(answer[entity] as JsonObject));
    } else {
      return fail({ ...unexpectedAnswer, trace_id: traceId });
    }
  }
  return ok(results);
}

const unexpectedAnswer = {
  category: 'network',
  code: 'quickbooks.unexpected_reply',
  reason: 'The answer is not what QuickBooks sends.',
  fix: 'Nothing to do: it is looked up and repeated.',
  retryable: true,
  ambiguous: true,
} as const;

function unreadable(reply: HttpReply) {
  return {
    ...unexpectedAnswer,
    reason: 'QuickBooks sent something that is not JSON.',
    trace_id: reply.headers.get('intuit_tid') ?? undefined,
  };
}

/** Text in a query: single quotes, with apostrophe and backslash escaped by a backslash (reference section 5). */
export function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
