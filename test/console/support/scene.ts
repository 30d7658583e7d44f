import type { Product } from '#test/support/product.ts';
import { firstDay } from './console.ts';
import { badName, closedBooks } from './refusals.ts';

/**
 * A shop after its first days: connected, synced, with a few records that did not arrive and one plan that nobody confirmed
 * yet. It is what the pictures show; each screen adds what it wants to be seen with.
 */
export async function setScene(product: Product): Promise<void> {
  product.company.failNext({ entity: 'Customer', operation: 'create', fault: badName, times: 1 });
  product.company.failNext({ entity: 'Invoice', operation: 'create', fault: closedBooks, times: 3 });
  await firstDay(product);
  await compareDays(product);
  const paid = [...product.shop.shop.orders.values()].filter(({ status }) => status === 'processing');
  for (const { id } of paid.slice(0, 4)) product.shop.orders.edit(id, { customer_note: 'Please ring twice' });
  await product.sync('dry-run/orders', { mode: 'incremental' });
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
