import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';
import type { Connections, OpenRoute } from '../sync/ports.ts';
import { storeZone } from '../sync/store-zone.ts';
import type { SliceOutcome } from './breaker.ts';
import { enter, leaveAll } from './breaker-gate.ts';
import type { ConnectionDeps } from './deps.ts';
import { enabledPlatforms } from './enabled.ts';
import { handedLimiters } from './hand-on-limiters.ts';
import { openConnection } from './open-connection.ts';
import { createWatch, type Watch } from './watch.ts';

/** Connections as the engine sees them: the lane is that of the target. */
export function createSyncConnections(deps: ConnectionDeps, limits: LimiterRepository): Connections {
  return {
    enabled: (tenantId) => enabledPlatforms(deps.connections, tenantId),
    storeZone: async (tenantId) => storeZone(await deps.connections.list(tenantId)),

    async open(tenantId, platforms, write): Promise<Result<OpenRoute>> {
      const handed = handedLimiters(deps, limits, tenantId, platforms.target);
      const source = await openConnection(deps, tenantId, platforms.source, handed.open);
      if (!source.ok) return source;
      const target = await openConnection(deps, tenantId, platforms.target, handed.open);
      if (!target.ok) return target;
      const reader = deps.connectors[platforms.source]?.openSource?.(source.value.context);
      const connector = deps.connectors[platforms.target];
      const opened = connector?.openTarget?.(target.value.context);
      const writer = write ? connector?.openWriter?.(target.value.context) : undefined;
      if (!reader || !opened || (write && !writer)) return fail(cannot(platforms));
      const passes = await enter(deps, tenantId, [platforms.source, platforms.target]);
      if (!passes.ok) return passes;
      const watches = { source: createWatch(), target: createWatch() };
      const limiters = {
        [platforms.source]: source.value.context.limiter,
        [platforms.target]: target.value.context.limiter,
      };
      return ok({
        source: { connection: source.value.connection, connector: watches.source.source(reader) },
        target: { connection: target.value.connection, connector: watches.target.target(opened) },
        ...(writer ? { writer: watches.target.writer(writer) } : {}),
        limiters,
        async settle(failure) {
          await handed.handOn();
          await leaveAll(deps, passes.value, (platform) =>
            outcomeOf(platform === platforms.target ? watches.target : watches.source, limiters[platform], failure),
          );
        },
      });
    },

    async noteSync(tenantId, platforms, at) {
      for (const platform of platforms) await deps.connections.patch(tenantId, platform, { last_sync_at: at });
    },
  };
}

/** A failure of the other connection, or of a record, says nothing against this one. */
export function outcomeOf(watch: Watch, limiter: RateLimiter | undefined, failure: Failure | undefined): SliceOutcome {
  if (failure && watch.isTrouble(failure)) return { kind: 'failed', failure };
  const calls = Object.values(limiter?.used ?? {}).reduce((sum, count) => sum + count, 0);
  return { kind: calls > 0 ? 'worked' : 'unused' };
}

function cannot({ source, target }: { source: string; target: string }): Failure {
  return {
    category: 'internal',
    code: 'sync.no_connector',
    reason: `There is no way from ${source} to ${target}.`,
    fix: 'Report it: the route table names a connector that cannot do this.',
    retryable: false,
  };
}
