import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SupabaseSimulator } from '#local/platforms/supabase/index.ts';
import { setupOf } from '#shared/connections/manage.ts';
import { decimal, money } from '#shared/core/money.ts';
import { leftInShop } from '#test/support/refunds.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let project: SupabaseSimulator;
let tenant: Tenant;
beforeAll(async () => {
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 200, 41) } });
  if (!world.supabase) throw new Error('no warehouse');
  project = world.supabase;
  tenant = await world.tenant('us');
});
afterAll(() => world.stop());

const toWarehouse = { target: 'supabase' } as const;
const rows = (text: string) => project.sql(text, [tenant.id]);
const writes = () => project.calls.filter(({ method }) => method !== 'GET');
const readOnly = (value: boolean) =>
  world.engine().connectionDeps.connections.patch(tenant.id, 'supabase', { settings: { read_only: value } });

describe('the warehouse', () => {
  it('[F5][I10] has what each order was refunded, with lines, and a second sync writes nothing', async () => {
    const { run, failures } = await world.sync(tenant, 'refunds', toWarehouse);
    expect([run.status, failures]).toEqual(['completed', []]);
    const found = await rows(
      'select order_source_id as id, sum(total)::text as total, count(currency)::int as n from refunds where tenant_id = $1 group by 1',
    );
    const stored = new Map(found.map(({ id, total }) => [String(id), money(decimal(String(total)))]));
    const refunded = wooOrders(tenant.shop).flatMap(({ id, total, status }) => {
      const given = money(decimal(total).minus(decimal(leftInShop(tenant.shop, Number(id)))));
      return given === '0.00' || status === 'checkout-draft' || status === 'trash' ? [] : [[id, given] as const];
    });

    expect(refunded.length).toBeGreaterThan(5);
    for (const [id, given] of refunded) expect([id, stored.get(id)]).toEqual([id, given]);
    const [lines] = await rows('select count(*)::int as n from refund_lines where tenant_id = $1');
    expect(Number(lines?.n)).toBeGreaterThan(0);
    project.resetCalls();
    await world.sync(tenant, 'refunds', toWarehouse);
    expect(writes()).toEqual([]);
  });

  it('[F5][I10] has the stock of each article that is counted', async () => {
    const { run, failures } = await world.sync(tenant, 'products', toWarehouse);
    expect([run.status, failures]).toEqual(['completed', []]);
    const differences = await rows(
      `select p.source_id from products p
       left join inventory_levels i using (tenant_id, source, source_id)
       where p.tenant_id = $1 and (i.source_id is null or i.quantity is distinct from p.stock_quantity or i.sku is distinct from p.sku)`,
    );
    expect(differences).toEqual([]);
    const [counted] = await rows('select count(*)::int as n from stock where tenant_id = $1');
    expect(Number(counted?.n)).toBeGreaterThan(0);
  });

  it('[I10] that is read-only takes nothing, says what to do, and still shows what it would take', async () => {
    await readOnly(true);
    project.resetCalls();
    const planned = await world.sync(tenant, 'orders', { ...toWarehouse, dryRun: true });
    const refused = await world.sync(tenant, 'orders', toWarehouse);
    await readOnly(false);

    expect(planned.run.status).toBe('completed');
    expect(planned.legs[0]?.counts.created).toBeGreaterThan(50);
    expect(refused.run.status).toBe('failed');
    expect(refused.legs[0]?.failure).toMatchObject({
      code: 'supabase.read_only',
      fix: expect.stringContaining('Write nothing'),
    });
    expect(writes()).toEqual([]);
    expect(await rows('select source_id from orders where tenant_id = $1')).toEqual([]);
    expect((await world.sync(tenant, 'orders', toWarehouse)).run.status).toBe('completed');
  });

  it('[I10] that lost a column stops the flow and says where the SQL is; once that was run all goes on', async () => {
    const { connectionDeps } = world.engine();
    const { supabase } = connectionDeps.connectors;
    if (!supabase) throw new Error('no connector');
    await project.sql("alter table public.customers drop column phone; notify pgrst, 'reload schema'");
    const { run, legs } = await world.sync(tenant, 'customers', toWarehouse);
    const setup = await setupOf(connectionDeps, supabase, tenant.id);

    expect(run.status).toBe('failed');
    expect(legs[0]?.failure).toMatchObject({
      code: 'supabase.schema_missing',
      platform_code: 'PGRST204',
      reason: expect.stringContaining('customers.phone'),
      fix: expect.stringContaining('/api/integrations/supabase/setup'),
    });
    expect(setup).toMatchObject({ ok: true, value: { complete: false, missing: ['column customers.phone'] } });
    await project.sql(setup?.ok ? setup.value.script : '');
    expect((await world.sync(tenant, 'customers', toWarehouse)).run.status).toBe('completed');
  });
});
