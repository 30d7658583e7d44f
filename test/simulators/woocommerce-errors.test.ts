import vendor from '@woocommerce/woocommerce-rest-api';
import { describe, expect, it } from 'vitest';
import { fixture, manualClock, startShop } from './woocommerce-support.ts';

interface RecordedError {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** The package is CommonJS: Node wraps its class in `default`, vitest unwraps it. */
const VendorClient = vendor.default ?? (vendor as unknown as typeof vendor.default);

const recorded = fixture('errors.json') as RecordedError[];
/** Need ids of the captured store, other keys, or webhooks; each has its own test below. */
const elsewhere =
  /^401|webhook|200_batch|order_line_unknown|duplicate|already_trashed|bad_coupon|expired|api_refund_gateway|refund_too_much|refund_delete|variation_unknown/;

describe('refusals', () => {
  it.each(recorded.filter(({ name }) => !elsewhere.test(name)))(
    'are the recorded ones: $name',
    async ({ method, path, body, status, answer }) => {
      const shop = await startShop();
      const route = path.replace('products/44', 'products/99999999');
      const reply = await shop.call(`wc/v3/${route}`, { method, ...(body === null ? {} : { body }) });

      expect({ status: reply.status, answer: reply.body }).toEqual({ status, answer });
    },
  );

  it.each(recorded.filter(({ name }) => /coupon/.test(name)))(
    'leave a draft order behind: $name',
    async ({ body, status, answer }) => {
      const shop = await startShop();
      const [mug] = (await shop.get('products?sku=MUG-1999')).body;
      const text = JSON.stringify(body).replace('"product_id":10', `"product_id":${mug.id}`);
      const reply = await shop.post('orders', JSON.parse(text));
      const draft = reply.body.data.new_draft_order_id;

      expect(reply.status).toBe(status);
      expect({ ...reply.body, data: {} }).toEqual({ ...(answer as object), data: {} });
      expect((await shop.get(`orders/${draft}`)).body.status).toBe('checkout-draft');
    },
  );

  it('name the parameter of a page that does not exist or is no number', async () => {
    const shop = await startShop();
    const zero = await shop.get('orders?page=0');
    const word = await shop.get('orders?per_page=many&page=0');

    expect(zero.body).toMatchObject({
      code: 'rest_invalid_param',
      data: { details: { page: { code: 'rest_out_of_bounds' } } },
    });
    expect(word.body.message).toBe('Invalid parameter(s): page, per_page');
  });

  it('cover dates without a time and offsets whose plus became a space', async () => {
    const shop = await startShop();
    for (const value of ['2026-11-19', '2026-11-19T00:00:00+01:00']) {
      expect((await shop.get(`orders?modified_after=${value}`)).body.data.details.modified_after.code).toBe(
        'rest_invalid_date',
      );
    }
    expect((await shop.get('orders?modified_after=2026-11-19T00:00:00.123')).status).toBe(200);
  });

  it('cover taken SKUs and e-mails, the trash, refunds and lists of statuses for products', async () => {
    const shop = await startShop();
    const [order] = (await shop.get('orders?status=processing')).body;
    await shop.remove(`orders/${order.id}`);
    const refund = (body: unknown) => shop.post(`orders/${order.id}/refunds`, body);
    const codes = [
      await shop.post('products', { name: 'dup', sku: 'MUG-1999' }),
      await shop.post('customers', { email: 'JOHN1@customers.example' }),
      await shop.remove(`orders/${order.id}`),
      await refund({ amount: '99999', api_refund: false }),
      await refund({ amount: '1.00' }),
      await shop.remove(`orders/${order.id}/refunds/1`),
      await shop.get('products?status=publish,draft'),
    ].map(({ status, body }) =>
      `${status} ${body.code} ${JSON.stringify(body.data.unique_sku ?? body.data)}`.slice(0, 70),
    );

    expect(codes.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      '400 product_invalid_sku',
      '400 registration-error-email-exists',
      '410 woocommerce_rest_already_trashed',
      '500 woocommerce_rest_cannot_create_order_refund',
      '500 woocommerce_rest_cannot_create_order_refund',
      '404 woocommerce_rest_shop_order_refund_invalid_id',
      '400 rest_invalid_param',
    ]);
    expect(codes[3]).toMatch(/ 500$/);
  });
});

describe('keys', () => {
  const keyed = (code: string) => recorded.find(({ name }) => name === code)?.answer;
  const otherKeys = [
    { consumerKey: 'ck_read', consumerSecret: 'cs_read', permissions: 'read' },
    { consumerKey: 'ck_write', consumerSecret: 'cs_write', permissions: 'write' },
  ] as const;

  it('open the store by Basic authentication and by query string', async () => {
    const shop = await startShop();
    const query = await shop.call('wc/v3/orders?consumer_key=ck_test&consumer_secret=cs_test', {
      headers: { authorization: '' },
    });

    expect([(await shop.get('orders')).status, query.status]).toEqual([200, 200]);
  });

  it('are told apart when unknown, wrong or too narrow', async () => {
    const shop = await startShop({ otherKeys });
    const at = async (key: string, method = 'GET', path = 'orders') =>
      (await shop.call(`wc/v3/${path}`, { key, method, ...(method === 'POST' ? { body: { name: 'x' } } : {}) })).body;

    expect(await at('ck_other:cs')).toEqual(keyed('401_bad_key'));
    expect(await at('ck_test:wrong')).toEqual(keyed('401_bad_secret'));
    expect(await at('ck_read:cs_read', 'POST', 'products')).toEqual(keyed('401_read_key_post'));
    expect(await at('ck_write:cs_write')).toEqual(keyed('401_write_key_get'));
    expect((await shop.call('wc/v3/orders', { headers: { authorization: '' } })).body).toEqual(keyed('401_no_auth'));
    expect((await shop.call('', { headers: { authorization: '' } })).status).toBe(200);
  });

  it('are not heard over plain http unless a proxy says https', async () => {
    const shop = await startShop({ tls: 'none' });
    const plain = await shop.get('orders');
    const proxied = await shop.call('wc/v3/orders', { headers: { 'x-forwarded-proto': 'https' } });

    expect(plain).toMatchObject({ status: 401, body: keyed('401_basic_auth_over_http') });
    expect(proxied.status).toBe(200);
  });

  it("work over plain http with the vendor client's OAuth 1.0a", async () => {
    const shop = await startShop({ tls: 'none', clock: { now: () => Date.now(), sleep: async () => {} } });
    const client = new VendorClient({
      url: shop.url,
      consumerKey: 'ck_test',
      consumerSecret: 'cs_test',
      version: 'wc/v3',
    });
    const reply = await client.get('orders', { per_page: 2, orderby: 'modified', order: 'asc' });

    expect(reply.status).toBe(200);
    expect(reply.data).toHaveLength(2);
  });

  it('refuse OAuth nonces used twice and timestamps out of the window', async () => {
    const shop = await startShop({ tls: 'none', clock: manualClock(1_795_368_956_000) });
    const oauth = (nonce: string, timestamp: number, signature: string) =>
      `wc/v3/orders?oauth_consumer_key=ck_test&oauth_nonce=${nonce}&oauth_signature_method=HMAC-SHA256&oauth_timestamp=${timestamp}&oauth_signature=${encodeURIComponent(signature)}`;
    const call = async (nonce: string, timestamp: number) => {
      const unsigned = oauth(nonce, timestamp, '').replace('&oauth_signature=', '');
      return shop.call(oauth(nonce, timestamp, await signature(`${shop.url}/wp-json/${unsigned}`)), {
        headers: { authorization: '' },
      });
    };
    const first = await call('n1', 1_795_368_956);

    expect(first.status).toBe(200);
    expect((await call('n1', 1_795_368_956)).body).toEqual(keyed('401_oauth_nonce_reused'));
    expect((await call('n2', 1_795_364_956)).body).toEqual(keyed('401_oauth_old_timestamp'));
    expect((await shop.call(oauth('n3', 1_795_368_956, 'bad'), { headers: { authorization: '' } })).status).toBe(401);
  });
});

async function signature(address: string): Promise<string> {
  const { createHmac } = await import('node:crypto');
  const [base = '', query = ''] = address.split('?');
  const text = ['GET', encodeURIComponent(base), encodeURIComponent(query.split('&').sort().join('&'))].join('&');
  return createHmac('sha256', 'cs_test&').update(text).digest('base64');
}
