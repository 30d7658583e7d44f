import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import { parseExact } from '../../core/json.ts';
import { type HttpReply, type RetryPolicy, retryAfterMs } from '../../platform/http-client.ts';
import type { ConnectionContext } from '../connector.ts';
import { createPageReader, type PageReader } from './page-size.ts';

/** Query values; arrays become comma lists, which WooCommerce reads like repeated parameters. */
export type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>;

export interface ListReply {
  readonly rows: readonly unknown[];
  /** `X-WP-Total`: rows of the whole query. */
  readonly total: number;
  readonly totalPages: number;
}

export interface WooCommerceClient {
  /** Few rows, or those of a list that has no pages. */
  list(path: string, query: Query): Promise<Result<ListReply>>;
  page: PageReader;
  get(path: string, query?: Query): Promise<Result<unknown>>;
  /** Many creates, updates and deletes of one kind. WooCommerce knows no idempotency: a lost answer is not sent again. */
  batch(
    path: string,
    items: Readonly<Record<'create' | 'update' | 'delete', readonly unknown[]>>,
  ): Promise<Result<unknown>>;
}

/** Real shops on shared hosts take 2 to 10 s for 100 orders, and PHP ends by itself after 30 s. Writes send mails as well. */
const timeoutMs = { read: 30_000, write: 60_000 };

/** Reads below `/wp-json/`; only that form works with every permalink setting. */
export function createClient(context: ConnectionContext): WooCommerceClient {
  const base = String(context.profile.store_url);

  const request = async (
    path: string,
    query: Query,
    { body, retry }: { body?: unknown; retry?: Partial<RetryPolicy> | undefined } = {},
  ): Promise<Result<HttpReply>> => {
    const secret = await context.credentials.current();
    if (!secret.ok) return secret;
    const { consumer_key = '', consumer_secret = '' } = secret.value;
    const reply = await context.http.send(
      {
        method: body === undefined ? 'GET' : 'POST',
        url: `${base}/wp-json/${path}${queryText(query)}`,
        headers: {
          authorization: `Basic ${Buffer.from(`${consumer_key}:${consumer_secret}`).toString('base64')}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: body === undefined ? timeoutMs.read : timeoutMs.write,
        repeatable: body === undefined,
        kinds: ['request'],
      },
      context.limiter,
      retry,
    );
    if (!reply.ok) return reply;
    const { status, headers } = reply.value;
    if (status === 200) return reply;
    const asked = retryAfterMs(headers.get('retry-after'), context.clock.now());
    return fail({ ...classify(reply.value, path), retry_after_ms: asked });
  };

  const list = async (path: string, query: Query, retry?: Partial<RetryPolicy>): Promise<Result<ListReply>> => {
    const reply = await request(path, query, { retry });
    if (!reply.ok) return reply;
    const body = parseBody(reply.value, path);
    if (!body.ok) return body;
    if (!Array.isArray(body.value)) return fail(unexpectedBody(path));
    return ok({
      rows: body.value,
      total: Number(reply.value.headers.get('x-wp-total') ?? 0),
      totalPages: Number(reply.value.headers.get('x-wp-totalpages') ?? 0),
    });
  };

  return {
    list: (path, query) => list(path, query),
    page: createPageReader(list, context),
    async get(path, query = {}) {
      const reply = await request(path, query);
      return reply.ok ? parseBody(reply.value, path) : reply;
    },
    async batch(path, items) {
      const reply = await request(`${path}/batch`, {}, { body: items });
      return reply.ok ? parseBody(reply.value, path) : reply;
    },
  };
}

function queryText(query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`${name}=${encodeURIComponent(Array.isArray(value) ? value.join(',') : String(value))}`],
  );
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

/** PHP notices may stand before the JSON; what follows the first bracket is the answer. */
function parseBody(reply: HttpReply, path: string): Result<unknown> {
  const start = reply.text.search(/[[{]/);
  try {
    return ok(parseExact(start > 0 ? reply.text.slice(start) : reply.text));
  } catch {
    return fail(unexpectedBody(path));
  }
}

function unexpectedBody(path: string): Failure {
  return {
    category: 'network',
    code: 'woocommerce.unexpected_reply',
    reason: `The shop's answer to ${path} is not what WooCommerce sends.`,
    fix: 'Check whether a security plugin, a cache or an error page stands in front of the shop.',
    retryable: true,
  };
}

/** Message texts are translated by the shop, so only status and code decide. */
export function classify(reply: HttpReply, path: string): Failure {
  const error = parseError(reply.text);
  const common = { platform_code: error.code, trace_id: reply.headers.get('cf-ray') ?? undefined };
  const { status } = reply;
  // WordPress refuses in its own words, and without any only what stands before it.
  if (status === 403 && error.code === undefined) return { ...common, ...blocked };
  if (status === 401 || status === 403) return { ...common, ...unauthorised(error) };
  if (status === 404) {
    return {
      ...common,
      category: 'not_found',
      code: error.code === 'rest_no_route' ? 'woocommerce.no_api' : 'woocommerce.not_found',
      reason: error.code === 'rest_no_route' ? `The shop has no ${path}.` : 'The shop does not have this record.',
      fix:
        error.code === 'rest_no_route'
          ? 'Update WooCommerce, or turn on pretty permalinks in WordPress.'
          : 'It was deleted in the shop.',
      retryable: false,
    };
  }
  if (status >= 300 && status < 400) return { ...common, ...redirected(reply.headers.get('location')) };
  if (status === 429) {
    return {
      ...common,
      category: 'rate_limit',
      code: 'woocommerce.throttled',
      reason: 'The shop asked to slow down.',
      fix: 'Nothing to do: the sync resumes by itself.',
      retryable: true,
    };
  }
  if (status >= 500) {
    return {
      ...common,
      category: 'network',
      code: 'woocommerce.unavailable',
      reason: `The shop answered ${status}.`,
      fix: 'Nothing to do: the sync resumes when the shop works again.',
      retryable: true,
    };
  }
  return {
    ...common,
    category: 'validation',
    code: 'woocommerce.refused',
    field: error.field,
    reason: `The shop refused the request (${status}${error.code ? `, ${error.code}` : ''}).`,
    fix: 'Report it: the request was wrong.',
    retryable: false,
  };
}

const blocked: Failure = {
  category: 'authentication',
  code: 'woocommerce.blocked',
  reason: 'A firewall or security plug-in in front of the shop blocked the request.',
  fix: 'Ask the host to let requests to /wp-json/ through.',
  retryable: false,
};

/** Redirects are not followed: keys go only to the address the owner gave. */
function redirected(location: string | null): Failure {
  const target = location !== null && URL.canParse(location) ? new URL(location).origin : 'another address';
  return {
    category: 'validation',
    code: 'woocommerce.redirected',
    field: 'store_url',
    reason: `The shop's address leads on to ${target}.`,
    fix: 'Connect again with the address that the browser shows in the end, with https and with or without www as it stands there.',
    retryable: false,
  };
}

function unauthorised({ code, message }: ReturnType<typeof parseError>): Failure {
  const base = { category: 'authentication', retryable: false } as const;
  if (code === 'woocommerce_rest_authentication_error') {
    return /secret/i.test(message)
      ? {
          ...base,
          code: 'woocommerce.secret_invalid',
          reason: 'The shop does not know this consumer secret.',
          fix: 'Create a new API key in WooCommerce (Settings, Advanced, REST API) and connect again.',
        }
      : {
          ...base,
          code: 'woocommerce.key_scope',
          reason: 'The API key does not have the needed permissions.',
          fix: 'Give the key Read/Write permission in WooCommerce (Settings, Advanced, REST API).',
        };
  }
  return {
    ...base,
    code: 'woocommerce.key_unknown',
    reason:
      'The shop treats the request as anonymous: the consumer key is unknown, or the Authorization header does not arrive.',
    fix: 'Check the consumer key and that the address begins with https; ask the host whether it strips Authorization headers.',
  };
}

function parseError(text: string): { code: string | undefined; message: string; field: string | undefined } {
  try {
    const body = JSON.parse(text) as { code?: unknown; message?: unknown; data?: { params?: object } };
    return {
      code: typeof body.code === 'string' ? body.code : undefined,
      message: typeof body.message === 'string' ? body.message : '',
      field: Object.keys(body.data?.params ?? {})[0],
    };
  } catch {
    return { code: undefined, message: '', field: undefined };
  }
}
