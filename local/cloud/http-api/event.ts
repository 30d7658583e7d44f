import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { decoded } from './routes.ts';

export interface HttpRequest {
  readonly method: string;
  /** Raw path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly sourceIp: string;
}

export interface EventContext {
  readonly account: string;
  readonly apiId: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>> | undefined;
  /** Claims of a verified token; undefined on a route without authorizer. */
  readonly jwt:
    | { readonly claims: Readonly<Record<string, string>>; readonly scopes: readonly string[] | null }
    | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The event of payload format 2.0. Beyond the documentation: `rawPath` arrives decoded, and a body is text only for the
 * content types listed here; everything else, forms and bodies without a type included, arrives in base64.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toEvent(request: HttpRequest, context: EventContext): object {
  const [rawTargetPath = '/', ...query] = request.target.split('?');
  const rawQueryString = query.join('?');
  const path = decoded(rawTargetPath);
  const { cookie, ...others } = request.headers;
  const text = isText(String(request.headers['content-type'] ?? ''));
  const parameters = queryParameters(rawQueryString);
  const host = String(request.headers.host ?? 'localhost');
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: joinedHeaders(others, request.sourceIp),
    ...(parameters === undefined ? {} : { queryStringParameters: parameters }),
    requestContext: {
      accountId: context.account,
      apiId: context.apiId,
      ...(context.jwt === undefined ? {} : { authorizer: { jwt: context.jwt } }),
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: String(request.headers['user-agent'] ?? ''),
      },
      requestId: randomUUID(),
      routeKey: context.routeKey,
      stage: context.stage,
      time: commonLogTime(context.now),
      timeEpoch: context.now,
    },
    ...(context.parameters === undefined ? {} : { pathParameters: context.parameters }),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

function isText(contentType: string): boolean {
  return /^(text\/|application\/(json|xml|javascript)\s*(;|$))/i.test(contentType);
}

/** Repeated parameters are joined with commas. */
function queryParameters(query: string): Readonly<Record<string, string>> | undefined {
  if (query === '') return undefined;
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

function joinedHeaders(headers: IncomingHttpHeaders, sourceIp: string): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name !== 'connection') joined[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return { 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443', ...joined };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(epochMs: number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}
