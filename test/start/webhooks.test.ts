import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '#test/support/product.ts';

const keys = {
  consumerKey: 'ck_webhooks0000000000000000000000000000',
  consumerSecret: 'cs_webhooks0000000000000000000000000000',
  appSecret: 'webhooks-app-secret',
  supabaseSecret: 'sb_secret_webhooks000000000000',
};

let product: Product;
beforeAll(async () => {
  product = await startProduct({ orders: 8, keys });
}, 400_000);
afterAll(() => product.stop());

describe('a shop that tells of changes', () => {
  it('[E9][I4] has its edits in the books without anybody asking for a sync', async () => {
    await product.connect();
    await product.shop.deliverWebhooks();
    const { json: health } = await product.call('GET', '/api/webhooks/health');
    expect(health.items).toContainEqual(
      expect.objectContaining({ platform: 'woocommerce', status: 'healthy', failure: null }),
    );
    expect([...(product.shop.shop.webhooks?.values() ?? [])].every(({ pendingPing }) => !pendingPing)).toBe(true);
    const { json } = await product.sync('orders', { mode: 'full', target: 'quickbooks' });
    expect(json.status).toBe('completed');
    const order = [...product.shop.shop.orders.values()].find(({ status }) => status === 'completed');
    product.shop.orders.edit(order?.id ?? 0, { customer_note: 'Told by the shop' });
    expect(await product.shop.deliverWebhooks()).toBe(1);
    // The bell is held back for two seconds, then the run is carried out.
    await product.cloud.idle(60_000);
    expect(JSON.stringify(product.company.list('Invoice'))).toContain('Told by the shop');
    const { json: runs } = await product.call('GET', '/api/sync/status?limit=2');
    expect(runs.items).toContainEqual(
      expect.objectContaining({ requested_by: 'webhook:woocommerce', status: 'completed' }),
    );
  });

  it('[E9][I4] is believed by its signature only, answered by what the deployed function answers', async () => {
    const [hook] = product.shop.shop.webhooks?.values() ?? [];
    const post = (headers: Record<string, string>, body: string) =>
      fetch(hook?.deliveryUrl ?? '', { method: 'POST', headers, body });
    expect((await post({ 'content-type': 'application/json' }, '{"id":1}')).status).toBe(401);
    expect((await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'webhook_id=1')).status).toBe(200);
    const lines = product.logLines.join('\n');
    expect(lines).not.toContain(hook?.secret ?? 'none');
  });

  it('[E9][I4] has its hooks put right by the schedule, and none left when it is disconnected', async () => {
    const [hook] = product.shop.shop.webhooks?.values() ?? [];
    if (hook) hook.status = 'disabled';
    await product.cloud.invoke('easysale-sync-local-keep-webhooks', {});
    expect(hook?.status).toBe('active');
    const off = await product.call('POST', '/api/integrations/woocommerce/webhooks', { enabled: false });
    expect(off.json).toMatchObject({ status: 'off', enabled: false });
    expect(hook?.status).toBe('paused');
    await product.call('DELETE', '/api/integrations/woocommerce/credentials');
    expect(product.shop.shop.webhooks?.size).toBe(0);
    expect(await product.call('POST', '/api/integrations/woocommerce/webhooks', { enabled: true })).toMatchObject({
      status: 409,
      json: { code: 'connection.required' },
    });
  });
});
