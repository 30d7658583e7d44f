import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadPage } from '#shared/connectors/source.ts';
import { classify } from '#shared/connectors/woocommerce/client.ts';
import { woocommerce } from '#shared/connectors/woocommerce/index.ts';
import type { Failure, Result } from '#shared/core/failure.ts';
import { serve } from '#test/support/http.ts';
import { full, keys, shopSecret, startShop } from './shop.ts';
import { contextOf, opened } from './support.ts';

/** What a shop that answers this leads to. */
async function shopAnswering(status: number, body: string, type = 'text/html'): Promise<Result<ReadPage>> {
  const server = await serve(async (_request, _body, response) => {
    response.writeHead(status, { 'content-type': type, 'x-wp-total': '1', 'x-wp-totalpages': '1' }).end(body);
  });
  onTestFinished(() => server.close());
  const context = contextOf({
    url: server.url,
    secret: shopSecret,
    profile: { store_url: server.url, currency: 'USD' },
  });
  return opened(woocommerce.openSource, context).read('order', full);
}

function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('it succeeded');
  return result.failure;
}

describe('credentials', () => {
  it.each([
    [
      'a wrong secret',
      { ...shopSecret, consumer_secret: 'cs_wrong' },
      'woocommerce.secret_invalid',
      'woocommerce_rest_authentication_error',
    ],
    [
      'an unknown key',
      { ...shopSecret, consumer_key: 'ck_unknown' },
      'woocommerce.key_unknown',
      'woocommerce_rest_cannot_view',
    ],
    ['no keys', {}, 'woocommerce.key_unknown', 'woocommerce_rest_cannot_view'],
    [
      'a key that may not read',
      { consumer_key: 'ck_write0123456789', consumer_secret: 'cs_write0123456789' },
      'woocommerce.key_scope',
      'woocommerce_rest_authentication_error',
    ],
  ])('%s is an authentication failure that says what to do', async (_what, secret, code, platformCode) => {
    const shop = await startShop({ orders: 5 }, secret as typeof shopSecret);
    const failure = failureOf(await shop.source.read('order', full));

    expect(failure).toMatchObject({ category: 'authentication', code, platform_code: platformCode, retryable: false });
    expect(failure.fix.length).toBeGreaterThan(20);
    expect(JSON.stringify(failure)).not.toContain(keys.consumerSecret);
  });

  it('are checked for their form before anything is asked', () => {
    const { credentials } = woocommerce;
    if (!credentials) throw new Error('no credentials');
    const good = {
      store_url: 'https://shop.example/wp-json/wc/v3/',
      consumer_key: 'ck_0123456789',
      consumer_secret: 'cs_0123456789',
    };

    expect(credentials.parse(good)).toMatchObject({ store_url: 'https://shop.example' });
    expect(credentials.parse({ ...good, store_url: 'https://shop.example/sub/' })).toMatchObject({
      store_url: 'https://shop.example/sub',
    });
    for (const bad of [
      { store_url: 'shop.example' },
      { store_url: 'ftp://shop.example' },
      { consumer_key: 'cs_0123456789' },
      { consumer_kee: 'x' },
    ]) {
      expect(credentials.safeParse({ ...good, ...bad }).success).toBe(false);
    }
  });
});

describe('a check of the connection', () => {
  it('says what the shop is', async () => {
    const shop = await startShop({ orders: 5, style: 'tax_inclusive' });
    const context = contextOf({
      url: shop.simulator.url,
      secret: shopSecret,
      profile: { store_url: shop.simulator.url },
      clock: shop.clock,
    });
    const { settings } = shop.simulator.shop;

    expect(await woocommerce.check(context)).toMatchObject({
      ok: true,
      value: {
        profile: {
          name: settings.name,
          time_zone: settings.timeZone,
          currency: 'EUR',
          prices_include_tax: true,
          round_at_subtotal: false,
          version: settings.version,
        },
        warnings: [],
      },
    });
  });

  it('warns of a shop whose tax is rounded once per order', async () => {
    const shop = await startShop({ orders: 5, settings: { roundAtSubtotal: true } });
    const context = contextOf({
      url: shop.simulator.url,
      secret: shopSecret,
      profile: { store_url: shop.simulator.url },
      clock: shop.clock,
    });
    const result = await woocommerce.check(context);

    expect(result.ok && result.value.warnings.length).toBe(1);
  });
});

describe('what stands before the shop', () => {
  it('a PHP notice before the answer is read past', async () => {
    const notice = '<br />\n<b>Notice</b>:  Undefined index in <b>/var/www/functions.php</b> on line <b>12</b><br />\n';
    expect(await shopAnswering(200, `${notice}[]`)).toMatchObject({ ok: true, value: { records: [], next: null } });
  });

  it('a byte order mark before the answer is read past', async () => {
    expect(await shopAnswering(200, '\uFEFF[]')).toMatchObject({ ok: true });
  });

  it.each([
    ['a page of a cache or firewall', '<!doctype html><html><body>Checking your browser</body></html>'],
    ['an empty body', ''],
    ['half an answer', '[{"id": 1, "status"'],
    ['an object where a list belongs', '{"message":"maintenance"}'],
    ['a notice that looks like the answer', 'Array [0] not found<br>[]'],
  ])('%s is no answer, and may pass', async (_what, body) => {
    expect(failureOf(await shopAnswering(200, body))).toMatchObject({
      category: 'network',
      code: 'woocommerce.unexpected_reply',
      retryable: true,
    });
  });

  it.each([
    [401, 'authentication', 'woocommerce.key_unknown', false],
    [403, 'authentication', 'woocommerce.blocked', false],
    [404, 'not_found', 'woocommerce.not_found', false],
    [429, 'rate_limit', 'woocommerce.throttled', true],
    [500, 'network', 'woocommerce.unavailable', true],
    [503, 'network', 'woocommerce.unavailable', true],
    [418, 'validation', 'woocommerce.refused', false],
    [301, 'validation', 'woocommerce.redirected', false],
  ])('an HTML page with status %i is a failure of category %s', async (status, category, code, retryable) => {
    expect(failureOf(await shopAnswering(status, '<html>no</html>'))).toMatchObject({ category, code, retryable });
  });
});

describe('the recorded errors', () => {
  interface Recorded {
    readonly name: string;
    readonly method: string;
    readonly status: number;
    readonly answer: { readonly code?: string } | null;
  }
  const recorded = JSON.parse(
    readFileSync(new URL('../fixtures/woocommerce/errors.json', import.meta.url), 'utf8'),
  ) as Recorded[];
  const categories: Readonly<Record<number, string>> = {
    400: 'validation',
    401: 'authentication',
    404: 'not_found',
    410: 'validation',
    413: 'validation',
    500: 'network',
    501: 'network',
  };

  it.each(recorded.filter(({ status, answer }) => status >= 400 && answer).map((one) => [one.name, one] as const))(
    '[E7] %s has its category and the shop’s own code',
    (_name, { status, answer }) => {
      const failure = classify(
        { status, headers: new Headers({ 'cf-ray': 'ray-1' }), text: JSON.stringify(answer) },
        'wc/v3/orders',
      );

      expect(failure).toMatchObject({ category: categories[status], platform_code: answer?.code, trace_id: 'ray-1' });
      expect(failure.reason).not.toBe('');
    },
  );

  it('of an address that leads on name the address to use', () => {
    const headers = new Headers({ location: 'https://www.shop.example/wp-json/wc/v3/orders?x=1' });
    const failure = classify({ status: 301, headers, text: '' }, 'wc/v3/orders');

    expect(failure).toMatchObject({
      field: 'store_url',
      reason: "The shop's address leads on to https://www.shop.example.",
    });
  });

  it('name the parameter at fault', () => {
    const answer = recorded.find(({ name }) => name === '400_bad_date')?.answer;
    const failure = classify({ status: 400, headers: new Headers(), text: JSON.stringify(answer) }, 'wc/v3/orders');

    expect(failure.field).toBe('modified_after');
  });

  it('of a shop without the API are told apart from a missing record', () => {
    const reply = (code: string) => ({
      status: 404,
      headers: new Headers(),
      text: JSON.stringify({ code, message: 'x' }),
    });
    expect(classify(reply('rest_no_route'), 'wc/v3/orders').code).toBe('woocommerce.no_api');
    expect(classify(reply('woocommerce_rest_shop_order_invalid_id'), 'wc/v3/orders/1').code).toBe(
      'woocommerce.not_found',
    );
  });
});

describe('a record that cannot be understood', () => {
  it('is rejected alone, with its id, and the rest of the page is read', async () => {
    const shop = await startShop({ orders: 8 });
    const page = await shop.source.read('order', full);
    if (!page.ok) throw new Error(page.failure.reason);
    const [first, ...others] = page.value.records.map(({ raw }) => raw);
    const broken = { ...first, total: '12 EUR' };
    const result = await shopAnswering(
      200,
      JSON.stringify([broken, { id: 5 }, ...others, null, 'text']),
      'application/json',
    );

    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    expect(result.value.records.length).toBe(others.length);
    expect(result.value.rejected).toMatchObject([
      {
        entity: 'order',
        id: String(first?.id),
        failure: { category: 'validation', code: 'woocommerce.unreadable_record', field: 'total' },
      },
      { entity: 'order', id: '5', failure: { code: 'woocommerce.unreadable_record' } },
    ]);
  });
});
