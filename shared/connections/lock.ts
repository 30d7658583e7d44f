import type { ConnectionAddress, ConnectionDeps } from './deps.ts';

/** Longer than any sequence of calls made under the lock. After it, a dead holder's lock may be taken. */
export const leaseMs = 60_000;

type LockDeps = Pick<ConnectionDeps, 'oauth' | 'clock' | 'ids'>;

/** Runs `work` as the only one that changes this connection's secret; undefined when somebody else is at it. */
export async function withLock<T>(
  deps: LockDeps,
  address: ConnectionAddress,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  const lock = { ...address, owner: deps.ids.uuid() };
  const now = deps.clock.now();
  if (!(await deps.oauth.acquireLock(lock, now, now + leaseMs))) return undefined;
  try {
    return { value: await work() };
  } finally {
    await deps.oauth.releaseLock(lock);
  }
}
