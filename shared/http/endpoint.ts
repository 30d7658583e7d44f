import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod';
import type { Contract } from '../api/contract.ts';
import type { AuditNote } from './audit.ts';
import { type ActiveWorkspace, type Caller, callerOf, type TenantCaller } from './caller.ts';
import { type RawRequest, readRequest } from './read-request.ts';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Part<C extends Contract, Name extends 'params' | 'query' | 'body'> =
  C extends Record<Name, infer Schema> ? Output<Schema> : undefined;

/** Who calls, as a use sees it: a public endpoint knows nobody, one for the whole tenant knows no workspace. */
type CallerOf<C extends Contract> = C['auth'] extends 'public'
  ? undefined
  : C extends { readonly scope: 'tenant' }
    ? TenantCaller
    : Caller;

/** What a use of an endpoint gets: parsed parts and who calls. */
export interface Call<C extends Contract> {
  readonly params: Part<C, 'params'>;
  readonly query: Part<C, 'query'>;
  readonly body: Part<C, 'body'>;
  /** The request as it arrived, where the contract asks for it. */
  readonly raw: C extends { readonly raw: true } ? RawRequest : undefined;
  readonly caller: CallerOf<C>;
  /** Lower-case `Accept`, for the few endpoints that also speak to browsers. */
  readonly accept: string;
}

type Body<R> = R extends { readonly schema: infer Schema } ? Output<Schema> : unknown;

/** A success answer: one of the contract's statuses with the body of that status. */
export type Answer<C extends Contract> = {
  [Status in keyof C['responses'] & number]: {
    readonly status: Status;
    readonly body: Body<C['responses'][Status]>;
    /** Beside those every answer has; a `content-type` other than JSON sends the body, a string, as it is. */
    readonly headers?: Readonly<Record<string, string>>;
    /** For the audit entry of the call; never part of what is sent. */
    readonly audit?: AuditNote;
  };
}[keyof C['responses'] & number];

/** A JSON answer; keeps the status literal, by which the contract's schema of the body is found. */
export function answer<Status extends number, Content>(status: Status, body: Content, audit?: AuditNote) {
  const given = { status, body, ...(audit ? { audit } : {}) };
  return given as { readonly status: Status; readonly body: Content; readonly audit?: AuditNote };
}

/** An answer whatever its contract. */
export interface AnyAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly audit?: AuditNote;
}

/** One endpoint, bound to what it needs. */
export interface Endpoint {
  readonly contract: Contract;
  handle(event: APIGatewayProxyEventV2, activeWorkspace: ActiveWorkspace): Promise<AnyAnswer>;
}

/** Whether the endpoint acts in the caller's active workspace: all do that know a caller, unless they are for the tenant. */
export function worksInWorkspace({ auth, scope }: Contract): boolean {
  return auth !== 'public' && scope !== 'tenant';
}

/**
 * An endpoint from its contract and its use. The use sees no event and no header; what it throws becomes a problem in
 * `apiGroup`. The caller is checked before anything of the request is looked at.
 */
export function endpoint<const C extends Contract, Deps>(
  contract: C,
  use: (call: Call<C>, deps: Deps) => Promise<Answer<C>>,
): (deps: Deps) => Endpoint {
  return (deps) => ({
    contract,
    async handle(event, activeWorkspace) {
      const known = contract.auth === 'public' ? undefined : callerOf(event, contract.auth);
      const parts = readRequest(contract, event);
      const caller =
        known && worksInWorkspace(contract) ? { ...known, ...(await activeWorkspace(known.tenantId)) } : known;
      const accept = (event.headers.accept ?? event.headers.Accept ?? '').toLowerCase();
      // The parts were parsed by the very schemas their types come from.
      return (await use({ ...parts, caller, accept } as Call<C>, deps)) as AnyAnswer;
    },
  });
}
