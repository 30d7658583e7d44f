import { bucketOf } from '#shared/core/histogram.ts';
import { createMetricRepository } from '#shared/data/metric-repository.ts';
import type { Table } from '#shared/data/table.ts';
import type { Leg } from '#shared/model/run.ts';

/** All counters of a tenant, over all days, by `flow name`; counters that came back to zero left out. */
export async function storedCounters(table: Table, tenantId: string): Promise<Record<string, number>> {
  const metrics = await createMetricRepository(table).list(tenantId, '2000-01-01', '2999-12-31');
  const sum = new Map<string, number>();
  for (const { route_id, counters } of metrics) {
    for (const [name, value] of Object.entries(counters)) add(sum, `${route_id} ${name}`, value);
  }
  return sorted(sum);
}

/** What the counters must be for legs that have ended and never waited: told anew, from the legs alone. */
export function countersOfLegs(legs: readonly Leg[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const leg of legs) {
    const put = (name: string, value: number) => add(sum, `${leg.route_id} ${name}`, value);
    for (const [outcome, value] of Object.entries(leg.counts)) put(`records.${outcome}`, value);
    for (const [entity, counts] of Object.entries(leg.documents)) {
      for (const [outcome, value] of Object.entries(counts)) put(`documents.${entity}.${outcome}`, value);
    }
    for (const [kind, value] of Object.entries(leg.calls)) put(`calls.${kind}`, value);
    put(`runs.${leg.status}`, 1);
    if (leg.status !== 'completed') continue;
    const ms = Date.parse(leg.finished_at ?? '') - Date.parse(leg.started_at ?? '');
    put('duration.ms', ms);
    put(`duration.b${bucketOf(ms)}`, 1);
  }
  return sorted(sum);
}

function add(sum: Map<string, number>, name: string, value: number): void {
  sum.set(name, (sum.get(name) ?? 0) + value);
}

function sorted(sum: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...sum].filter(([, value]) => value !== 0).sort(([a], [b]) => a.localeCompare(b)));
}
