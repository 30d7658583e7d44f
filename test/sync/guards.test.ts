import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConnection } from '#shared/connections/manage.ts';
import { unwrap } from '#shared/core/failure.ts';
import { readPlan } from '#shared/sync/read-plan.ts';
import { totalsByNumber } from '#test/support/books.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 40, 17) }, withoutSupabase: true });
});
afterAll(() => world.stop());

/** The company is read again, as the button of the connection does it. */
async function reread({ id }: Tenant): Promise<void> {
  const { connectionDeps } = world.engine();
  const { quickbooks } = connectionDeps.connectors;
  if (quickbooks) unwrap(await testConnection(connectionDeps, quickbooks, id));
}

const failuresOf = async ({ id }: Tenant) => (await world.engine().failures.list(id, { limit: 100 })).failures;

function middleDay(tenant: Tenant): string {
  const days = tenant.company.list('Invoice').map(({ TxnDate }) => String(TxnDate));
  return days.toSorted()[Math.floor(days.length / 2)] ?? '';
}

describe('closed books', () => {
  it('[I9] [F1] leave what was posted alone, and hold what would change it until they are open again', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const closedTo = middleDay(tenant);
    tenant.company.settings.bookCloseDate = closedTo;
    await reread(tenant);
    const before = tenant.company.snapshot();
    expect((await world.sync(tenant, 'orders')).failures).toEqual([]);
    expect(tenant.company.snapshot()).toEqual(before);

    const invoice = tenant.company.list('Invoice').find(({ TxnDate }) => String(TxnDate) <= closedTo);
    const order = wooOrders(tenant.shop).find(({ number }) => number === invoice?.DocNumber);
    tenant.shop.orders.edit(Number(order?.id), { customer_note: 'left at the door' });
    await world.sync(tenant, 'orders', { mode: 'incremental' });
    const [failure] = await failuresOf(tenant);
    expect(failure).toMatchObject({ source_id: order?.id, failure: { code: 'quickbooks.closed_period' } });
    expect(tenant.company.snapshot()).toEqual(before);

    tenant.company.settings.bookCloseDate = undefined;
    await reread(tenant);
    await world.sync(tenant, 'orders', { ids: [order?.id ?? ''] });
    expect(await failuresOf(tenant)).toEqual([]);
    expect(tenant.company.get('Invoice', String(invoice?.Id))?.CustomerMemo).toMatchObject({
      value: 'left at the door',
    });
  });

  it('[I9] [F1] move new documents to the first open day by setting: planned, noted, to the cent, and never again', async () => {
    const first = await world.tenant('shop');
    await world.sync(first, 'orders');
    const closedTo = middleDay(first);
    const tenant = await world.tenant('shop', { bookCloseDate: closedTo }, { closed_period: 'next_open_day' });
    const dry = await world.sync(tenant, 'orders', { dryRun: true });
    const { changes } = await readPlan(world.engine(), tenant.id, dry.run.run_id, { limit: 100 });
    const moved = changes.filter(({ fields }) =>
      fields.some(
        ({ path, after }) => path === 'PrivateNote' && String(after).includes('because the books are closed'),
      ),
    );
    expect(moved.length).toBeGreaterThan(5);
    for (const { fields } of moved) {
      expect(String(fields.find(({ path }) => path === 'TxnDate')?.after) > closedTo).toBe(true);
    }

    expect((await world.sync(tenant, 'orders')).failures).toEqual([]);
    expect(totalsByNumber(tenant.company, 'Invoice')).toEqual(totalsByNumber(first.company, 'Invoice'));
    for (const row of [...tenant.company.list('Invoice'), ...tenant.company.list('Payment')]) {
      expect(String(row.TxnDate) > closedTo).toBe(true);
    }
    const before = tenant.company.snapshot();
    expect((await world.sync(tenant, 'orders')).failures).toEqual([]);
    expect(tenant.company.snapshot()).toEqual(before);
  });
});

describe('a name that was merged or deactivated in the books', () => {
  const salesOf = (tenant: Tenant) =>
    tenant.company
      .list('Invoice')
      .map(({ DocNumber, TotalAmt }) => `${String(DocNumber)} ${String(TotalAmt)}`)
      .sort();

  it('[I9] [F3] leads to the survivor with the next try, and no order is in the books twice', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const expected = salesOf(tenant);
    const invoice = tenant.company.list('Invoice').find(({ CustomerRef }) => CustomerRef !== undefined);
    const gone = String((invoice?.CustomerRef as { value?: string } | undefined)?.value);
    const { Id: survivor } = tenant.company.create('Customer', { DisplayName: 'The same person' });
    tenant.company.merge('Customer', gone, String(survivor));
    const order = wooOrders(tenant.shop).find(({ number }) => number === invoice?.DocNumber);
    tenant.shop.orders.edit(Number(order?.id), { customer_note: 'again' });
    await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(await failuresOf(tenant)).toMatchObject([
      { source_id: order?.id, failure: { code: 'quickbooks.bad_reference', retryable: true } },
    ]);
    await world.sync(tenant, 'orders', { ids: [order?.id ?? ''] });
    expect(await failuresOf(tenant)).toEqual([]);
    expect(salesOf(tenant)).toEqual(expected);
    const now = tenant.company.get('Invoice', String(invoice?.Id));
    const customer = tenant.company.get(
      'Customer',
      String((now?.CustomerRef as { value?: string } | undefined)?.value),
    );
    expect(customer?.Active).toBe(true);
  });

  it('[I9] [F4] fails by name while it is inactive and heals when it is active again; renamed, it keeps its link', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const order = wooOrders(tenant.shop).find(({ status, total }) => status === 'processing' && total !== '0.00');
    const invoice = tenant.company.list('Invoice').find(({ DocNumber }) => DocNumber === order?.number);
    const [line] = (invoice?.Line ?? []) as { SalesItemLineDetail?: { ItemRef: { value: string } } }[];
    const item = line?.SalesItemLineDetail?.ItemRef.value ?? '';
    const name = String(tenant.company.get('Item', item)?.Name);
    tenant.company.edit('Item', item, { Active: false });
    tenant.shop.orders.edit(Number(order?.id), { customer_note: 'gift' });
    await world.sync(tenant, 'orders', { mode: 'incremental' });
    const [failure] = await failuresOf(tenant);
    expect(failure?.failure).toMatchObject({ code: 'quickbooks.inactive_reference' });
    expect(failure?.failure.reason).toContain(`item ${item} “${name}” is inactive`);

    tenant.company.edit('Item', item, { Active: true, Name: `${name} renamed` });
    await world.sync(tenant, 'orders', { ids: [order?.id ?? ''] });
    expect(await failuresOf(tenant)).toEqual([]);
    const lines = tenant.company.get('Invoice', String(invoice?.Id))?.Line as (typeof line)[];
    expect(lines[0]?.SalesItemLineDetail?.ItemRef.value).toBe(item);
  });
});
