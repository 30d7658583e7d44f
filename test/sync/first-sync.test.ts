import { afterAll, beforeAll, expect, it } from 'vitest';
import { type World, shopOf, startWorld } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 60) }, withoutSupabase: true });
});
afterAll(() => world.stop());

it('probe', async () => {
  const tenant = await world.tenant('us');
  const t0 = performance.now();
  const result = await world.sync(tenant, 'orders');
  console.log(performance.now() - t0, JSON.stringify(result.run), JSON.stringify(result.legs, null, 1));
  console.log(result.failures.map((f) => `${f.label} ${f.route_id} ${f.failure.code} ${f.failure.platform_code} ${f.failure.field} ${f.failure.reason}`).join('\n'));
  const again = await world.sync(tenant, 'orders');
  console.log(JSON.stringify(again.legs, null, 1));
  expect(result.run.status).toBe('completed');
});
