import { instant } from '../core/clock.ts';
import type { PendingChange } from '../model/pending-change.ts';
import type { ChangeBell, EngineDeps, PendingChangeRepository } from './ports.ts';
import { routes as allRoutes, type Route } from './routes.ts';

/** One record that changed, or is gone; which of the two, the run finds out itself. */
export interface ToldChange {
  readonly entity: string;
  readonly id: string;
}

export interface Told {
  readonly tenantId: string;
  readonly platform: string;
  /** `webhook:woocommerce`. */
  readonly toldBy: string;
  readonly changes: readonly ToldChange[];
}

export type NoteDeps = Pick<EngineDeps, 'clock' | 'ids'> & {
  readonly pending: Pick<PendingChangeRepository, 'note'>;
  readonly bell: ChangeBell;
  readonly connections: Pick<EngineDeps['connections'], 'enabled'>;
};

export interface NoteSummary {
  /** Records that wait for at least one route. */
  readonly noted: number;
  /** Records no route of the connected platforms takes anywhere. */
  readonly ignored: number;
}

/**
 * Keeps what somebody says has changed until runs of its routes carry it. Stored before the bell rings: whoever dies
 * between the two leaves it to the schedule.
 */
export async function noteChanges(
  deps: NoteDeps,
  { tenantId, platform, toldBy, changes }: Told,
  routes: readonly Route[] = allRoutes,
): Promise<NoteSummary> {
  const told = [...new Map(changes.map((change) => [JSON.stringify([change.entity, change.id]), change])).values()];
  if (told.length === 0) return { noted: 0, ignored: 0 };
  const enabled = await deps.connections.enabled(tenantId);
  const open = routes.filter(
    ({ source, target }) =>
      source.platform === platform && enabled.includes(platform) && enabled.includes(target.platform),
  );
  const since = instant(deps.clock.now());
  const entries = told.flatMap(({ entity, id }) =>
    open
      .filter(({ source }) => source.entity === entity)
      .map((route): PendingChange => {
        return {
          tenant_id: tenantId,
          route_id: route.id,
          id,
          told_by: toldBy,
          since,
          count: 1,
          stamp: deps.ids.next(),
        };
      }),
  );
  const taken = new Set(open.map(({ source }) => source.entity));
  const noted = told.filter(({ entity }) => taken.has(entity)).length;
  if (entries.length > 0) {
    await deps.pending.note(entries);
    await deps.bell.ring(tenantId);
  }
  return { noted, ignored: told.length - noted };
}
