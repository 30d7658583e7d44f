import { businessDay } from '../core/clock.ts';
import { platformNames } from './route-table.ts';
import { routes as allRoutes, type Route } from './routes.ts';

/** What a connection says of where it is. */
interface Placed {
  readonly platform: string;
  readonly status: string;
  readonly profile: Readonly<Record<string, unknown>>;
}

/**
 * The zone whose days a business counts: schedules, metrics and reports have one calendar. It is that of the shop, or, where
 * none is connected, of whoever else sells; only where nobody does, that of the books. UTC where nobody says one.
 */
export function storeZone(connections: readonly Placed[], routes: readonly Route[] = allRoutes): string {
  return storeZones(connections, routes)[0] ?? 'UTC';
}

/** The zones that come into question, the store's first: for those who cannot use every kind. */
export function storeZones(connections: readonly Placed[], routes: readonly Route[] = allRoutes): string[] {
  // Who sells has something to push; the shop is first in the table.
  const selling = routes.filter(({ direction }) => direction === 'push').map(({ source }) => source.platform);
  return [...new Set([...selling, ...platformNames(routes)])].flatMap((name) =>
    connections
      .filter(({ platform, status }) => platform === name && status !== 'disconnected')
      .flatMap(({ profile }) => (isZone(profile.time_zone) ? [profile.time_zone] : [])),
  );
}

/** Also a fixed offset, as shops without a named zone have. */
function isZone(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    return businessDay('2026-01-01T00:00:00Z', value) !== '';
  } catch {
    return false;
  }
}
