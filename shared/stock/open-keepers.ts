import type { ConnectionDeps } from '../connections/deps.ts';
import { enabledPlatforms } from '../connections/enabled.ts';
import { handedLimiters } from '../connections/hand-on-limiters.ts';
import { openConnection } from '../connections/open-connection.ts';
import { ok } from '../core/failure.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import type { BalanceDeps, OpenKeeper } from './deps.ts';

/** The platform whose settings say what others may be told. */
export const tillsPlatform = 'pos';

/** Opens the systems of a tenant that keep stock numbers. One that is not connected, or off, is none. */
export function keeperOpener(deps: ConnectionDeps, limits: LimiterRepository): BalanceDeps['openKeepers'] {
  return async (tenantId) => {
    const enabled = await enabledPlatforms(deps.connections, tenantId);
    const keepers: OpenKeeper[] = [];
    for (const { platform, openStock } of Object.values(deps.connectors)) {
      if (!openStock || !enabled.includes(platform)) continue;
      const handed = handedLimiters(deps, limits, tenantId);
      const opened = await openConnection(deps, tenantId, platform, handed.open);
      if (!opened.ok) return opened;
      keepers.push({ system: platform, keeper: openStock(opened.value.context), close: handed.handOn });
    }
    const tills = await deps.connections.find(tenantId, tillsPlatform);
    return ok({ keepers, floor: String(tills?.settings.stock_floor ?? '0') });
  };
}
