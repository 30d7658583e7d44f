import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod';
import type { Contract } from '../api/contract.ts';
import { parseExact } from '../core/json.ts';
import { type FieldFault, ProblemError, type ProblemMembers } from './problem.ts';

/** Bytes of a body; API Gateway itself would take 10 MB. */
export const maxBodyBytes = 1_048_576;

/** Parsed and checked parts of a request. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Present where the contract asks for it. */
  readonly raw: RawRequest | undefined;
}

/** A request as it arrived. */
export interface RawRequest {
  readonly body: Uint8Array;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads a request by its contract. All faults of all parts are listed at once.
 *
 * @throws ProblemError 400, 413 or 415.
 */
export function readRequest(contract: Contract, event: APIGatewayProxyEventV2): RequestParts {
  const bytes = bodyBytes(event);
  const text = bytes.toString('utf8');
  const given = {
    params: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: contract.body && text !== '' ? parseBody(event, text) : undefined,
  };
  const faults: FieldFault[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown, where: string): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(issue, where)));
    return undefined;
  };
  const parts = {
    params: parse(contract.params, given.params, ''),
    query: parse(contract.query, given.query, ''),
    body: parse(contract.body, given.body, contract.body && text === '' ? 'body' : ''),
    raw: contract.raw ? { body: bytes, headers: headersOf(event) } : undefined,
  };
  if (faults.length > 0) throw invalidRequest(faults);
  return parts;
}

/** 400 with every fault named. */
export function invalidRequest(faults: readonly FieldFault[], members: ProblemMembers = {}): ProblemError {
  const paths = faults.map(({ path }) => path || 'body').join(', ');
  const detail = `${faults.length === 1 ? 'One fault' : `${faults.length} faults`}: ${paths}.`;
  return new ProblemError('request.invalid', detail, { errors: faults, members });
}

/** The faults of one zod issue; unknown fields each get their own. `where` is put before the path. */
export function faultsOf(issue: z.core.$ZodIssue, where = ''): FieldFault[] {
  const base = pathText([...(where ? [where] : []), ...issue.path]);
  if (issue.code !== 'unrecognized_keys') return [{ path: base, code: issue.code, message: issue.message }];
  return issue.keys.map((key) => ({
    path: base ? `${base}.${key}` : key,
    code: 'unknown_field',
    message: 'There is no such field',
  }));
}

/** `filters.status[0]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** Of a header that came twice the gateway makes one. */
function headersOf({ headers }: APIGatewayProxyEventV2): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name.toLowerCase(), value]));
}

function bodyBytes(event: APIGatewayProxyEventV2): Buffer {
  const raw = event.body ?? '';
  const bytes = event.isBase64Encoded ? Buffer.from(raw, 'base64') : Buffer.from(raw);
  if (bytes.byteLength > maxBodyBytes) {
    throw new ProblemError(
      'request.too_large',
      `A body may have ${maxBodyBytes} bytes; this one has ${bytes.byteLength}.`,
    );
  }
  return bytes;
}

function parseBody(event: APIGatewayProxyEventV2, text: string): unknown {
  const header = Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(header)) {
    throw new ProblemError('request.unsupported_media_type', 'Send the body with "Content-Type: application/json".');
  }
  try {
    return rejectUnstorable(parseExact(text));
  } catch (cause) {
    // A body nested thousands of levels deep ends as a RangeError: as little JSON to us as a misplaced comma.
    const reason = cause instanceof SyntaxError ? cause.message : 'it is nested too deeply';
    throw new ProblemError('request.malformed_json', `The body cannot be read: ${reason.slice(0, 200)}`);
  }
}

/** What no schema looks for and the table or a platform would stumble over: half a character, the name of a prototype. */
function rejectUnstorable(value: unknown): unknown {
  if (typeof value === 'string') checkText(value);
  if (value === null || typeof value !== 'object') return value;
  if (Object.hasOwn(value, '__proto__')) throw new SyntaxError('a field must not be named __proto__');
  for (const [name, member] of Object.entries(value)) {
    checkText(name);
    rejectUnstorable(member);
  }
  return value;
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw new SyntaxError('a text holds half of a surrogate pair');
}
