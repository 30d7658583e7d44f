import type * as z from 'zod';

/** Rising rights: a viewer reads, a manager runs and fixes, an admin connects and configures. */
export const roles = ['viewer', 'manager', 'admin'] as const;
export type Role = (typeof roles)[number];

/** One Lambda function per group: `functions/api/<group>/index.ts`. */
export const apiGroups = [
  'sync',
  'history',
  'reconciliation',
  'integrations',
  'insights',
  'settings',
  'audit',
  'notifications',
  'pos',
  'schedules',
  'webhooks',
  'mappings',
  'meta',
] as const;
export type ApiGroup = (typeof apiGroups)[number];

export interface ContractResponse {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** What it also comes as beside JSON, for browsers: `text/html`. */
  readonly contentType?: string;
}

/**
 * Everything there is to know about one endpoint. Validation, routes, authorizer, OpenAPI and clients are made from it;
 * nothing about an endpoint is written twice.
 */
export interface Contract {
  /** Operation id, verb and noun: `startSync`. */
  readonly name: string;
  readonly group: ApiGroup;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway path, e.g. `/api/sync/status/{sync_id}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** The lowest role that may call it; `public` needs no token. */
  readonly auth: Role | 'public';
  /** Marks a GET that changes something; every other method does so anyway. */
  readonly changes?: true;
  /** For the tenant as a whole; without it, for the workspace (live or sandbox) that is active. */
  readonly scope?: 'tenant';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /**
   * The body is taken byte by byte, whatever its type, together with the headers: for callers who prove who they are by a
   * signature over it.
   */
  readonly raw?: true;
  /** Success answers by status. */
  readonly responses: Readonly<Record<number, ContractResponse>>;
  /** Problem codes this endpoint answers beside the general ones. */
  readonly problems?: readonly { readonly status: number; readonly code: string; readonly when: string }[];
}

/**
 * Whether a call of this endpoint changes something, and therefore leaves an entry in the audit log. What a platform tells by a
 * signed body is no person's doing.
 */
export function changesState({ method, changes, raw }: Pick<Contract, 'method' | 'changes' | 'raw'>): boolean {
  return !raw && (method !== 'GET' || changes === true);
}
