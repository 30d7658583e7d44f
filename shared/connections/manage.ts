import type { ConnectionCheck, Connector, SettingChoice, SettingFault, Setup } from '../connectors/connector.ts';
import { instant } from '../core/clock.ts';
import { type Failure, type FailureCategory, fail, ok, type Result } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import { isSandbox } from '../core/workspace.ts';
import type { ConnectionPatch } from '../data/connection-repository.ts';
import type { Connection } from '../model/connection.ts';
import { announceStatus, resetBreaker } from './announce.ts';
import { identityFields } from './connect.ts';
import type { ConnectionDeps } from './deps.ts';
import { busy, notConnected } from './failures.ts';
import { withLock } from './lock.ts';
import { storedContext } from './open-connection.ts';
import { saveOver } from './save-over.ts';
import { ownSettings, settingsFields } from './settings.ts';
import { readGrant, removeGrants } from './vault.ts';

/** The tenant's connection to this platform, disconnected ones not counted. */
export async function findConnected(
  deps: Pick<ConnectionDeps, 'connections'>,
  connector: Connector,
  tenantId: string,
): Promise<Result<Connection>> {
  const connection = await deps.connections.find(tenantId, connector.platform);
  return connection && connection.status !== 'disconnected'
    ? ok(connection)
    : fail(notConnected(connector.title, tenantId));
}

/** Asks the platform again, also over a connection that is switched off, and keeps what came of it. */
export async function testConnection(
  deps: ConnectionDeps,
  connector: Connector,
  tenantId: string,
): Promise<Result<{ connection: Connection; failure: Failure | undefined }>> {
  const found = await findConnected(deps, connector, tenantId);
  if (!found.ok) return found;
  const connection = found.value;
  const checked = await connector.check(storedContext(deps, connector, connection));
  const at = instant(deps.clock.now());
  const fields: ConnectionPatch = checked.ok
    ? { ...passed(connector, connection, checked.value), last_check_at: at }
    : { status: statusOf(checked.failure), failure: checked.failure, last_check_at: at };
  await announceStatus(deps, connection, fields.status ?? connection.status, checked.ok ? undefined : checked.failure);
  const condition = { connectedAt: connection.connected_at };
  const kept = await deps.connections.patch(tenantId, connector.platform, fields, condition);
  if (!kept) return fail(busy(connector.title));
  if (checked.ok) await resetBreaker(deps, { tenantId, platform: connector.platform });
  return ok({ connection: kept, failure: checked.ok ? undefined : checked.failure });
}

/** What the owner has to run on the platform; undefined where nothing ever is. */
export async function setupOf(
  deps: ConnectionDeps,
  connector: Connector,
  tenantId: string,
): Promise<Result<Setup> | undefined> {
  const found = await findConnected(deps, connector, tenantId);
  return connector.setup?.(found.ok ? storedContext(deps, connector, found.value) : undefined);
}

const statusAfter: Readonly<Record<FailureCategory, Connection['status']>> = {
  authentication: 'reauth_required',
  network: 'degraded',
  rate_limit: 'degraded',
  internal: 'degraded',
  validation: 'error',
  not_found: 'error',
  conflict: 'error',
};

/** Refusals of OAuth 2.0 that are about our own app (RFC 6749, 5.2): signing in again would not help. */
const appRefusals = new Set(['invalid_client', 'unauthorized_client', 'invalid_request', 'unsupported_grant_type']);

function statusOf({ category, platform_code = '' }: Failure): Connection['status'] {
  return category === 'authentication' && appRefusals.has(platform_code) ? 'error' : statusAfter[category];
}

function passed(connector: Connector, connection: Connection, check: ConnectionCheck): ConnectionPatch {
  const identity = identityFields(connector).map((name) => [name, connection.profile[name]] as const);
  return {
    status: 'connected',
    failure: undefined,
    display_name: check.display_name,
    profile: { ...connection.profile, ...check.profile, ...Object.fromEntries(identity) },
    ...settingsFields(connector, check.suggested_settings, ownSettings(connection)),
    warnings: [...check.warnings],
  };
}

/** Switches a connection on or off; its credentials stay. */
export async function toggle(
  deps: Pick<ConnectionDeps, 'connections'>,
  connector: Connector,
  tenantId: string,
  enabled: boolean,
): Promise<Result<Connection>> {
  const found = await findConnected(deps, connector, tenantId);
  if (!found.ok) return found;
  const condition = { connectedAt: found.value.connected_at };
  const kept = await deps.connections.patch(tenantId, connector.platform, { enabled }, condition);
  return kept ? ok(kept) : fail(busy(connector.title));
}

/** What the platform says against settings the owner is about to choose; `merged` was parsed by the connector's schema. */
export async function settingFaults(
  deps: ConnectionDeps,
  connector: Connector,
  connection: Connection,
  { own, merged }: { readonly own: JsonObject; readonly merged: JsonObject },
): Promise<Result<readonly SettingFault[]>> {
  if (!connector.verifySettings) return ok([]);
  return connector.verifySettings({ ...storedContext(deps, connector, connection), settings: merged }, own);
}

/** What settings may name, asked of the platform. */
export async function choicesOf(
  deps: ConnectionDeps,
  connector: Connector,
  tenantId: string,
): Promise<Result<Readonly<Record<string, readonly SettingChoice[]>>>> {
  const found = await findConnected(deps, connector, tenantId);
  if (!found.ok) return found;
  return (await connector.settingChoices?.(storedContext(deps, connector, found.value))) ?? ok({});
}

/** Replaces what the owner chose; the merged settings were parsed by the connector's schema. */
export async function changeSettings(
  deps: Pick<ConnectionDeps, 'connections'>,
  connector: Connector,
  tenantId: string,
  own: JsonObject,
): Promise<Result<Connection>> {
  const found = await findConnected(deps, connector, tenantId);
  if (!found.ok) return found;
  const condition = { connectedAt: found.value.connected_at };
  const suggested = (found.value.suggested_settings ?? {}) as JsonObject;
  const fields = settingsFields(connector, suggested, own);
  const kept = await deps.connections.patch(tenantId, connector.platform, fields, condition);
  return kept ? ok(kept) : fail(busy(connector.title));
}

/**
 * Ends a connection: marks it first, so that no worker uses it any more, then revokes the grant at the platform where that
 * exists, then deletes the secret. Settings, links and history stay. Safe to repeat, also after dying in the middle.
 *
 * `revoked` is false where the platform could not be told; the grant then ends when it expires or is removed there.
 */
export async function disconnect(
  deps: ConnectionDeps,
  connector: Connector,
  tenantId: string,
): Promise<Result<{ connection: Connection; revoked: boolean }>> {
  const address = { tenantId, platform: connector.platform };
  const before = await deps.connections.find(tenantId, connector.platform);
  if (!before) return fail(notConnected(connector.title, tenantId));
  const done = await withLock(deps, address, async () => {
    const ended = await saveOver(deps, address, (present) => disconnected(present ?? before));
    if (!ended) return fail(busy(connector.title));
    const revoked = await revoke(deps, connector, before);
    await removeGrants(deps, address);
    await deps.breakers.reset(tenantId, connector.platform);
    return ok({ connection: ended, revoked });
  });
  return done ? done.value : fail(busy(connector.title));
}

function disconnected({ failure, connected_at, ...rest }: Connection): Connection {
  return { ...rest, status: 'disconnected', enabled: false, masked: {}, warnings: [], version: rest.version + 1 };
}

async function revoke(deps: ConnectionDeps, connector: Connector, before: Connection): Promise<boolean> {
  if (!connector.oauth) return true;
  const address = { tenantId: before.tenant_id, platform: before.platform };
  const grant = await readGrant(deps, address, before.connected_at);
  if (!grant) return false;
  const sandbox = isSandbox(before.tenant_id);
  return (await connector.oauth.revoke({ secret: grant.values, sandbox, http: deps.http })).ok;
}
