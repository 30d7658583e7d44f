import type { CallOptions, ClientOptions, Operation } from './call.ts';
import { type ClientCode, SyncProblem } from './problem.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * Sends one operation and reads its answer.
 *
 * @throws SyncProblem when the answer is no success or there is none; TypeError for a path parameter that cannot be sent;
 * what `token` throws; the reason of a signal that ended the call.
 */
export async function send(
  client: ClientOptions,
  operation: Operation,
  input: Input,
  { signal }: CallOptions,
): Promise<unknown> {
  const url = `${client.baseUrl.replace(/\/+$/, '')}${pathOf(operation, input)}${queryOf(operation, input)}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (operation.needsToken) headers.authorization = `Bearer ${await client.token()}`;
  const request: RequestInit = { method: operation.method, headers };
  if (signal) request.signal = signal;
  if (operation.hasBody && input.body !== undefined) {
    headers['content-type'] = 'application/json';
    request.body = JSON.stringify(input.body);
  }
  const { status, isSuccess, body } = await answered(client, url, request);
  if (isSuccess) return body;
  throw new SyncProblem(status, membersOf(body));
}

function pathOf({ path }: Operation, input: Input): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(input[name] ?? '');
    // URLs resolve dots away: the call would reach another operation.
    if (value === '' || value === '.' || value === '..') throw new TypeError(`${name} must not be "${value}"`);
    return encodeURIComponent(value);
  });
}

function queryOf({ query }: Operation, input: Input): string {
  const search = new URLSearchParams();
  for (const name of query) {
    for (const value of [input[name]].flat()) if (value !== undefined) search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

interface Answer {
  readonly status: number;
  readonly isSuccess: boolean;
  readonly body: unknown;
}

async function answered(client: ClientOptions, url: string, request: RequestInit): Promise<Answer> {
  // A browser's fetch must not be called as a method of something else.
  const fetch = client.fetch ?? globalThis.fetch;
  try {
    const response = await fetch(url, request);
    const { status, ok: isSuccess } = response;
    return { status, isSuccess, body: parsed(response, await response.text()) };
  } catch (cause) {
    if (cause instanceof SyncProblem || request.signal?.aborted) throw cause;
    const code: ClientCode = 'client.unreachable';
    throw new SyncProblem(0, { code, title: 'The API cannot be reached', detail: 'There was no answer.' }, { cause });
  }
}

/** The answer as JSON; undefined when it is empty. What is no JSON is a problem, whatever its status. */
function parsed({ status, headers }: Response, body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (cause) {
    const code: ClientCode = 'client.unexpected_answer';
    const detail = `The answer has status ${status} and is no JSON but ${headers.get('content-type') ?? 'something unnamed'}.`;
    throw new SyncProblem(status, { code, title: 'The answer cannot be read', detail }, { cause });
  }
}

function membersOf(body: unknown): Input {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
