import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '#test/support/product.ts';

const keys = {
  consumerKey: 'ck_55556666777788889999000011112222',
  consumerSecret: 'cs_55556666777788889999000011112222',
  appSecret: 'app-secret-of-the-schedule-test',
  supabaseSecret: 'sb_secret_schedules0123456789012',
};

/** How far the timer's clock is ahead of the functions'. */
let aheadMs = 0;
let product: Product;
let scheduler: SchedulerClient;
beforeAll(async () => {
  const clock = { now: () => Date.now() + aheadMs, sleep: () => Promise.resolve() };
  product = await startProduct({ orders: 4, keys, clock });
  scheduler = new SchedulerClient(product.cloud.clientConfig);
}, 180_000);
afterAll(async () => {
  scheduler.destroy();
  await product.stop();
});

async function timers() {
  const group = { GroupName: 'easysale-sync-local-tenants' };
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand(group));
  return Schedules.map(({ Name = '', State }) => ({ Name, State }));
}

const path = '/api/schedules';

it('[E4][I8] a schedule is made, called by the timer of the template, starts a sync that arrives, and goes', async () => {
  await product.connect();
  const { json: defaults } = await product.call('GET', path);
  const names = (defaults.items as { name: string; time_zone: string; is_default: boolean }[]).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'New and changed orders, every hour',
      'All orders, every night',
      'New and changed products, every 6 hours',
    ]),
  );
  expect((await timers()).map(({ State }) => State)).toEqual(names.map(() => 'DISABLED'));

  const wanted = {
    name: 'Products',
    entity: 'products',
    mode: 'full',
    expression: '*/10 * * * *',
    time_zone: 'Europe/Berlin',
  };
  const made = await product.call('POST', path, wanted);
  expect(made).toMatchObject({
    status: 201,
    json: { pending: false, expression: 'cron(0/10 * * * ? *)', last_run: null },
  });
  const own = `${path}/${String(made.json.schedule_id)}`;
  expect((await timers()).filter(({ State }) => State === 'ENABLED')).toHaveLength(1);

  const [first] = made.json.next_runs as { at: string }[];
  aheadMs = Date.parse(first?.at ?? '') + 30_000 - Date.now();
  product.cloud.tick();
  await product.cloud.idle(60_000);
  const { json } = await product.call('GET', own);
  expect(json.last_run).toMatchObject({ outcome: 'started', reason: null });
  const { sync_id, due_at } = json.last_run as { sync_id: string; due_at: string };
  expect(due_at).toBe(first?.at);
  const sync = await product.finished(sync_id);
  expect(sync.json).toMatchObject({
    status: 'completed',
    entity: 'products',
    mode: 'full',
    requested_by: `schedule:${String(made.json.schedule_id)}`,
  });
  expect((sync.json.progress as { counts: { created: number } }).counts.created).toBeGreaterThan(0);

  const kept = await product.cloud.invoke('easysale-sync-local-keep-schedules', {});
  expect(kept).toMatchObject({ ok: true });
  expect(await product.call('DELETE', own)).toMatchObject({ status: 200 });
  expect((await timers()).filter(({ State }) => State === 'ENABLED')).toEqual([]);
  expect(product.logLines.filter((line) => line.includes('may not'))).toEqual([]);
});
