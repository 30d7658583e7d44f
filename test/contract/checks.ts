import type { OpenApi, Operation } from './document.ts';
import type { RawReply, RawRequest } from './send.ts';

/** API Gateway's own answers, which it does not let anybody shape. */
const gatewayAnswers: Readonly<Record<number, string>> = {
  401: '{"message":"Unauthorized"}',
  413: '{"message":"Request Entity Too Large"}',
};

export interface Checks {
  /** No error of ours; a refusal is a documented problem. @throws Error that shows request and answer. */
  sound(request: RawRequest, reply: RawReply, operation?: Operation): void;
  /** The same, and it is a problem of this status. */
  refused(request: RawRequest, reply: RawReply, status: number, code?: string): void;
  /** The same, and the answer is one the operation documents, with a body of its schema. */
  documented(request: RawRequest, reply: RawReply, operation: Operation): void;
}

/** What every answer must hold to, by the document that the API serves about itself. */
export function createChecks(api: OpenApi, knownCodes: ReadonlySet<string>): Checks {
  const problemFault = (reply: RawReply): string | undefined => {
    const { status, headers, text, json } = reply;
    if (gatewayAnswers[status] === text) return undefined;
    if (headers['content-type'] !== 'application/problem+json') return `it is ${headers['content-type']}`;
    const fault = api.problemFault(json);
    if (fault !== undefined) return fault;
    if (json?.status !== status) return `its status member is ${String(json?.status)}`;
    if (json.request_id !== headers['x-request-id']) return 'its request_id is not that of the header';
    return knownCodes.has(String(json.code)) ? undefined : `the code ${String(json.code)} is not in docs/errors.md`;
  };

  const soundFault = (reply: RawReply, operation: Operation | undefined): string | undefined => {
    if (reply.status === 500) return 'it is an error of ours';
    if (reply.status < 400 || reply.text === '') return undefined;
    // An answer that is no problem must be a documented one, such as the page after signing in.
    const isProblem = problemFault(reply);
    return isProblem === undefined || documentedFault(reply, operation) === undefined ? undefined : isProblem;
  };

  const documentedFault = (reply: RawReply, operation: Operation | undefined): string | undefined =>
    operation
      ? operation.fault(reply.status, reply.headers['content-type'] ?? '', reply.json ?? reply.text)
      : 'no operation';

  const fail = (request: RawRequest, reply: RawReply, why: string): never => {
    const sent = { ...request, body: request.body?.toString().slice(0, 500) };
    throw new Error(`${why}\nsent ${JSON.stringify(sent)}\nanswered ${reply.status} ${reply.text.slice(0, 1000)}`);
  };

  return {
    sound: (request, reply, operation) => {
      const why = soundFault(reply, operation);
      if (why !== undefined) fail(request, reply, why);
    },
    refused: (request, reply, status, code) => {
      const why = problemFault(reply);
      if (why !== undefined) fail(request, reply, why);
      if (reply.status !== status) fail(request, reply, `expected ${status}`);
      if (code !== undefined && reply.json?.code !== code) fail(request, reply, `expected ${code}`);
    },
    documented: (request, reply, operation) => {
      const why = reply.status === 500 ? 'it is an error of ours' : documentedFault(reply, operation);
      if (why !== undefined) fail(request, reply, why);
    },
  };
}

/** Codes that docs/errors.md promises: every `group.name`, and what begins a row of its tables. */
export function codesIn(markdown: string): ReadonlySet<string> {
  const found = markdown.matchAll(/^\| `([a-z_]+)` \||`([a-z]+(?:\.[a-z_]+)+)`/gm);
  return new Set([...found].flatMap(([, first, dotted]) => first ?? dotted ?? []));
}

/** Paths that a problem names as faulty. */
export function faultPaths({ json }: RawReply): string[] {
  const errors = json?.errors;
  return Array.isArray(errors) ? errors.map(({ path }: { path: string }) => path) : [];
}
