import { sha256Hex } from '../core/json.ts';
import { isTimeZone } from '../core/time-zone.ts';
import type { Schedule } from '../model/schedule.ts';
import { routesFor } from '../sync/route-table.ts';
import { routes as allRoutes, type Route } from '../sync/routes.ts';
import type { ScheduleDefinition } from './check.ts';
import type { ScheduleDeps } from './deps.ts';
import { allSchedules, newSchedule } from './manage.ts';

/** A schedule that a workspace gets by itself once its flow can run. `minute` spreads the businesses over the hour. */
interface DefaultSchedule extends Pick<ScheduleDefinition, 'name' | 'entity' | 'mode' | 'overlap'> {
  /** Names it for ever: what was made once under it is not made again. */
  readonly key: string;
  readonly source?: string;
  readonly expression: (minute: number) => string;
}

const hourly = (minute: number): string => `cron(${minute} * * * ? *)`;
const everySixHours = (minute: number): string => `cron(${minute} 0/6 * * ? *)`;
const everyFifteenMinutes = (minute: number): string => `cron(${minute % 15}/15 * * * ? *)`;
/** Between three and five no zone of today changes its clocks. */
const nightlyAt =
  (hour: number) =>
  (minute: number): string =>
    `cron(${minute} ${hour} * * ? *)`;

const often = (entity: string, every: string, expression: DefaultSchedule['expression'], source?: string) =>
  ({
    key: `${entity}/incremental`,
    name: `New and changed ${entity}, ${every}`,
    entity,
    mode: 'incremental',
    overlap: 'skip',
    expression,
    ...(source === undefined ? {} : { source }),
  }) satisfies DefaultSchedule;

/** At night one after the other: none is left out because another one is running. */
const atNight = (entity: string): readonly DefaultSchedule[] => [
  {
    key: `${entity}/full`,
    name: `All ${entity}, every night`,
    entity,
    mode: 'full',
    overlap: 'queue',
    expression: nightlyAt(3),
  },
  {
    key: `${entity}/sweep`,
    name: `Deleted and missed ${entity}, every night`,
    entity,
    mode: 'sweep',
    overlap: 'queue',
    expression: nightlyAt(4),
  },
];

/** The sync rules everybody begins with. One whose flow does not exist is left out. */
const defaultSchedules: readonly DefaultSchedule[] = [
  often('orders', 'every hour', hourly),
  often('products', 'every 6 hours', everySixHours),
  often('customers', 'every 6 hours', everySixHours),
  often('invoices', 'every 15 minutes', everyFifteenMinutes, 'quickbooks'),
  ...['orders', 'products', 'customers'].flatMap(atNight),
];

export interface DefaultsDeps extends Pick<ScheduleDeps, 'schedules' | 'clock' | 'ids'> {
  readonly connections: {
    list(tenantId: string): Promise<
      readonly {
        readonly platform: string;
        readonly enabled: boolean;
        readonly status: string;
        readonly profile: Readonly<Record<string, unknown>>;
      }[]
    >;
  };
}

const mostTries = 5;

/** Who made what came by itself. */
const byItself = 'easysale';

/**
 * Makes the defaults whose flows can run now and that this workspace never had; `again` also those that people deleted.
 * Only the table is written: the timer follows. Answers the new ones.
 */
export async function makeDefaults(
  deps: DefaultsDeps,
  tenantId: string,
  { again = false, routes = allRoutes }: { again?: boolean; routes?: readonly Route[] } = {},
): Promise<Schedule[]> {
  const connections = await deps.connections.list(tenantId);
  const usable = new Set(
    connections.filter(({ enabled, status }) => enabled && status !== 'disconnected').map(({ platform }) => platform),
  );
  const possible = defaultSchedules.filter(({ entity, source }) =>
    routesFor(entity, { source }, routes).some(
      (route) => usable.has(route.source.platform) && usable.has(route.target.platform),
    ),
  );
  const timeZone = zoneOf(connections);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await deps.schedules.findDefaults(tenantId);
    const there = again ? await allSchedules(deps, tenantId) : [];
    const had = again ? there.flatMap(({ default_of }) => default_of ?? []) : (before?.made ?? []);
    const missing = possible.filter(({ key }) => !had.includes(key));
    if (missing.length === 0) return [];
    const schedules = missing.map(({ key, source, expression, ...rest }) =>
      newSchedule(
        deps,
        { tenantId, userId: byItself },
        {
          ...rest,
          source: source ?? null,
          target: null,
          expression: expression(minuteOf(tenantId, key)),
          time_zone: timeZone,
          enabled: true,
        },
        key,
      ),
    );
    const made = [...new Set([...(before?.made ?? []), ...missing.map(({ key }) => key)])];
    const defaults = { tenant_id: tenantId, made, version: (before?.version ?? 0) + 1 };
    if (await deps.schedules.makeDefaults(defaults, schedules)) return schedules;
  }
  return [];
}

/** The same for one business and rule, another one for the next: not everybody's syncs begin on the hour. */
function minuteOf(tenantId: string, key: string): number {
  return Number.parseInt(sha256Hex(`${tenantId} ${key}`).slice(0, 8), 16) % 60;
}

/** The store's; UTC where no platform says one, or one that knows no summer time. */
function zoneOf(connections: Awaited<ReturnType<DefaultsDeps['connections']['list']>>): string {
  const zones = connections.map(({ profile }) => profile.time_zone);
  return zones.find((zone): zone is string => typeof zone === 'string' && isTimeZone(zone)) ?? 'UTC';
}
