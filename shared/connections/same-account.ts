import type { Connector, Profile } from '../connectors/connector.ts';
import { type Failure, fail, type Result } from '../core/failure.ts';
import { otherWorkspace, tenantOf } from '../core/workspace.ts';
import type { Connection } from '../model/connection.ts';
import type { ConnectionDeps } from './deps.ts';
import { busy, sameAccount } from './failures.ts';
import { withLock } from './lock.ts';

/**
 * Why this account may not be connected in this workspace: the tenant's other workspace is connected to it. Then tests
 * would write into the live books.
 */
export async function refusalOfAccount(
  { connections }: Pick<ConnectionDeps, 'connections'>,
  connector: Connector,
  workspaceId: string,
  identity: Profile,
): Promise<Failure | undefined> {
  // Without secrets there is no account behind it: each workspace has records of its own.
  if (connector.secretFields.length === 0) return undefined;
  const other = await connections.find(otherWorkspace(workspaceId), connector.platform);
  return other && other.status !== 'disconnected' && isAccountOf(other, identity)
    ? sameAccount(connector.title, workspaceId)
    : undefined;
}

/** Does `work` only if the account is free to be connected; both workspaces of a tenant cannot get through at once. */
export async function withAccount<T>(
  deps: Pick<ConnectionDeps, 'connections' | 'oauth' | 'clock' | 'ids'>,
  connector: Connector,
  workspaceId: string,
  identity: Profile,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const pair = { tenantId: tenantOf(workspaceId), platform: `${connector.platform}/accounts` };
  const done = await withLock(deps, pair, async () => {
    const refusal = await refusalOfAccount(deps, connector, workspaceId, identity);
    return refusal ? fail(refusal) : work();
  });
  return done ? done.value : fail(busy(connector.title));
}

function isAccountOf({ profile }: Connection, identity: Profile): boolean {
  const entries = Object.entries(identity);
  return entries.length > 0 && entries.every(([name, value]) => plain(profile[name]) === plain(value));
}

/** Addresses of one shop differ in scheme, `www.` and a slash at the end; other values are ids. */
function plain(value: unknown): string {
  const text = String(value);
  const url = URL.parse(text);
  if (!url?.host) return text;
  return `${url.host.replace(/^www\./, '')}${url.pathname.replace(/\/+$/, '')}`;
}
