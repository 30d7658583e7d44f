import { contentHash } from '../core/json.ts';
import type { PendingChange } from '../model/pending-change.ts';
import type { EngineDeps, PendingChangeRepository } from './ports.ts';
import { findRoute } from './route-table.ts';
import type { Route } from './routes.ts';
import { type StartRunDeps, startRun } from './start-run.ts';

export interface DrainDeps extends StartRunDeps, Pick<EngineDeps, 'log'> {
  readonly pending: PendingChangeRepository;
  readonly connections: StartRunDeps['connections'] & {
    /** Those of `enabled` that work at this moment, as far as is known. */
    usable(tenantId: string): Promise<readonly string[]>;
  };
}

export interface DrainSummary {
  readonly started: number;
  /** Routes that are busy or whose platforms are down: what waits for them stays. */
  readonly waiting: number;
  /** Changes that no route takes anywhere any more. */
  readonly dropped: number;
  readonly failed: number;
  /** False when time ran out; the next call goes on. */
  readonly complete: boolean;
}

type Tally = Record<'started' | 'waiting' | 'dropped' | 'failed', number>;
const nothing = (): Tally => ({ started: 0, waiting: 0, dropped: 0, failed: 0 });

/** Records of one run; what is beyond goes with the next. */
const mostIds = 500;

/** Starts runs for everything that waits, over all tenants. One tenant's trouble never stops the others. */
export async function drainChanges(deps: DrainDeps, isTimeLeft: () => boolean): Promise<DrainSummary> {
  const tally = nothing();
  const shards = Array.from({ length: deps.pending.shards }, (_, shard) => shard);
  const ends = await Promise.all(
    shards.map(async (shard) => {
      let line = await deps.pending.next(shard);
      while (line) {
        if (!isTimeLeft()) return false;
        await drainSafely(deps, line.tenant_id, line.route_id, tally);
        line = await deps.pending.next(shard, line.position);
      }
      return true;
    }),
  );
  return { ...tally, complete: ends.every(Boolean) };
}

/** Starts runs for what waits of one tenant. */
export async function drainTenant(deps: DrainDeps, tenantId: string): Promise<DrainSummary> {
  const tally = nothing();
  for (const routeId of await deps.pending.routesOf(tenantId)) await drainSafely(deps, tenantId, routeId, tally);
  return { ...tally, complete: true };
}

async function drainSafely(deps: DrainDeps, tenantId: string, routeId: string, tally: Tally): Promise<void> {
  try {
    await drainRoute(deps, tenantId, routeId, tally);
  } catch (error) {
    tally.failed += 1;
    deps.log.warn('changes were not carried', { tenant_id: tenantId, route_id: routeId, error: String(error) });
  }
}

/**
 * One run for what waits for a route. What it carries leaves the queue only after the run is stored: whoever dies between
 * starts the same run again, which the key of its records and their stamps makes one.
 */
async function drainRoute(deps: DrainDeps, tenantId: string, routeId: string, tally: Tally): Promise<void> {
  const [first, ...others] = await deps.pending.list(tenantId, routeId, mostIds);
  if (!first) return;
  const changes = [first, ...others] as const;
  const route = findRoute(routeId);
  const fate =
    route && leadsSomewhere(route, await deps.connections.enabled(tenantId))
      ? await carry(deps, route, changes)
      : 'dropped';
  tally[fate] += fate === 'dropped' ? changes.length : 1;
  // Nothing is lost with what is dropped: once its platforms and its flow are on again, the next incremental run reads it.
  if (fate !== 'waiting') await deps.pending.remove(changes);
}

const leadsSomewhere = ({ source, target }: Route, platforms: readonly string[]): boolean =>
  platforms.includes(source.platform) && platforms.includes(target.platform);

async function carry(
  deps: DrainDeps,
  route: Route,
  changes: readonly [PendingChange, ...PendingChange[]],
): Promise<'started' | 'waiting' | 'dropped'> {
  const [{ tenant_id: tenantId, told_by: requestedBy }] = changes;
  if (!leadsSomewhere(route, await deps.connections.usable(tenantId))) return 'waiting';
  const { kind } = await startRun(deps, {
    tenantId,
    requestedBy,
    entity: route.name,
    mode: 'full',
    dryRun: false,
    filters: {},
    ids: changes.map(({ id }) => id),
    told: true,
    routeIds: [route.id],
    idempotencyKey: `changes/${route.id}/${contentHash(changes.map(({ id, stamp }) => [id, stamp]))}`,
  });
  if (kind === 'started' || kind === 'repeated') return 'started';
  return kind === 'busy' ? 'waiting' : 'dropped';
}

/** Whether anything waits for a route that has just become free. */
export async function isAwaited(
  { pending }: { readonly pending: Pick<PendingChangeRepository, 'list'> },
  tenantId: string,
  routeId: string,
): Promise<boolean> {
  return (await pending.list(tenantId, routeId, 1)).length > 0;
}
