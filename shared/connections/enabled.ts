import type { ConnectionRepository } from '../data/connection-repository.ts';

/** Platforms a run of this tenant may use: connected and switched on. One that waits for its owner pauses the run instead. */
export async function enabledPlatforms(
  connections: Pick<ConnectionRepository, 'list'>,
  tenantId: string,
): Promise<readonly string[]> {
  const all = await connections.list(tenantId);
  return all.filter(({ enabled, status }) => enabled && status !== 'disconnected').map(({ platform }) => platform);
}
