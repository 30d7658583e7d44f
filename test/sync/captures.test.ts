import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorServer } from '#local/platforms/kit.ts';
import { money } from '#shared/core/money.ts';
import { totalsByNumber } from '#test/support/books.ts';
import { capturedOrders, startCapturedShop } from '#test/support/captured-shop.ts';
import { startWorld, type World } from '#test/support/world.ts';

const companies = { a: { template: 'us', multicurrency: true }, b: { template: 'eur' } } as const;

describe.each(['a', 'b'] as const)('the recorded orders of store %s', (store) => {
  let shop: SimulatorServer;
  let world: World;
  beforeAll(async () => {
    shop = await startCapturedShop(store);
    world = await startWorld({ shops: {}, hosts: [new URL(shop.url).host] });
  });
  afterAll(async () => {
    await world.stop();
    await shop.close();
  });

  it.each(['invoice', 'sales_receipt'] as const)(
    'post as %s documents and tie out in all three systems',
    async (document) => {
      const orders = capturedOrders(store).filter(({ status }) => status !== 'checkout-draft');
      const statuses = [...new Set(orders.map(({ status }) => status))];
      const tenant = await world.tenantAt(shop.url, companies[store], { document, post_statuses: statuses });
      const { failures, run, legs } = await world.sync(tenant, 'orders');
      expect(run.status).toBe('completed');
      expect(failures.map(({ label, failure }) => `${label}: ${failure.reason}`)).toEqual([]);
      const books = totalsByNumber(tenant.company, document === 'invoice' ? 'Invoice' : 'SalesReceipt');
      const rows = await world.supabase?.sql(
        'select source_id, round(total, 2)::text as total from orders where tenant_id = $1',
        [tenant.id],
      );
      const warehouse = new Map(rows?.map((row) => [String(row.source_id), String(row.total)]));
      for (const order of orders) {
        // What is in the trash is gone.
        if (order.status === 'trash') continue;
        expect(warehouse.get(String(order.id)), order.number).toBe(money(order.total));
        const empty = order.line_items.length + order.shipping_lines.length + order.fee_lines.length === 0;
        const unpaid = document === 'sales_receipt' && !books.has(order.number);
        if (!empty && !unpaid) expect(books.get(order.number), order.number).toBe(money(order.total));
      }
      expect(books.size).toBeGreaterThan(store === 'a' ? 60 : 2);
      const again = await world.sync(tenant, 'orders');
      for (const leg of again.legs) expect(leg.counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
      expect(legs).toHaveLength(2);
    },
  );
});
