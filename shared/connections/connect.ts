import type { Connector } from '../connectors/connector.ts';
import type { Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Connection } from '../model/connection.ts';
import type { ConnectionDeps } from './deps.ts';
import { establish, type NewGrant } from './establish.ts';
import { maskAll } from './mask.ts';

/**
 * Connects by credentials a person entered; they were parsed by the connector's schema. Nothing is stored unless the
 * platform accepts them.
 */
export function connect(
  deps: ConnectionDeps,
  connector: Connector,
  tenantId: string,
  credentials: Readonly<Record<string, unknown>>,
): Promise<Result<Connection>> {
  return establish(deps, connector, tenantId, splitCredentials(connector, credentials));
}

function splitCredentials(connector: Connector, credentials: Readonly<Record<string, unknown>>): NewGrant {
  const secret: Record<string, string> = {};
  const identity: Record<string, Json> = {};
  for (const [name, value] of Object.entries(credentials)) {
    if (value === undefined) continue;
    if (connector.secretFields.includes(name)) secret[name] = String(value);
    else identity[name] = value as Json;
  }
  return { secret, identity, masked: maskAll(secret) };
}

/** Names of the credential fields that are not secret. */
export function identityFields(connector: Connector): string[] {
  return Object.keys(connector.credentials?.shape ?? {}).filter((name) => !connector.secretFields.includes(name));
}
