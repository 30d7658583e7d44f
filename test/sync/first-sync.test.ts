import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totalsByNumber } from '#test/support/books.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { type RunResult, type Style, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

const orders = 1000;
const companies = { tax_exclusive: { template: 'us' }, tax_inclusive: { template: 'eur' } } as const;
const posted = ['on-hold', 'processing', 'completed', 'refunded'];

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: { tax_exclusive: shopOf('tax_exclusive', orders, 7), tax_inclusive: shopOf('tax_inclusive', orders, 8) },
  });
});
afterAll(() => world.stop());

describe.each(['tax_exclusive', 'tax_inclusive'] as const satisfies readonly Style[])(
  'the first sync of a %s shop',
  (style) => {
    let tenant: Tenant;
    let first: RunResult;
    beforeAll(async () => {
      tenant = await world.tenant(style, companies[style]);
      for (const entity of ['products', 'customers']) await world.sync(tenant, entity);
      first = await world.sync(tenant, 'orders');
    });

    it('[F1] brings every order to the books and the warehouse to the cent, or says why not', async () => {
      expect(first.run.status).toBe('completed');
      const books = totalsByNumber(tenant.company, 'Invoice');
      const rows = await world.supabase?.sql(
        'select source_id, total::text as total from orders where tenant_id = $1',
        [tenant.id],
      );
      const warehouse = new Map(rows?.map((row) => [String(row.source_id), String(row.total).replace(/00$/, '')]));
      const failed = new Set(first.failures.map(({ source_id, route_id }) => `${route_id} ${source_id}`));
      let tied = 0;
      for (const order of wooOrders(tenant.shop)) {
        if (order.status === 'checkout-draft' || order.status === 'trash') continue;
        if (!failed.has(`woocommerce.order-supabase ${order.id}`))
          expect(warehouse.get(order.id), order.number).toBe(order.total);
        if (!posted.includes(order.status) || order.lines === 0) {
          expect(books.has(order.number), `${order.number} ${order.status}`).toBe(false);
        } else if (!failed.has(`woocommerce.order-quickbooks ${order.id}`)) {
          expect(books.get(order.number), order.number).toBe(order.total);
          tied += 1;
        }
      }
      expect(tied).toBeGreaterThan(orders * 0.8);
      expect(books.size).toBe(tied);
      expect(first.failures.map(({ label, failure }) => `${label}: ${failure.reason}`)).toEqual([]);
    });

    it('pays what the shop says is paid, and nothing else', () => {
      const invoices = tenant.company.list('Invoice');
      const paid = new Map(
        wooOrders(tenant.shop).map(({ number, paidAt, total }) => [number, paidAt !== null && total !== '0.00']),
      );
      for (const invoice of invoices) {
        const isPaid = String(invoice.Balance) === '0' || String(invoice.Balance) === '0.00';
        const isFree = Number(invoice.TotalAmt) === 0;
        expect(isPaid, String(invoice.DocNumber)).toBe(isFree || paid.get(String(invoice.DocNumber)));
      }
    });

    it('[F-INCREMENTAL] writes nothing the second time, full or incremental', async () => {
      tenant.company.resetMeters();
      world.supabase?.resetCalls();
      for (const mode of ['full', 'incremental'] as const) {
        for (const entity of ['products', 'customers', 'orders']) {
          const again = await world.sync(tenant, entity, { mode });
          expect(again.run.status).toBe('completed');
        }
      }
      expect(tenant.company.meters).toMatchObject({ writes: 0, metered_reads: 0, batches: 0 });
      expect(world.supabase?.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    });

    it('[F-INCREMENTAL] writes one update for one edited order', async () => {
      const order = wooOrders(tenant.shop).find(
        ({ status, id }) => status === 'processing' && !first.failures.some(({ source_id }) => source_id === id),
      );
      tenant.shop.orders.edit(Number(order?.id), { customer_note: 'Please ring twice' });
      tenant.company.resetMeters();
      world.supabase?.resetCalls();
      // A store on legacy storage does not show such an edit in its modified dates (reference section 3): a full run does.
      const { legs } = await world.sync(tenant, 'orders', { mode: style === 'tax_exclusive' ? 'incremental' : 'full' });
      for (const leg of legs) expect(leg.counts, leg.route_id).toMatchObject({ created: 0, updated: 1 });
      expect(tenant.company.meters.writes).toBe(1);
      const memo = tenant.company.list('Invoice').find((row) => row.DocNumber === order?.number)?.CustomerMemo;
      expect(memo).toEqual({ value: 'Please ring twice' });
      const writes = world.supabase?.calls.filter(({ method }) => method !== 'GET') ?? [];
      expect(writes.filter(({ target }) => target.startsWith('/rest/v1/orders?'))).toHaveLength(1);
    });
  },
);
