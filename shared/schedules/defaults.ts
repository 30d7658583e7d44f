import { sha256Hex } from '../core/json.ts';
import { isTimeZone } from '../core/time-zone.ts';
import type { Schedule } from '../model/schedule.ts';
import { entityNames, routesFor } from '../sync/route-table.ts';
import { routes as allRoutes, type Route } from '../sync/routes.ts';
import { storeZones } from '../sync/store-zone.ts';
import type { ScheduleDefinition } from './check.ts';
import type { ScheduleDeps } from './deps.ts';
import { allSchedules, newSchedule } from './manage.ts';

/** How an entity is synced by itself unless a person says otherwise. */
interface Rule {
  readonly words: string;
  /** `minute` spreads businesses and rules over the hour. */
  readonly often: (minute: number) => string;
  /** Reads everything again each night. */
  readonly full?: true;
}

const hourly = { words: 'every hour', often: (minute: number) => `cron(${minute} * * * ? *)` };
const everySixHours: Rule = { words: 'every 6 hours', often: (minute: number) => `cron(${minute} 0/6 * * ? *)` };
const everyFifteenMinutes = {
  words: 'every 15 minutes',
  often: (minute: number) => `cron(${minute % 15}/15 * * * ? *)`,
};

/**
 * The sync rules everybody begins with. Entities that are not here come every 6 hours: whatever tells of changes may be
 * lost, so that each needs somebody who asks.
 */
const rules: Readonly<Record<string, Rule>> = {
  orders: { ...hourly, full: true },
  refunds: hourly,
  sales: hourly,
  products: { ...everySixHours, full: true },
  customers: { ...everySixHours, full: true },
  invoices: { ...everyFifteenMinutes, full: true },
  payments: everyFifteenMinutes,
  sales_receipts: everyFifteenMinutes,
  credit_memos: everyFifteenMinutes,
  refund_receipts: everyFifteenMinutes,
};

/** A schedule that a workspace gets by itself once its flow can run. */
interface DefaultSchedule extends Pick<ScheduleDefinition, 'name' | 'entity' | 'mode' | 'overlap'> {
  /** Names it for ever: what was made once under it is not made again. */
  readonly key: string;
  readonly expression: (minute: number) => string;
}

function defaultsOf(entity: string): readonly DefaultSchedule[] {
  const rule: Rule | undefined = Object.hasOwn(rules, entity) ? rules[entity] : undefined;
  const { words, often, full } = rule ?? everySixHours;
  const people = entity.replaceAll('_', ' ');
  // Between three and five no zone of today changes its clocks. At night one waits for the other, so that none is left out.
  const nightly = (mode: 'full' | 'sweep', hour: number, name: string): DefaultSchedule => ({
    key: `${entity}/${mode}`,
    name: `${name}, every night`,
    entity,
    mode,
    overlap: 'queue',
    expression: (minute) => `cron(${minute} ${hour} * * ? *)`,
  });
  return [
    {
      key: `${entity}/incremental`,
      name: `New and changed ${people}, ${words}`,
      entity,
      mode: 'incremental',
      overlap: 'skip',
      expression: often,
    },
    ...(full ? [nightly('full', 3, `All ${people}`)] : []),
    nightly('sweep', 4, `Deleted and missed ${people}`),
  ];
}

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
  const possible = entityNames(routes)
    .filter((entity) =>
      routesFor(entity, {}, routes).some(
        (route) => usable.has(route.source.platform) && usable.has(route.target.platform),
      ),
    )
    .flatMap(defaultsOf);
  // Timers know no fixed offsets: those have no summer time.
  const timeZone = storeZones(connections, routes).find(isTimeZone) ?? 'UTC';
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await deps.schedules.findDefaults(tenantId);
    const there = again ? await allSchedules(deps, tenantId) : [];
    const had = again ? there.flatMap(({ default_of }) => default_of ?? []) : (before?.made ?? []);
    const missing = possible.filter(({ key }) => !had.includes(key));
    if (missing.length === 0) return [];
    const schedules = missing.map(({ key, expression, ...rest }) =>
      newSchedule(
        deps,
        { tenantId, userId: byItself },
        {
          ...rest,
          source: null,
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
