import type { SourceConnector } from '../connectors/source.ts';
import { ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { type PlannedChange, plannedChangeSchema } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { planKey } from './object-keys.ts';
import type { EngineDeps } from './ports.ts';
import { readIds, type Window } from './read-window.ts';
import type { Route } from './routes.ts';

/** What a plan said of one document: nothing else may be written. */
export interface Expected {
  readonly intent: string;
  readonly base: string | null;
}

export const expectedKey = (change: Pick<PlannedChange, 'entity' | 'source_entity' | 'source_id'>): string =>
  JSON.stringify([change.entity, change.source_entity, change.source_id]);

/**
 * The records of one page of a confirmed plan, read anew, with what was confirmed for each of their documents. What a
 * plan would skip is not read; what it said would fail is, so that its failure is kept.
 */
export async function readConfirmed(
  deps: Pick<EngineDeps, 'runs' | 'journal' | 'links'>,
  source: SourceConnector,
  route: Route,
  run: Run,
  cursor: Json | null,
): Promise<Result<Window>> {
  const planId = run.plan_id ?? '';
  const page = typeof cursor === 'number' ? cursor : 0;
  const planned = await deps.runs.leg(run.tenant_id, planId, route.id);
  const pages = planned?.plan?.pages ?? 0;
  const total = planned?.counts.read ?? 0;
  if (page >= pages) return ok({ records: [], rejected: [], next: null, total });
  const changes = await readPlanned(deps, run, route.id, page);
  const own = changes.filter(({ source_entity }) => source_entity === route.source.entity);
  const ids = [...new Set(own.map(({ source_id }) => source_id))];
  const window = await readIds(deps, source, route, run.tenant_id, ids);
  if (!window.ok) return window;
  return ok({ ...window.value, expected: expectedOf(changes), next: page + 1 < pages ? page + 1 : null, total });
}

/**
 * The changes of one page of the confirmed plan that write or link something, and those that fail or leave the queue of
 * failures: a dry run leaves that alone, so they are met again here.
 */
export async function readPlanned(
  { journal }: Pick<EngineDeps, 'journal'>,
  run: Run,
  routeId: string,
  page: number,
): Promise<PlannedChange[]> {
  const lines = await journal.read(planKey(run.tenant_id, run.plan_id ?? '', routeId, page));
  return lines
    .map((line) => plannedChangeSchema.parse(line))
    .filter(({ action, heals }) => written.has(action) || heals);
}

export function expectedOf(changes: readonly PlannedChange[]): ReadonlyMap<string, Expected> {
  return new Map(
    changes.flatMap((change): [string, Expected][] =>
      change.intent === undefined ? [] : [[expectedKey(change), { intent: change.intent, base: change.base ?? null }]],
    ),
  );
}

const written = new Set<PlannedChange['action']>(['create', 'update', 'archive', 'delete', 'link', 'fail']);
