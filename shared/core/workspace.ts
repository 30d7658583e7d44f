/**
 * A tenant has two workspaces: its live one and its sandbox. Each has connections, secrets, syncs, links, failures and
 * plans of its own, because everything that is kept or queued is kept under the id of a workspace. The live workspace has
 * the tenant's own id; the sandbox has one that no tenant can have.
 */
export interface Workspace {
  /** Id of the workspace. */
  readonly tenantId: string;
  readonly sandbox: boolean;
}

/** Not in the id of any tenant: tokens with such a `tenant_id` are refused. */
const separator = '~';
const suffix = `${separator}sandbox`;

/** False for what could be mistaken for a workspace of another tenant. */
export function isTenantId(id: string): boolean {
  return id !== '' && !id.includes(separator);
}

/** One of the two workspaces of a tenant. */
export function workspaceOf(tenantId: string, sandbox: boolean): Workspace {
  return { tenantId: sandbox ? `${tenantId}${suffix}` : tenantId, sandbox };
}

/** Whether this is the id of a sandbox. */
export function isSandbox(workspaceId: string): boolean {
  return workspaceId.endsWith(suffix);
}

/** The tenant a workspace belongs to. */
export function tenantOf(workspaceId: string): string {
  return isSandbox(workspaceId) ? workspaceId.slice(0, -suffix.length) : workspaceId;
}

/** The id of the other workspace of the same tenant. */
export function otherWorkspace(workspaceId: string): string {
  return workspaceOf(tenantOf(workspaceId), !isSandbox(workspaceId)).tenantId;
}
