import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { connectTills, event, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 3, 5) }, withoutSupabase: true });
});
afterAll(() => world.stop());

const newTenant = async (): Promise<Tenant> => {
  const tenant = await world.tenant('us', { template: 'us' });
  await connectTills(world, tenant);
  return tenant;
};

const shelf = () => createShelfRepository(world.table.table);
const onShelf = async (tenant: Tenant, entity: string) =>
  (await shelf().list(tenant.id, entity, { limit: 50 })).records.filter(({ gone }) => !gone);

const pull = (tenant: Tenant, name: string, mode: 'full' | 'incremental' = 'incremental') =>
  world.sync(tenant, name, { mode, source: 'quickbooks', target: 'pos' });
const push = (tenant: Tenant, mode: 'full' | 'incremental' = 'incremental') =>
  world.sync(tenant, 'vendors', { mode, source: 'pos', target: 'quickbooks' });

const mill = { id: 'v-1', name: 'Paper Mill', email: 'office@mill.example', account_number: '77' };

describe('what the books tell the tills', () => {
  it('[F6] are invoices, what is paid of them, customers, items and bills; an unchanged one costs nothing', async () => {
    const tenant = await newTenant();
    const { company } = tenant;
    company.create('Customer', { DisplayName: 'Ann' });
    company.create('Item', { Name: 'Advice', Type: 'Service', IncomeAccountRef: { value: '1' } });
    const line = {
      DetailType: 'SalesItemLineDetail',
      Amount: '19.90',
      SalesItemLineDetail: { ItemRef: { value: '1' } },
    };
    company.create('Invoice', { DocNumber: 'B-1', CustomerRef: { value: '1' }, Line: [line] });
    for (const name of ['books_customers', 'books_items', 'invoices', 'payments', 'bills']) {
      expect((await pull(tenant, name, 'full')).failures).toEqual([]);
    }
    expect(await onShelf(tenant, 'invoice')).toMatchObject([
      { id: '1', body: { number: 'B-1', total: '19.90', open_total: '19.90', customer_name: 'Ann' } },
    ]);
    expect(await onShelf(tenant, 'books_customer')).toMatchObject([{ body: { name: 'Ann', balance: '19.90' } }]);
    expect((await onShelf(tenant, 'item')).map(({ body }) => body.name)).toContain('Advice');
    company.create('Payment', {
      CustomerRef: { value: '1' },
      TotalAmt: '19.90',
      Line: [{ Amount: '19.90', LinkedTxn: [{ TxnId: '1', TxnType: 'Invoice' }] }],
    });
    const { legs } = await pull(tenant, 'invoices');
    expect(legs[0]?.counts).toMatchObject({ updated: 1, failed: 0 });
    expect(await onShelf(tenant, 'invoice')).toMatchObject([
      { version: 2, body: { status: 'paid', open_total: '0.00' } },
    ]);
    await pull(tenant, 'invoices', 'full');
    expect(await onShelf(tenant, 'invoice')).toMatchObject([{ version: 2 }]);
  });
});

describe('vendors', () => {
  it('[F6] of a till become vendors of the books, and do not come back', async () => {
    const tenant = await newTenant();
    await sendEvents(world, tenant, [event('vendor.upserted', mill)]);
    expect((await push(tenant)).failures).toEqual([]);
    expect(tenant.company.list('Vendor')).toMatchObject([
      { DisplayName: 'Paper Mill', AcctNum: '77', PrimaryEmailAddr: { Address: 'office@mill.example' } },
    ]);
    await pull(tenant, 'vendors', 'full');
    expect(await onShelf(tenant, 'vendor')).toMatchObject([{ id: 'v-1', version: 1 }]);
    tenant.company.resetMeters();
    await push(tenant, 'full');
    expect(tenant.company.meters.writes).toBe(0);
  });

  it('[F6] that are edited in the books change the vendor of the till, and the other way round', async () => {
    const tenant = await newTenant();
    await sendEvents(world, tenant, [event('vendor.upserted', mill)]);
    await push(tenant);
    tenant.company.edit('Vendor', '1', { PrimaryPhone: { FreeFormNumber: '555 0100' } });
    await pull(tenant, 'vendors', 'full');
    expect(await onShelf(tenant, 'vendor')).toMatchObject([
      { id: 'v-1', body: { name: 'Paper Mill', phone: '555 0100' } },
    ]);
    const renamed = { ...mill, name: 'Paper Mill & Sons', phone: '555 0100' };
    await sendEvents(world, tenant, [event('vendor.upserted', renamed, { occurred_at: '2099-01-01T00:00:00Z' })]);
    await push(tenant, 'full');
    expect(tenant.company.list('Vendor')).toMatchObject([{ DisplayName: 'Paper Mill & Sons' }]);
    await pull(tenant, 'vendors', 'full');
    expect(await onShelf(tenant, 'vendor')).toHaveLength(1);
  });

  it('[F6] of the books come to the tills under an id of their own, and back without a second one', async () => {
    const tenant = await newTenant();
    tenant.company.create('Vendor', { DisplayName: 'Ink & Co' });
    await sendEvents(world, tenant, [event('vendor.upserted', { ...mill, id: '1' })]);
    await pull(tenant, 'vendors', 'full');
    await push(tenant, 'full');
    await pull(tenant, 'vendors', 'full');
    expect((await onShelf(tenant, 'vendor')).map(({ id, body }) => [id, body.name])).toEqual([
      ['1', 'Paper Mill'],
      ['qbo:1', 'Ink & Co'],
    ]);
    expect(tenant.company.list('Vendor').map(({ DisplayName }) => DisplayName)).toEqual(['Ink & Co', 'Paper Mill']);
  });
});
