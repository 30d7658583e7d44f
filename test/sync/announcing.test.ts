import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboxRepository } from '#shared/data/outbox-repository.ts';
import { abandonLeg } from '#shared/sync/abandon-leg.ts';
import { finishLeg } from '#shared/sync/finish-leg.ts';
import { shopOf, startWorld, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 8, 6) }, withoutSupabase: true });
});
afterAll(() => world.stop());

async function told(tenantId: string) {
  const { announcements } = await createOutboxRepository(world.table.table).pending({ limit: 1000 });
  return announcements.filter((each) => each.tenant_id === tenantId);
}

describe('a sync', () => {
  it('that goes well, or only plans, is nothing to tell', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders', { dryRun: true });
    await world.sync(tenant, 'orders');
    expect(await told(tenant.id)).toEqual([]);
  });

  it('that completes while records fail is told once, with its counts, however often its end is repeated', async () => {
    const tenant = await world.tenant('shop');
    tenant.company.settings.bookCloseDate = '2030-01-01';
    const { run, legs } = await world.sync(tenant, 'orders');
    for (const leg of legs) await finishLeg(world.engine(), run, leg);
    expect(await told(tenant.id)).toMatchObject([
      {
        kind: 'sync_completed_with_failures',
        severity: 'warning',
        entity: 'orders',
        platforms: ['woocommerce', 'quickbooks'],
        subject: { type: 'sync', id: run.run_id },
        data: { counts: legs[0]?.counts },
      },
    ]);
  });

  it('that is given up is told with what to do, once', async () => {
    const tenant = await world.tenant('shop');
    const run = await world.start(tenant, 'orders');
    const route = run.routes[0] ?? '';
    await abandonLeg(world.engine(), tenant.id, run.run_id, route);
    await abandonLeg(world.engine(), tenant.id, run.run_id, route);
    expect(await told(tenant.id)).toMatchObject([
      { kind: 'sync_failed', severity: 'error', fix: expect.stringContaining('Start the sync again') },
    ]);
    await world.drain(world.work(world.engine()));
  });

  it('that waits long for its platform is told once for the place where it waits', async () => {
    const tenant = await world.tenant('shop');
    const path = `${tenant.company.realmId}/`;
    world.quickbooks.addFault({ kind: 'reply', path, status: 503, body: 'down', times: 0 });
    await world.start(tenant, 'orders');
    const engine = world.engine();
    let slices = 0;
    await world.drain(async (message) => {
      slices += 1;
      if (slices > 9) world.quickbooks.clearFaults();
      await world.work({
        ...engine,
        lane: {
          send: engine.lane.send,
          async sendAt(later, connection, at) {
            await engine.clock.sleep(Math.max(0, Date.parse(at) - engine.clock.now()));
            await engine.lane.send(later, connection);
          },
        },
      })(message);
    });
    const kinds = (await told(tenant.id)).map(({ kind }) => kind);
    expect(kinds).toEqual(['breaker_opened', 'sync_paused', 'breaker_closed']);
  });
});
