import type { Flow, StartDryRun, SyncDetail } from '#web/lib/api.ts';
import { dayIn } from '#web/lib/format.ts';

/** What one fills in, as the address has it. */
export interface Wanted {
  readonly entity?: string | undefined;
  /** Which {@link Way}. */
  readonly way?: string | undefined;
  readonly mode?: StartDryRun['mode'] | undefined;
  readonly ids?: string | undefined;
  readonly status?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Flows of an entity that can run together. */
export interface Way {
  /** Of the only flow, or the platform that all of them come from. */
  readonly id: string;
  /** Absent: from and to wherever there are. */
  readonly ends: Pick<StartDryRun, 'source' | 'target'>;
  readonly flows: readonly Flow[];
}
const everywhere = 'all';

/** All flows of an entity at once, those from one platform, and each by itself. */
export function waysOf(flows: readonly Flow[], { isNamed }: { readonly isNamed: boolean }): readonly Way[] {
  const open = flows.filter(canRun);
  const bySource = [...Map.groupBy(open, ({ source }) => source.platform)];
  const isOfSeveral = bySource.length > 1;
  return [
    // Ids mean another record on each platform.
    ...(open.length < 2 || (isNamed && isOfSeveral) ? [] : [{ id: everywhere, ends: {}, flows: open }]),
    ...bySource
      .filter(([, own]) => isOfSeveral && own.length > 1)
      .map(([source, own]) => ({ id: source, ends: { source }, flows: own })),
    ...open.map((flow) => ({
      id: flow.flow_id,
      ends: { source: flow.source.platform, target: flow.target.platform },
      flows: [flow],
    })),
  ];
}

/** Words apart by commas or white space; each once. */
export const listed = (text = ''): readonly string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

/** States may have blanks in them. */
const states = (text = ''): readonly string[] =>
  text
    .split(/[,;\n]+/)
    .map((state) => state.trim())
    .filter(Boolean);

/** The plan to ask the API for. */
export function requestOf(wanted: Wanted, entity: string, way: Way | undefined): StartDryRun {
  const { mode = 'incremental', from, to } = wanted;
  const ids = listed(wanted.ids);
  const status = states(wanted.status);
  const range = { ...(from ? { start: from } : {}), ...(to ? { end: to } : {}) };
  return {
    entity,
    // Named records are read whatever changed since.
    mode: ids.length > 0 ? 'full' : mode,
    filters: {
      ...(status.length > 0 ? { status } : {}),
      ...(from || to ? { date_range: range } : {}),
    },
    ...(ids.length > 0 ? { ids } : {}),
    ...way?.ends,
  };
}

/** A plan's request as the form has it. */
export function wantedOf(
  { entity, mode, ids, filters, legs }: Pick<SyncDetail, 'entity' | 'mode' | 'ids' | 'filters' | 'legs'>,
  flows: readonly Flow[],
  zone: string | undefined,
): Wanted {
  const { status, date_range: range } = filters;
  const planned = new Set(legs.map(({ route_id }) => route_id));
  const own = flows.filter((flow) => flow.entity === entity);
  const way = waysOf(own, { isNamed: ids !== undefined }).find(
    (each) => each.flows.length === planned.size && each.flows.every(({ flow_id }) => planned.has(flow_id)),
  );
  const dayOf = (end: string) => (end.length > 10 ? dayIn(new Date(end), zone) : end);
  return {
    entity,
    mode,
    ...(way ? { way: way.id } : {}),
    ...(ids ? { ids: ids.join(', ') } : {}),
    ...(status ? { status: status.join(', ') } : {}),
    ...(range?.start ? { from: dayOf(range.start) } : {}),
    ...(range?.end ? { to: dayOf(range.end) } : {}),
  };
}

/** Whether a flow can run now: both ends are connected and it is switched on. */
export const canRun = ({ connected, active }: Flow): boolean => connected && active;
