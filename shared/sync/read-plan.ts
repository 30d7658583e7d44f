import { type PlanAction, type PlannedChange, plannedChangeSchema } from '../model/plan.ts';
import { planKey } from './object-keys.ts';
import type { EngineDeps } from './ports.ts';

export interface PlanQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly action?: PlanAction | undefined;
  readonly entity?: string | undefined;
}

/** Stored pages one call reads at most when filters leave little of them: bounds its cost. */
const maxPages = 10;

/**
 * Changes of a plan in the order they would be made, leg by leg. `next` goes back in as `after`; a page may be short, or
 * empty, while there is more.
 */
export async function readPlan(
  deps: { readonly runs: Pick<EngineDeps['runs'], 'legs'>; readonly journal: Pick<EngineDeps['journal'], 'read'> },
  tenantId: string,
  runId: string,
  query: PlanQuery,
): Promise<{ changes: PlannedChange[]; next?: string }> {
  const legs = (await deps.runs.legs(tenantId, runId)).sort((a, b) => a.route_id.localeCompare(b.route_id));
  let [leg = 0, page = 0, line = 0] = (query.after ?? '0.0.0').split('.').map(Number);
  const changes: PlannedChange[] = [];
  for (let read = 0; leg < legs.length; leg += 1, page = 0, line = 0) {
    const { route_id, plan } = legs[leg] ?? {};
    for (; route_id !== undefined && page < (plan?.pages ?? 0); page += 1, line = 0) {
      if (read === maxPages) return { changes, next: `${leg}.${page}.${line}` };
      read += 1;
      const lines = await deps.journal.read(planKey(tenantId, runId, route_id, page));
      for (; line < lines.length; line += 1) {
        if (changes.length === query.limit) return { changes, next: `${leg}.${page}.${line}` };
        const change = plannedChangeSchema.parse(lines[line]);
        if (fits(change, query)) changes.push(change);
      }
    }
  }
  return { changes };
}

function fits({ action, entity }: PlannedChange, query: PlanQuery): boolean {
  return (
    (query.action === undefined || action === query.action) && (query.entity === undefined || entity === query.entity)
  );
}
