import { describe, expect, it } from 'vitest';
import { fixture, keyPaths, manualClock, now, startShop } from './woocommerce-support.ts';

const ids = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);

describe('paging', () => {
  it('walks every order once by id and says how many there are', async () => {
    const shop = await startShop();
    const first = await shop.get('orders?orderby=id&order=asc&per_page=50&status=any');
    const pages = Number(first.headers.get('x-wp-totalpages'));
    const seen = ids(first.body);
    for (let page = 2; page <= pages; page += 1) {
      seen.push(...ids((await shop.get(`orders?orderby=id&order=asc&per_page=50&page=${page}`)).body));
    }

    expect(seen.length).toBe(Number(first.headers.get('x-wp-total')));
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    expect(first.headers.get('link')).toMatch(/page=2>; rel="next"/);
  });

  it('says a total of zero beyond the last page of HPOS orders, and the true total elsewhere', async () => {
    const hpos = await startShop();
    const legacy = await startShop({ shop: { style: 'tax_inclusive' } });
    const totals = async (path: string, shop = hpos) =>
      (await shop.get(`${path}?page=99&per_page=100`)).headers.get('x-wp-total');

    expect(await totals('orders')).toBe('0');
    expect(await totals('orders', legacy)).not.toBe('0');
    expect(await totals('products')).not.toBe('0');
    expect(await totals('customers')).not.toBe('0');
  });

  it('answers HEAD with the counts and no body', async () => {
    const shop = await startShop();
    const head = await shop.call('wc/v3/orders?per_page=1', { method: 'HEAD' });

    expect(head).toMatchObject({ status: 200, body: null });
    expect(Number(head.headers.get('x-wp-total'))).toBeGreaterThan(50);
  });

  it('breaks ties of one modified second by id, in the direction of the order', async () => {
    const shop = await startShop();
    const rows = async (order: string) => {
      const { body } = await shop.get(
        `orders?per_page=100&orderby=modified&order=${order}&_fields=id,date_modified_gmt`,
      );
      return body as { id: number; date_modified_gmt: string }[];
    };
    const up = await rows('asc');
    const sorted = up.toSorted((a, b) =>
      a.date_modified_gmt < b.date_modified_gmt ? -1 : a.date_modified_gmt > b.date_modified_gmt ? 1 : a.id - b.id,
    );

    expect(new Set(up.map((row) => row.date_modified_gmt)).size).toBeLessThan(up.length);
    expect(up).toEqual(sorted);
    expect(ids((await rows('desc')).slice(0, 5))).toEqual(
      ids((await shop.get('orders?per_page=5&orderby=modified')).body),
    );
  });

  it('loses rows of page 2 when rows of page 1 change in between, as the platform does', async () => {
    const shop = await startShop();
    const query = 'orders?orderby=modified&order=asc&per_page=10&_fields=id';
    const [first, before] = [await shop.get(query), await shop.get(`${query}&page=2`)];
    for (const { id } of first.body.slice(0, 2)) shop.orders.edit(id, { meta_data: [{ key: 't', value: '1' }] });
    const after = await shop.get(`${query}&page=2`);

    expect(ids(after.body).slice(0, 8)).toEqual(ids(before.body).slice(2));
  });
});

describe('filters', () => {
  it('counts abandoned checkouts among any, and the trash only when named alone', async () => {
    const shop = await startShop({ shop: { orders: 300 } });
    const statuses = async (query: string) =>
      new Set(
        (await shop.get(`orders?per_page=100&_fields=status&${query}`)).body.map(
          (row: { status: string }) => row.status,
        ),
      );

    expect(await statuses('')).toContain('checkout-draft');
    expect(await statuses('status=any,trash')).not.toContain('trash');
    expect([...(await statuses('status=any&status=trash'))]).toEqual(['trash']);
    expect([...(await statuses('status[]=pending&status[]=failed'))].sort()).toEqual(['failed', 'pending']);
    expect([...(await statuses('status=pending,failed'))].sort()).toEqual(['failed', 'pending']);
  });

  it('limits include by per_page, skips unknown ids and trashed orders, and keeps the order given', async () => {
    const shop = await startShop();
    const [a, b, c] = ids((await shop.get('orders?per_page=3')).body) as [number, number, number];
    shop.orders.remove(c);

    expect(ids((await shop.get(`orders?include=${b},${a},${c},99999999&orderby=include`)).body)).toEqual([b, a]);
    expect((await shop.get(`orders?include=${b},${a}&per_page=1`)).body).toHaveLength(1);
  });

  it('ignores parameters an endpoint does not know, modified_after of customers included', async () => {
    const shop = await startShop();
    const plain = await shop.get('customers?role=all&per_page=100');
    const filtered = await shop.get('customers?role=all&per_page=100&modified_after=2099-01-01T00:00:00&foo=bar');

    expect(filtered.body).toEqual(plain.body);
  });

  it('finds customers by exact e-mail whatever its case, and hides other roles by default', async () => {
    const shop = await startShop();
    const found = await shop.get('customers?email=caps.mail@CUSTOMERS.example');
    const listed = await shop.get('customers?per_page=100&orderby=id&_fields=role');

    expect(found.body.map(({ email }: { email: string }) => email)).toEqual(['Caps.MAIL@Customers.Example']);
    expect(new Set(listed.body.map(({ role }: { role: string }) => role))).toEqual(new Set(['customer']));
  });

  it('lists products by SKU, variations included', async () => {
    const shop = await startShop();
    const { body } = await shop.get('products?sku=MUG-1999,SHIRT-ROT-S&per_page=100');

    expect(body.map(({ type, sku }: { type: string; sku: string }) => `${type} ${sku}`).sort()).toEqual([
      'simple MUG-1999',
      'variation SHIRT-ROT-S',
    ]);
  });

  it('has the global list of variations only from version 10 on', async () => {
    const ten = await startShop();
    const nine = await startShop({ shop: { style: 'tax_inclusive' } });

    expect((await ten.get('variations')).status).toBe(200);
    expect((await nine.get('variations')).body.code).toBe('rest_no_route');
  });

  it('cuts records down to _fields; a list loses its links and a single record keeps them', async () => {
    const shop = await startShop();
    const list = await shop.get('orders?per_page=1&_fields=id,billing.email');
    const [row] = list.body;
    const one = await shop.get(`orders/${row.id}?_fields=id,total`);

    expect(Object.keys(row)).toEqual(['id', 'billing']);
    expect(Object.keys(row.billing)).toEqual(['email']);
    expect(Object.keys(one.body)).toEqual(['id', 'total', '_links']);
  });

  it('prints amounts with dp decimals', async () => {
    const shop = await startShop();
    const [{ id, total }] = (await shop.get('orders?per_page=1&status=completed')).body;

    expect((await shop.get('orders?per_page=1&status=completed&dp=4')).body[0]).toMatchObject({
      id,
      total: `${total}00`,
    });
  });
});

describe('the time zone trap', () => {
  const changedAt = '2026-11-22T17:30:00';

  /** One order changed at 17:30 UTC, everything else long before. */
  async function shopWithOneChange(style: 'tax_exclusive' | 'tax_inclusive') {
    const shop = await startShop({
      shop: { style, now: Date.parse('2026-06-01T00:00:00Z') },
      clock: manualClock(Date.parse(`${changedAt}Z`)),
    });
    const [{ id }] = (await shop.get('orders?per_page=1&status=processing')).body;
    shop.orders.edit(id, { status: 'completed' });
    const count = async (query: string) => Number((await shop.get(`orders?${query}`)).headers.get('x-wp-total'));
    return { count };
  }

  it.each(['tax_exclusive', 'tax_inclusive'] as const)(
    'is avoided by naive UTC with dates_are_gmt in a %s store',
    async (style) => {
      const { count } = await shopWithOneChange(style);

      expect(
        await count('dates_are_gmt=true&modified_after=2026-11-22T17:29:59&modified_before=2026-11-22T17:30:01'),
      ).toBe(1);
      expect(await count(`dates_are_gmt=true&modified_after=${changedAt}`)).toBe(0);
      expect(await count(`dates_are_gmt=true&modified_before=${changedAt}&modified_after=2026-11-01T00:00:00`)).toBe(0);
      expect(await count('modified_after=2026-11-22T17:29:59Z')).toBe(1);
      expect(await count('modified_after=2026-11-22T18:29:59%2B01:00')).toBe(1);
    },
  );

  it('opens the window five hours early in New York', async () => {
    const { count } = await shopWithOneChange('tax_exclusive');

    expect(await count('dates_are_gmt=true&modified_after=2026-11-22T22:29:59Z')).toBe(1);
    expect(await count('dates_are_gmt=true&modified_after=2026-11-22T22:30:00Z')).toBe(0);
    expect(await count('modified_after=2026-11-22T17:29:59')).toBe(0);
  });

  it('opens the window one hour late in Berlin, so recent changes are lost', async () => {
    const { count } = await shopWithOneChange('tax_inclusive');

    expect(await count('dates_are_gmt=true&modified_after=2026-11-22T17:29:59Z')).toBe(0);
    expect(await count('dates_are_gmt=true&modified_after=2026-11-22T16:29:59Z')).toBe(1);
  });

  it('prints store-local times with a UTC twin, neither with a zone, across summer time', async () => {
    const shop = await startShop({ shop: { style: 'tax_inclusive', orders: 200 } });
    const { body } = await shop.get('orders?per_page=100&_fields=date_created,date_created_gmt');
    const offsets = new Set(
      body.map(
        (row: Record<string, string>) =>
          (Date.parse(`${row.date_created}Z`) - Date.parse(`${row.date_created_gmt}Z`)) / 3_600_000,
      ),
    );

    expect(offsets).toEqual(new Set([1, 2]));
    expect((await shop.call('')).body).toMatchObject({ timezone_string: 'Europe/Berlin', gmt_offset: 1 });
  });

  it('reads the hour that occurs twice as its first occurrence on HPOS', async () => {
    const second = Date.parse('2026-11-01T06:30:00Z');
    const shop = await startShop({ shop: { now: Date.parse('2026-06-01T00:00:00Z') }, clock: manualClock(second) });
    shop.orders.create({ customer_note: 'second 01:30' });
    const local = await shop.get('orders?after=2026-11-01T01:29:59&before=2026-11-01T01:30:01');
    const utc = await shop.get('orders?dates_are_gmt=true&after=2026-11-01T06:29:59&before=2026-11-01T06:30:01');

    expect([local.body.length, utc.body.length]).toEqual([0, 1]);
    expect(utc.body[0].date_created).toBe('2026-11-01T01:30:00');
  });
});

describe('records', () => {
  const first = async (path: string, style: 'tax_exclusive' | 'tax_inclusive' = 'tax_exclusive') =>
    (await (await startShop({ shop: { style } })).get(path)).body;

  it.each([
    ['customers?role=customer&per_page=1', 'customer.json'],
    ['products?sku=MUG-1999', 'product.json'],
    ['coupons?code=third', 'coupon.json'],
  ])('of %s have the members the real store sent', async (path, name) => {
    const [ours] = await first(path);

    expect(Object.keys(ours)).toEqual(Object.keys(fixture(`records/${name}`)));
    expect(keyPaths(ours._links)).toEqual(keyPaths(fixture(`records/${name}`)._links));
  });

  it('of orders have the members the real stores sent, in both kinds of store', async () => {
    for (const style of ['tax_exclusive', 'tax_inclusive'] as const) {
      const orders = await first('orders?per_page=100', style);
      const names =
        style === 'tax_exclusive'
          ? ['o01_processing_3x1999_ny', 'o06_coupon_pct15', 'o09_fees']
          : ['o01_processing_3x1999_ny', 'o06_coupon_pct', 'o09_fees'];
      const folder = style === 'tax_exclusive' ? 'orders-a' : 'orders-b';
      const real = names.map((name) => fixture(`${folder}/${name}.json`));
      const shape = (rows: unknown[]) =>
        [...new Set(keyPaths(rows))].filter((path) => !path.startsWith('[].refunds')).sort();

      expect(shape(orders)).toEqual(shape(real));
      expect(Object.keys(orders[0])).toEqual(Object.keys(real[0]));
    }
  });

  it('of variations, refunds, taxes and settings have the members the real store sent', async () => {
    const shop = await startShop({ shop: { orders: 300 } });
    const [parent] = (await shop.get('products?sku=SHIRT')).body;
    const [variation] = (await shop.get(`products/${parent.id}/variations`)).body;
    const refunds = (await shop.get('refunds?per_page=100')).body;
    const withLines = refunds.find((refund: { line_items: unknown[] }) => refund.line_items.length > 0);
    const nested = (await shop.get(`orders/${withLines.parent_id}/refunds`)).body[0];
    const settings = (await shop.get('settings/tax')).body;

    expect(Object.keys(variation)).toEqual(Object.keys(fixture('records/variation.json')));
    expect(Object.keys(withLines)).toEqual(Object.keys(fixture('records/refund-global.json')));
    expect(Object.keys(nested)).toEqual(Object.keys(fixture('records/refund-lines.json')[0]));
    expect(keyPaths(withLines.line_items)).toEqual(keyPaths(fixture('records/refund-lines.json')[0].line_items));
    expect((await shop.get('taxes?per_page=1')).body.map(Object.keys)).toEqual([
      Object.keys(fixture('records/taxes-a.json')[0]),
    ]);
    expect(settings.map(({ id }: { id: string }) => id)).toEqual(
      fixture('records/settings-tax.json').map(({ id }: { id: string }) => id),
    );
    expect((await shop.get('settings/general/woocommerce_currency')).body).toMatchObject({ value: 'USD' });
    expect((await shop.get('settings/tax/woocommerce_tax_round_at_subtotal')).body).toMatchObject({ value: 'no' });
    expect((await shop.get('system_status')).body.settings.HPOS_enabled).toBe(true);
  });

  it('of deleted products show as product 0 and of deleted variations as variation 0', async () => {
    const orders: { line_items: Record<string, unknown>[] }[] = await first('orders?per_page=100&order=asc');
    const lines = orders.flatMap((order) => order.line_items);

    expect(lines.find(({ name }) => name === 'Soon deleted')).toMatchObject({
      product_id: 0,
      sku: null,
      global_unique_id: null,
    });
    expect(lines.find(({ name }) => name === 'Cap - Grün')).toMatchObject({
      variation_id: 0,
      sku: 'CAP',
      parent_name: null,
    });
    expect(lines.find(({ name }) => name === 'Custom line, no product')).toMatchObject({ product_id: 0, sku: null });
  });

  it('serve pages of ten thousand orders quickly', async () => {
    const shop = await startShop({ shop: { orders: 10_000 } });
    await shop.get('orders?per_page=1&orderby=modified');
    const started = performance.now();
    const page = await shop.get(
      `orders?per_page=100&page=50&orderby=modified&order=asc&dates_are_gmt=true&modified_before=2026-11-22T18:00:00`,
    );

    expect(page.body).toHaveLength(100);
    expect(performance.now() - started).toBeLessThan(1500);
    expect(now).toBe(shop.store.now());
  });
});
