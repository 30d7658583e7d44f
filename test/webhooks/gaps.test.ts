import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Clock } from '#shared/core/clock.ts';
import { readWebhookReport } from '#shared/webhooks/report.ts';
import { watchGaps } from '#shared/webhooks/watch-gaps.ts';
import { testClock } from '#test/support/clock.ts';
import { type Receiver, startReceiver } from '#test/support/webhooks.ts';
import { shopOf, startWorld, type World } from '#test/support/world.ts';

let world: World;
let receiver: Receiver;
const clock: Clock & { advance(ms: number): void } = testClock(Date.now());
beforeAll(async () => {
  world = await startWorld({ shops: { small: shopOf('tax_exclusive', 8, 4) }, withoutSupabase: true, clock });
  receiver = await startReceiver(world);
});
afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

it('[E9][I2] what webhooks lose is found by the next sync, and the report says what that was', async () => {
  const tenant = await world.tenant('small');
  await receiver.keep(tenant);
  const engine = world.engine();
  const history = watchGaps(engine.history, {
    runs: engine.runs,
    webhooks: receiver.webhooks,
    toldSince: async (_tenant, _platform, { registered_at }) => registered_at,
    log: { warn: (message) => expect.unreachable(message) },
  });
  const sync = async (request: object = {}) => {
    const run = await world.start(tenant, 'orders', { mode: 'incremental', ...request });
    await world.drain(world.work({ ...engine, history }));
    return world.resultOf(run);
  };
  const gaps = async () => {
    const reports = await readWebhookReport(receiver.keepDeps, tenant.id);
    return reports.find(({ platform }) => platform === 'woocommerce');
  };
  // What was there before anybody could tell of it is no gap.
  clock.advance(60_000);
  await sync({ mode: 'full' });
  expect(await gaps()).toMatchObject({ missed_24h: 0 });

  const [first = 0, second = 0, third = 0] = [...tenant.shop.shop.orders.values()]
    .filter(({ refundIds, status }) => refundIds.length === 0 && status === 'completed')
    .map(({ id }) => id);
  clock.advance(3_600_000);
  for (const id of [first, second]) tenant.shop.orders.edit(id, { customer_note: 'changed' });
  // The first of the two deliveries is lost, the second one arrives and is carried.
  await tenant.shop.deliverWebhooks((due) => due.filter(({ recordId }) => recordId !== first));
  await receiver.carry(tenant);
  clock.advance(1_200_000);
  // Not told of yet, but so new that it may come.
  tenant.shop.orders.edit(third, { customer_note: 'just now' });
  await sync();
  expect(JSON.stringify(tenant.company.list('Invoice'))).toContain('changed');
  expect(await gaps()).toMatchObject({
    status: 'degraded',
    missed_24h: 1,
    missed: [{ entity: 'order', id: String(first), label: expect.any(String) }],
    notes: [expect.stringContaining('1 changes')],
  });
});
