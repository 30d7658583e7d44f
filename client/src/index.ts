import type { CallOptions, ClientOptions } from './call.ts';
import { operations, type Role, type SyncClient } from './operations.ts';
import { send } from './request.ts';

export type { CallOptions, ClientOptions, NoInput, Page } from './call.ts';
export { listAll } from './list-all.ts';
export type * from './operations.ts';
export { roles } from './operations.ts';
export { type ClientCode, type Fault, SyncProblem } from './problem.ts';
export type * from './schemas.ts';

/**
 * A client of the API. Its methods need no `this` and may be passed on by themselves. Answers are what the API's types say;
 * they are not checked again.
 */
export function createClient(options: ClientOptions): SyncClient {
  const methods = Object.entries(operations).map(([name, operation]) => [
    name,
    (input: Readonly<Record<string, unknown>> = {}, call: CallOptions = {}) => send(options, operation, input, call),
  ]);
  // Types and table are generated together, from the same document.
  return Object.fromEntries(methods) as SyncClient;
}

/** The lowest role that may call an operation; undefined where everybody may. */
export function roleFor(operation: keyof SyncClient): Role | undefined {
  return operations[operation].role ?? undefined;
}
