import type { ConnectionContext, Connector, Credentials } from '../connectors/connector.ts';
import type { Shelf } from '../connectors/shelf.ts';
import { type Clock, instant } from '../core/clock.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import { isSandbox } from '../core/workspace.ts';
import type { ShelfRepository } from '../data/shelf-repository.ts';
import type { Connection } from '../model/connection.ts';
import { createRateLimiter, type RateLimiter } from '../platform/rate-limiter.ts';
import type { ConnectionDeps } from './deps.ts';
import { disabled, notConnected, reauthRequired } from './failures.ts';
import { storedCredentials } from './token-keeper.ts';

export interface OpenedConnection {
  readonly connection: Connection;
  readonly context: ConnectionContext;
}

/**
 * A tenant's connection, ready for a connector: fails when it is missing, switched off or needs its owner. Give a
 * `limiter` to go on with what an earlier worker left.
 */
export async function openConnection(
  deps: ConnectionDeps,
  tenantId: string,
  platform: string,
  limiter?: (platform: string) => Promise<RateLimiter>,
): Promise<Result<OpenedConnection>> {
  const connector = deps.connectors[platform];
  const connection = await deps.connections.find(tenantId, platform);
  const title = connector?.title ?? platform;
  if (!connector || !connection || connection.status === 'disconnected') return fail(notConnected(title, tenantId));
  if (!connection.enabled) return fail(disabled(title));
  if (connection.status === 'reauth_required') return fail(reauthRequired(title));
  return ok({ connection, context: storedContext(deps, connector, connection, await limiter?.(platform)) });
}

/** The context of a stored connection in whatever state it is. */
export function storedContext(
  deps: ConnectionDeps,
  connector: Connector,
  connection: Connection,
  limiter?: RateLimiter,
): ConnectionContext {
  return contextOf(deps, connector, {
    tenantId: connection.tenant_id,
    credentials: storedCredentials(deps, connector, connection),
    profile: connection.profile as JsonObject,
    settings: connection.settings as JsonObject,
    ...(limiter ? { limiter } : {}),
  });
}

/** A context from its parts; without a limiter, a fresh one. */
export function contextOf(
  deps: Pick<ConnectionDeps, 'http' | 'clock' | 'shelves'>,
  connector: Connector,
  parts: Pick<ConnectionContext, 'tenantId' | 'credentials' | 'profile' | 'settings'> & {
    readonly limiter?: RateLimiter;
  },
): ConnectionContext {
  return {
    limiter: createRateLimiter(connector.rateLimits, deps.clock),
    ...parts,
    sandbox: isSandbox(parts.tenantId),
    http: deps.http,
    clock: deps.clock,
    ...(deps.shelves ? { shelf: shelfOf(deps.shelves, parts.tenantId, deps.clock) } : {}),
  };
}

/** The shelf of one workspace: a connector sees no other. */
function shelfOf(shelves: ShelfRepository, tenantId: string, clock: Clock): Shelf {
  return {
    findMany: (addresses) => shelves.findMany(tenantId, addresses),
    change: (addresses, decide) => shelves.change(tenantId, instant(clock.now()), addresses, decide),
    list: (entity, page) => shelves.list(tenantId, entity, page),
    changes: (page) => shelves.changes(tenantId, page),
    positionAt: (at) => shelves.positionAt(tenantId, at),
    findByKey: (entity, keys) => shelves.findByKey(tenantId, entity, keys),
  };
}

/** Credentials just given, not stored yet: there is nothing to renew them with. */
export function givenCredentials(title: string, values: Readonly<Record<string, string>>): Credentials {
  return {
    current: async () => ok(values),
    renew: async () =>
      fail({
        category: 'authentication',
        code: 'connection.credentials_refused',
        reason: `${title} refused these credentials.`,
        fix: 'Check them for typing mistakes and whether they were revoked.',
        retryable: false,
      }),
  };
}
