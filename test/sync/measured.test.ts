import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Leg } from '#shared/model/run.ts';
import { killSwitch } from '#test/support/kill-switch.ts';
import { keptMeter } from '#test/support/meter.ts';
import { shopOf, startWorld, type World } from '#test/support/world.ts';
import { measuredBreakers, measuredRuns } from '../../functions/sync/measured.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 12, 2) }, withoutSupabase: true });
});
afterAll(() => world.stop());

describe('metrics for operators', () => {
  it('say what a run came to, although its worker dies on the way, and name no tenant', async () => {
    const tenant = await world.tenant('shop');
    const run = await world.start(tenant, 'orders');
    const meter = keptMeter();
    const kill = killSwitch({ call: 20, when: 'after' });
    await world.drain((message) => {
      const engine = world.engine(kill.killed ? undefined : kill);
      return world.work({ ...engine, runs: measuredRuns(engine.runs, meter) })(message);
    });
    expect(kill.killed).toBe(true);
    const { legs } = await world.resultOf(run);
    const [leg] = legs as [Leg];
    expect(meter.sum('RecordsRead')).toBe(leg.counts.read);
    expect(meter.sum('Records')).toBe(leg.counts.read);
    expect(meter.sum('RecordsFailed')).toBe(leg.counts.failed);
    expect(meter.sum('FlowsCompleted')).toBe(1);
    const written = Object.values(leg.documents).reduce((sum, { created, updated }) => sum + created + updated, 0);
    expect(meter.sum('DocumentsWritten')).toBe(written);
    const calls = (leg.calls['woocommerce/request'] ?? 0) + (leg.calls['quickbooks/request'] ?? 0);
    expect(meter.sum('PlatformCalls')).toBe(calls);
    expect(meter.emitted).toContainEqual([
      { Records: leg.counts.created },
      { platform: 'quickbooks', entity: 'orders', outcome: 'created' },
    ]);
    expect(JSON.stringify(meter.emitted)).not.toContain(tenant.id);
  });

  it('count refused calls and pauses, and the breaker that opens', async () => {
    const tenant = await world.tenant('shop');
    const meter = keptMeter();
    const engine = world.engine();
    world.quickbooks.addFault({ kind: 'reply', status: 429, times: 1, path: 'batch', body: '' });
    await world.start(tenant, 'products');
    await world.drain(world.work({ ...engine, runs: measuredRuns(engine.runs, meter) }));
    expect(meter.sum('PlatformThrottles')).toBe(1);

    const breakers = measuredBreakers(engine.connectionDeps.breakers, meter);
    const failure = {
      category: 'network',
      code: 'network.timeout',
      reason: 'Late.',
      fix: 'Wait.',
      retryable: true,
    } as const;
    const closed = {
      tenant_id: tenant.id,
      platform: 'p',
      state: 'closed',
      failures: 4,
      failure,
      cooldown_ms: 0,
    } as const;
    await breakers.store({ ...closed, version: 1 });
    await breakers.store({ ...closed, state: 'open', version: 2 });
    await breakers.store({ ...closed, state: 'open', version: 2 });
    expect(meter.sum('BreakersOpened')).toBe(1);
  });
});
