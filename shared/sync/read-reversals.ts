import * as z from 'zod';
import { ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Run } from '../model/run.ts';
import { type JournalLine, type JournalReader, journalReader } from './journal-line.ts';
import { journalPrefix, windowOf } from './object-keys.ts';
import type { EngineDeps } from './ports.ts';
import { expectedOf, readPlanned } from './read-confirmed.ts';
import type { Window } from './read-window.ts';
import type { Route } from './routes.ts';

/** What an undo works on in one window: everything some windows of the original run wrote on one route. */
export interface Reversals {
  readonly route: Route;
  readonly lines: readonly JournalLine[];
  /** `backward`: what was written last is taken back first. */
  readonly direction: 'forward' | 'backward';
  readonly journal: JournalReader;
}

const cursorSchema = z.object({ phase: z.number().int(), after: z.string().nullable(), page: z.number().int() });
/** Written changes after which a window is full. Fixed, so that the windows of a plan are those of its confirmed run. */
const windowLines = 300;
/** Objects of a window: 300 records in batches of 30, by a handful of entities. */
const keysPerList = 500;

/**
 * Reads what a run wrote, one route after the other: what others depend on is taken back last. The original is final, so
 * its journal stands still and every reading finds the same windows.
 */
export async function readReversals(
  deps: Pick<EngineDeps, 'runs' | 'journal'>,
  leg: Route,
  routes: readonly Route[],
  run: Run,
  cursor: Json | null,
): Promise<Result<Window>> {
  const { run_id: original, direction } = run.undo ?? { run_id: '', direction: 'backward' as const };
  const phases = phasesOf(leg, routes, direction);
  const { phase, after, page } = cursor === null ? { phase: 0, after: null, page: 0 } : cursorSchema.parse(cursor);
  const total = await writtenBy(deps, run.tenant_id, original, leg.id);
  const route = phases[phase];
  if (!route) return ok({ records: [], rejected: [], next: null, total });
  const prefix = journalPrefix(run.tenant_id, original, route.id);
  const listed = await deps.journal.list(prefix, after, keysPerList);
  const journal = journalReader(deps.journal);
  const lines: JournalLine[] = [];
  let last = after;
  for (const [, keys] of wholeWindows(listed)) {
    if (lines.length >= windowLines) break;
    for (const read of await Promise.all(keys.map((key) => journal.read(key)))) lines.push(...read);
    last = keys.at(-1) ?? last;
  }
  const isEnd = last === after || (listed.length < keysPerList && last === listed.at(-1));
  const next = { ...(isEnd ? { phase: phase + 1, after: null } : { phase, after: last }), page: page + 1 };
  const reversals: Reversals = { route, direction, journal, lines: lines.filter((line) => isWanted(line, run, leg)) };
  const expected = run.plan_id === undefined ? undefined : await expectedOn(deps, run, leg.id, page);
  return ok({ records: [], rejected: [], reversals, expected, total, next: next.phase < phases.length ? next : null });
}

/** What the confirmed plan says of this window; nothing where the plan had no such page. */
async function expectedOn(deps: Pick<EngineDeps, 'runs' | 'journal'>, run: Run, routeId: string, page: number) {
  const planned = await deps.runs.leg(run.tenant_id, run.plan_id ?? '', routeId);
  return expectedOf(page < (planned?.plan?.pages ?? 0) ? await readPlanned(deps, run, routeId, page) : []);
}

/** Routes between the two platforms of a leg; the table has them by their dependencies. */
function phasesOf(
  { source, target }: Route,
  routes: readonly Route[],
  direction: Reversals['direction'],
): readonly Route[] {
  const own = routes.filter(
    (route) => route.source.platform === source.platform && route.target.platform === target.platform,
  );
  return direction === 'backward' ? own.toReversed() : own;
}

/** Of a full list the last window may go on in the next one. */
function wholeWindows(keys: readonly string[]): readonly (readonly [string, string[]])[] {
  const windows = [...Map.groupBy(keys, windowOf)];
  return keys.length < keysPerList || windows.length === 1 ? windows : windows.slice(0, -1);
}

/** Of given records only they themselves are taken back, not what was brought along for them. */
function isWanted({ outcome, source }: JournalLine, { ids }: Run, leg: Route): boolean {
  if (outcome === 'failed' || outcome === 'adopted') return false;
  return ids === undefined || (source.entity === leg.source.entity && ids.includes(source.id));
}

async function writtenBy(
  { runs }: Pick<EngineDeps, 'runs'>,
  tenantId: string,
  runId: string,
  routeId: string,
): Promise<number> {
  const counts = (await runs.leg(tenantId, runId, routeId))?.counts;
  return counts ? counts.created + counts.updated + counts.deleted : 0;
}
