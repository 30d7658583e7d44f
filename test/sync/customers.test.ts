import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 3, 8) }, withoutSupabase: true });
});
afterAll(() => world.stop());

const inBooks = (tenant: Tenant, email: string): Row[] =>
  tenant.company
    .list('Customer')
    .filter(({ PrimaryEmailAddr }) => (PrimaryEmailAddr as Row | undefined)?.Address === email);

describe('a customer of the shop in the books', () => {
  it('[F3] is changed in what the shop changed, with one write, and keeps what the owner added', async () => {
    const tenant = await world.tenant('shop');
    const email = 'mill@example.com';
    const { id } = tenant.shop.customers.create({ email, first_name: 'Ann', last_name: 'Mill' });
    const only = { mode: 'incremental', ids: [String(id)] } as const;
    await world.sync(tenant, 'customers', only);
    const [made] = inBooks(tenant, email);
    tenant.company.edit('Customer', String(made?.Id), { Notes: 'Pays late', WebAddr: { URI: 'https://mill.example' } });
    const [owned] = inBooks(tenant, email);

    tenant.shop.customers.edit(Number(id), { billing: { phone: '555 0100' } });
    tenant.company.resetMeters();
    expect((await world.sync(tenant, 'customers', only)).failures).toEqual([]);
    expect(tenant.company.meters.writes).toBe(1);
    const [changed] = inBooks(tenant, email);
    expect(changed).toMatchObject({
      Id: made?.Id,
      DisplayName: made?.DisplayName,
      Notes: 'Pays late',
      WebAddr: { URI: 'https://mill.example' },
      PrimaryPhone: { FreeFormNumber: '555 0100' },
      SyncToken: String(Number(owned?.SyncToken) + 1),
    });
  });

  it('[F3] is one for all orders of a guest with that address, and another where a vendor or employee has the name', async () => {
    const tenant = await world.tenant('shop');
    tenant.company.create('Vendor', { DisplayName: 'Eve Stone' });
    const [product_id] = tenant.shop.shop.products.keys();
    const order = (email: string) =>
      String(
        tenant.shop.orders.create({
          status: 'processing',
          billing: { first_name: 'Eve', last_name: 'Stone', email },
          line_items: [{ product_id, quantity: 1 }],
        }).id,
      );
    const ids = [order('eve@stone.example'), order('EVE@stone.example'), order('other@stone.example')];
    expect((await world.sync(tenant, 'orders', { ids })).failures).toEqual([]);
    const [eve, ...others] = [...inBooks(tenant, 'eve@stone.example'), ...inBooks(tenant, 'EVE@stone.example')];
    expect(others).toEqual([]);
    const [other] = inBooks(tenant, 'other@stone.example');
    const names = [eve, other].map((row) => String(row?.DisplayName));
    expect(new Set([...names, 'Eve Stone']).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^Eve Stone \(.+\)$/);
    const customers = tenant.company
      .list('Invoice')
      .map(({ DocNumber, CustomerRef }) => [DocNumber, (CustomerRef as Row).value])
      .toSorted();
    expect(customers).toEqual(ids.map((id, index) => [id, index < 2 ? eve?.Id : other?.Id]));
  });
});
