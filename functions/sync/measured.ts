import type { BreakerRepository } from '#shared/data/breaker-repository.ts';
import { within } from '#shared/insights/tally.ts';
import type { Leg } from '#shared/model/run.ts';
import type { Meter } from '#shared/platform/meter.ts';
import type { RunRepository } from '#shared/sync/ports.ts';
import { findRoute } from '#shared/sync/route-table.ts';

/** Tells operators what each checkpoint added, once it is stored: what is worked on again is told once. */
export function measuredRuns(runs: RunRepository, meter: Meter): RunRepository {
  return {
    ...runs,
    async checkpoint(leg, metric) {
      const isStored = await runs.checkpoint(leg, metric);
      if (isStored && metric) tell(meter, leg, metric.add);
      return isStored;
    },
  };
}

function tell(meter: Meter, leg: Leg, add: Readonly<Record<string, number>>): void {
  const route = findRoute(leg.route_id);
  if (!route) return;
  const flow = { platform: route.target.platform, entity: route.name };
  const { read = 0, ...outcomes } = within(add, 'records.');
  for (const [outcome, value] of Object.entries(outcomes)) meter.emit({ Records: value }, { ...flow, outcome });
  const written = Object.entries(within(add, 'documents.')).filter(([name]) => /\.(created|updated)$/.test(name));
  const ends = within(add, 'runs.');
  meter.emit(
    {
      ...(read > 0 ? { RecordsRead: read, RecordsFailed: outcomes.failed ?? 0 } : {}),
      ...given('DocumentsWritten', sum(written.map(([, value]) => value))),
      ...given('Pauses', add.pauses),
      ...given('FlowsCompleted', ends.completed),
      ...given('FlowsFailed', ends.failed),
      ...given('FlowsCancelled', ends.cancelled),
    },
    flow,
  );
  for (const platform of [route.source.platform, route.target.platform]) {
    const { request, throttled } = within(add, `calls.${platform}/`);
    meter.emit({ ...given('PlatformCalls', request), ...given('PlatformThrottles', throttled) }, { platform });
  }
}

function given<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value ? ({ [name]: value } as Record<Name, number>) : {};
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Tells operators when a breaker opens, or stays open after its try. */
export function measuredBreakers(breakers: BreakerRepository, meter: Meter): BreakerRepository {
  return {
    ...breakers,
    async store(breaker) {
      const isStored = await breakers.store(breaker);
      if (isStored && breaker.state === 'open') meter.emit({ BreakersOpened: 1 }, { platform: breaker.platform });
      return isStored;
    },
  };
}
