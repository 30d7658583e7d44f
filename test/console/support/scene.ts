import { settled } from '#test/contract/two-tenants.ts';
import type { Product } from '#test/support/product.ts';
import { receipt } from '#test/support/tills.ts';
import { firstDay } from './console.ts';
import { contest } from './contest.ts';
import { badName, closedBooks } from './refusals.ts';
import { soldSku } from './screens.ts';

/**
 * A shop after its first days: connected, synced, with something of every kind: records that did not arrive, a change on
 * both sides, a sale at a till, days compared, and a plan that nobody confirmed yet.
 */
export async function setScene(product: Product): Promise<void> {
  product.company.failNext({ entity: 'Customer', operation: 'create', fault: badName, times: 1 });
  product.company.failNext({ entity: 'Invoice', operation: 'create', fault: closedBooks, times: 3 });
  await firstDay(product);
  await contest(product);
  await sellAtTill(product);
  await compareDays(product);
  const paid = [...product.shop.shop.orders.values()].filter(({ status }) => status === 'processing');
  for (const { id } of paid.slice(0, 4)) product.shop.orders.edit(id, { customer_note: 'Please ring twice' });
  await product.sync('dry-run/orders', { mode: 'incremental' });
}

/** Two of five mugs: its stock has a beginning, a movement and what is left. */
async function sellAtTill(product: Product): Promise<void> {
  const { shop, call } = product;
  const sku = soldSku;
  const stock = { manage_stock: true, stock_quantity: 5 };
  shop.products.create({ name: 'Enamel mug', type: 'simple', sku, regular_price: '12', ...stock });
  await call('POST', '/api/integrations/pos/credentials', {});
  await settled(product);
  const data = receipt({ id: 'scene-1', lines: [{ sku, quantity: '2' }] });
  const occurred_at = new Date().toISOString();
  const events = [{ client_id: 'scene-1', kind: 'sale.completed', occurred_at, register: 'till-1', data }];
  await call('POST', '/api/pos/events', { events });
  await settled(product);
}

/** The last 30 days of every system side by side, as the overview asks for them. */
async function compareDays(product: Product): Promise<void> {
  const { json: metrics } = await product.call('GET', '/api/sync/metrics');
  const { start_date, end_date } = metrics;
  const { json: report } = await product.call('POST', '/api/reconciliation', { start_date, end_date });
  for (;;) {
    const { json } = await product.call('GET', `/api/reconciliation/${String(report.report_id)}`);
    if (json.status !== 'queued' && json.status !== 'running') return;
    await product.cloud.idle(60_000);
  }
}
