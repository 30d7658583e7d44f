import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '#test/support/product.ts';

const keys = {
  consumerKey: 'ck_11112222333344445555666677778888',
  consumerSecret: 'cs_11112222333344445555666677778888',
  appSecret: 'app-secret-of-the-notification-test',
  supabaseSecret: 'sb_secret_notifications0123456789',
};

let product: Product;
beforeAll(async () => {
  product = await startProduct({ orders: 4, keys });
}, 180_000);
afterAll(() => product.stop());

const path = '/api/notifications';

it('a sync with failures is told by e-mail, by functions that may do nothing else', async () => {
  await product.connect();
  const channels = { email: { enabled: true, recipients: ['ann@shop.example'] } };
  expect(await product.call('PUT', `${path}/settings`, { channels })).toMatchObject({ status: 200 });
  expect((await product.call('POST', `${path}/test`, { channel: 'email' })).json).toMatchObject({ ok: true });
  expect(product.cloud.mails()).toMatchObject([
    { to: ['ann@shop.example'], subject: '[EasySale Sync] This is a test' },
  ]);

  product.company.settings.bookCloseDate = '2035-01-01';
  expect((await product.sync('orders')).json).toMatchObject({ status: 'completed' });
  const turn = await product.cloud.invoke('easysale-sync-local-notify', {});
  expect(turn).toMatchObject({ ok: true });
  const mail = product.cloud.mails().at(-1);
  expect(mail?.subject).toMatch(/The sync of orders completed, but \d+ records? did not arrive/);
  expect(mail?.text).toMatch(/The latest: Order \d+/);
  const history = await product.call('GET', `${path}/history?status=delivered`);
  expect(history.json.items).toMatchObject([
    { events: [{ kind: 'sync_completed_with_failures', data: { causes: expect.any(Array) } }] },
    { events: [{ kind: 'test' }] },
  ]);

  const { json } = await product.call('POST', `${path}/webhook-secret`);
  expect(json.secret).toMatch(/^whsec_/);
  expect((await product.storedSecrets()).some((value) => value.includes(String(json.secret)))).toBe(true);
  expect(product.logLines.join('\n')).not.toContain(String(json.secret));
});
