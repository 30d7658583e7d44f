import { runChild } from '../child.ts';
import { realTime } from '../clock.ts';
import { total } from '../numbers.ts';
import { control, type Place, type Sightings } from '../platforms/place.ts';
import type { EngineTask, SyncReport } from '../subjects/task.ts';

const engineModule = new URL('../subjects/engine.ts', import.meta.url);

/** Our engine in a fresh process on a fresh company. */
export async function runEngine(
  place: Place,
  task: Pick<EngineTask, 'syncs'> & Partial<EngineTask>,
): Promise<readonly SyncReport[]> {
  const company = await control.newCompany(place);
  const defaults = { clock: realTime, slow: false, limited: false, capacity: false };
  return runChild<SyncReport[]>(engineModule, { ...defaults, ...task, place, company });
}

/** Documents the target has because of this sync. */
export function documentsWritten({ legs }: Pick<SyncReport, 'legs'>): number {
  return total(
    legs.flatMap(({ documents }) => Object.values(documents).map(({ created, updated }) => created + updated)),
  );
}

/** Records the source says there are. */
export function recordsThere({ legs }: Pick<SyncReport, 'legs'>): number {
  return total(legs.map((leg) => leg.total ?? leg.counts.read));
}

/** What the platforms saw between two looks. */
export function seenBetween(before: Sightings, after: Sightings) {
  const quickbooks = after.quickbooks.calls - before.quickbooks.calls;
  const woocommerce = after.woocommerce_calls - before.woocommerce_calls;
  return {
    quickbooks_calls: quickbooks,
    woocommerce_calls: woocommerce,
    platform_calls: quickbooks + woocommerce,
    batches: after.quickbooks.batches - before.quickbooks.batches,
    writes: after.quickbooks.writes - before.quickbooks.writes,
    metered_reads: after.quickbooks.metered_reads - before.quickbooks.metered_reads,
    throttled: after.quickbooks.throttled - before.quickbooks.throttled,
  };
}
