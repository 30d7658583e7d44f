import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import type { ActivityRepository, RecentError } from '../data/activity-repository.ts';
import { type BreakerView, breakerView } from './breaker.ts';
import type { ConnectionDeps } from './deps.ts';

/** The two ends of a route, as far as connections care. */
export interface RouteEnds {
  readonly id: string;
  readonly source: { readonly platform: string };
  readonly target: { readonly platform: string };
}

export type VitalsDeps = Pick<ConnectionDeps, 'connectors' | 'connections' | 'breakers' | 'clock'> & {
  readonly activity: ActivityRepository;
  readonly routes: readonly RouteEnds[];
};

/** How a connection fares beside what is stored with it. */
export interface Vitals {
  readonly breaker: BreakerView;
  /** What opened the breaker, while it is not closed. */
  readonly trouble: Failure | undefined;
  readonly errors_24h: number;
}

const dayMs = 24 * 3600_000;
/** Failures read at most: bounds the cost of an answer; a tenant with as many needs no exact number. */
export const mostErrors = 200;

/** The vitals of every platform: one read of the breakers, one of the latest failures. */
export async function readVitals(deps: VitalsDeps, tenantId: string): Promise<(platform: string) => Vitals> {
  const now = deps.clock.now();
  const [breakers, errors] = await Promise.all([
    deps.breakers.list(tenantId),
    deps.activity.recentErrors(tenantId, instant(now - dayMs), mostErrors),
  ]);
  const blamed = errors.map((error) => blame(error, deps.routes));
  return (platform) => {
    const breaker = breakers.find((each) => each.platform === platform);
    const view = breakerView(breaker, now);
    return {
      breaker: view,
      trouble: view.state === 'closed' ? undefined : breaker?.failure,
      errors_24h: blamed.filter((each) => each === platform).length,
    };
  };
}

/** The connection a record's failure belongs to: the source's where it could not be read, else the target's. */
function blame({ route_id, code }: RecentError, routes: readonly RouteEnds[]): string | undefined {
  const route = routes.find(({ id }) => id === route_id);
  if (!route) return undefined;
  const [origin = ''] = code.split('.');
  return [route.source.platform, 'source'].includes(origin) ? route.source.platform : route.target.platform;
}
