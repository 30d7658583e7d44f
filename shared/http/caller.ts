import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { type Role, roles } from '../api/contract.ts';
import { ownClaim } from '../core/token-claims.ts';
import { isTenantId, type Workspace } from '../core/workspace.ts';
import { ProblemError } from './problem.ts';

/** Who calls, from the token the gateway verified and from nowhere else. */
export interface TenantCaller {
  readonly tenantId: string;
  readonly userId: string;
  readonly role: Role;
}

/** The same, in the tenant's active workspace: `tenantId` is the id of that, under which everything is kept. */
export interface Caller extends TenantCaller {
  /** True in the sandbox. */
  readonly sandbox: boolean;
}

/** The workspace a tenant works in at this moment. */
export type ActiveWorkspace = (tenantId: string) => Promise<Workspace>;

/** Longer ones would not fit a key of the table. */
const identity = z.string().min(1).max(200);
/** An id that could be that of somebody's sandbox is nobody's. */
const claims = z.object({ tenant_id: identity.refine(isTenantId), sub: identity, role: z.string().optional() });

/** What the gateway's authorizer verified; undefined where there is none. */
export function claimsOf(event: APIGatewayProxyEventV2): Readonly<Record<string, unknown>> | undefined {
  const context = event.requestContext as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } };
  return context.authorizer?.jwt?.claims;
}

/** Who calls, whatever they may do; undefined without usable claims. */
export function actorOf(
  event: APIGatewayProxyEventV2,
): { tenantId: string; user: string; role: Role | null } | undefined {
  const given = claimsOf(event) ?? {};
  const own = { tenant_id: ownClaim(given, 'tenant_id'), role: ownClaim(given, 'role') };
  const parsed = claims.safeParse({ ...given, ...own });
  if (!parsed.success) return undefined;
  const { tenant_id: tenantId, sub: user, role } = parsed.data;
  return { tenantId, user, role: roles.find((name) => name === role) ?? null };
}

/** @throws ProblemError 401 without usable claims, 403 without a role that is enough. */
export function callerOf(event: APIGatewayProxyEventV2, needed: Role): TenantCaller {
  const actor = actorOf(event);
  if (!actor) {
    throw new ProblemError('auth.unauthenticated', 'Sign in and send the token as "Authorization: Bearer …".');
  }
  const { tenantId, user: userId, role } = actor;
  if (!role || roles.indexOf(role) < roles.indexOf(needed)) {
    throw new ProblemError('auth.forbidden', `This needs the role ${needed}${role ? `; yours is ${role}` : ''}.`);
  }
  return { tenantId, userId, role };
}
