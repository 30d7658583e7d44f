import type { Clock } from '../core/clock.ts';
import type { BreakerRepository } from '../data/breaker-repository.ts';
import type { ConnectionRepository } from '../data/connection-repository.ts';
import { admit } from './breaker.ts';

/** Platforms a run of this tenant may use: connected and switched on. One that waits for its owner pauses the run instead. */
export async function enabledPlatforms(
  connections: Pick<ConnectionRepository, 'list'>,
  tenantId: string,
): Promise<readonly string[]> {
  const all = await connections.list(tenantId);
  return all.filter(({ enabled, status }) => enabled && status !== 'disconnected').map(({ platform }) => platform);
}

const working = new Set<string>(['connected', 'degraded']);

/** Platforms that work at this moment, as far as is known: for runs that nobody waits for and that may come later. */
export async function usablePlatforms(
  deps: {
    readonly connections: Pick<ConnectionRepository, 'list'>;
    readonly breakers: Pick<BreakerRepository, 'list'>;
    readonly clock: Pick<Clock, 'now'>;
  },
  tenantId: string,
): Promise<readonly string[]> {
  const [all, breakers] = await Promise.all([deps.connections.list(tenantId), deps.breakers.list(tenantId)]);
  const now = deps.clock.now();
  const refused = new Set(
    breakers.filter((breaker) => admit(breaker, now).kind === 'refused').map(({ platform }) => platform),
  );
  return all
    .filter(({ enabled, status, platform }) => enabled && working.has(status) && !refused.has(platform))
    .map(({ platform }) => platform);
}
