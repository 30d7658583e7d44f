import type { Connection } from '../model/connection.ts';
import type { ConnectionAddress, ConnectionDeps } from './deps.ts';

const tries = 5;

/**
 * Stores what `make` makes of the present connection. Small changes by workers (last sync, status) may come between
 * reading and storing; then it is made again from what they left. Undefined when that never ends.
 */
export async function saveOver(
  deps: Pick<ConnectionDeps, 'connections'>,
  { tenantId, platform }: ConnectionAddress,
  make: (before: Connection | undefined) => Connection,
): Promise<Connection | undefined> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const made = make(await deps.connections.find(tenantId, platform));
    if (await deps.connections.save(made)) return made;
  }
  return undefined;
}
