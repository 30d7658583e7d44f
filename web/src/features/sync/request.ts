import type { Flow, StartDryRun } from '#web/lib/api.ts';
import { dayIn } from '#web/lib/format.ts';

/** What one fills in, as the address has it. */
export interface Wanted {
  readonly entity?: string | undefined;
  /** Id of the only flow; all of the entity without it. */
  readonly flow?: string | undefined;
  readonly mode?: StartDryRun['mode'] | undefined;
  readonly ids?: string | undefined;
  readonly status?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
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
export function requestOf(wanted: Wanted, entity: string, flow: Flow | undefined): StartDryRun {
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
    ...(flow ? { source: flow.source.platform, target: flow.target.platform } : {}),
  };
}

/** A plan's request as the form has it. */
export function wantedOf(
  { entity, mode, ids, filters }: Pick<StartDryRun, 'entity' | 'mode' | 'ids' | 'filters'>,
  zone: string | undefined,
): Wanted {
  const { status, date_range: range } = filters ?? {};
  const dayOf = (end: string) => (end.length > 10 ? dayIn(new Date(end), zone) : end);
  return {
    entity,
    mode,
    ...(ids ? { ids: ids.join(', ') } : {}),
    ...(status ? { status: status.join(', ') } : {}),
    ...(range?.start ? { from: dayOf(range.start) } : {}),
    ...(range?.end ? { to: dayOf(range.end) } : {}),
  };
}

/** Whether a flow can run now: both ends are connected and it is switched on. */
export const canRun = ({ connected, active }: Flow): boolean => connected && active;
