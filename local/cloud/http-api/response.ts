import { randomUUID } from 'node:crypto';
import { isRecord, strings } from '#local/cloud/template/types.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | string;
}

/** API Gateway's own answers: a status and one sentence. */
export function gatewayAnswer(status: number, message: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/** API Gateway adds its request id to every answer. */
export function withRequestId(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, 'apigw-requestid': randomUUID().slice(0, 16) } };
}

/**
 * What a function's result becomes: with a `statusCode` it is an answer, without one it is the JSON body of a 200.
 * @param payload JSON
 */
export function toAnswer(payload: string | undefined): HttpAnswer {
  const result: unknown = payload === undefined ? null : JSON.parse(payload);
  if (!isRecord(result) || result.statusCode === undefined) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: payload ?? 'null' };
  }
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalError();
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(isRecord(result.headers) ? result.headers : {})) {
    headers[name.toLowerCase()] = String(value);
  }
  const cookies = strings(result.cookies);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  const text = typeof result.body === 'string' ? result.body : '';
  const body = result.isBase64Encoded === true ? Buffer.from(text, 'base64') : text;
  if (headers['content-type'] === undefined && text !== '') headers['content-type'] = 'text/plain; charset=utf-8';
  return { status, headers, body };
}

export function internalError(): HttpAnswer {
  return gatewayAnswer(500, 'Internal Server Error');
}
