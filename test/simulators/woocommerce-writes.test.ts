import { describe, expect, it } from 'vitest';
import { fixture, manualClock, startShop } from './woocommerce-support.ts';

const bumps = fixture('date-modified-bumps.json') as Record<'hpos' | 'legacy', Record<string, boolean>>;

/** Runs an action two seconds later and says whether the record's date_modified moved. */
async function watch(storage: 'hpos' | 'legacy') {
  const clock = manualClock();
  const shop = await startShop({ clock, shop: { style: storage === 'hpos' ? 'tax_exclusive' : 'tax_inclusive' } });
  const modified = async (path: string): Promise<string> => (await shop.get(path)).body.date_modified_gmt;
  const bumped = async (path: string, action: () => Promise<unknown>): Promise<boolean> => {
    clock.advance(2000);
    const before = await modified(path);
    clock.advance(2000);
    await action();
    return (await modified(path)) !== before;
  };
  return { shop, bumped };
}

describe.each(['hpos', 'legacy'] as const)('date_modified on %s storage', (storage) => {
  it('moves for orders as recorded', async () => {
    const { shop, bumped } = await watch(storage);
    const [order] = (await shop.get('orders?status=processing&per_page=100')).body.filter(
      (row: { customer_id: number; line_items: unknown[] }) => row.customer_id > 0 && row.line_items.length > 0,
    );
    const path = `orders/${order.id}`;
    const put = (body: unknown) => () => shop.put(path, body);
    const refund = (amount: string) => () => shop.post(`${path}/refunds`, { amount, api_refund: false });
    const lastRefund = async () => (await shop.get(`${path}/refunds`)).body[0].id;
    const seen: Record<string, boolean> = {};
    const check = async (name: string, action: () => Promise<unknown>) => {
      seen[name] = await bumped(path, action);
    };
    await check('order: PUT status', put({ status: 'on-hold' }));
    await check('order: PUT same status again (no change)', put({ status: 'on-hold' }));
    await check('order: PUT empty body', put({}));
    await check('order: PUT meta_data only', put({ meta_data: [{ key: 'k', value: '1' }] }));
    await check('order: PUT line item quantity', put({ line_items: [{ id: order.line_items[0].id, quantity: 9 }] }));
    await check('order: POST partial refund', refund('0.01'));
    await check('order: DELETE refund', async () => shop.remove(`${path}/refunds/${await lastRefund()}`));
    await check('order: customer renamed', () => shop.put(`customers/${order.customer_id}`, { first_name: 'New' }));
    await check('order: trash', () => shop.remove(path));
    await check('order: untrash by PUT status', put({ status: 'processing' }));
    await check('order: its product renamed', () =>
      shop.put(`products/${order.line_items[0].product_id}`, { name: 'New' }),
    );

    expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, bumps[storage][name]])));
  });

  it('moves for products, variations and customers as recorded', async () => {
    const { shop, bumped } = await watch(storage);
    const [mug] = (await shop.get('products?sku=MUG-1999')).body;
    const [shirt] = (await shop.get('products?sku=SHIRT')).body;
    const [customer] = (await shop.get('customers?per_page=1')).body;
    const variation = `products/${shirt.id}/variations/${shirt.variations[0]}`;
    const sell = (line: unknown) => () => shop.post('orders', { status: 'processing', line_items: [line] });
    const seen: Record<string, boolean> = {};
    const check = async (name: string, path: string, action: () => Promise<unknown>) => {
      seen[name] = await bumped(path, action);
    };
    await check('product: stock reduced by an order', `products/${mug.id}`, sell({ product_id: mug.id, quantity: 1 }));
    await check('product: PUT same price', `products/${mug.id}`, () =>
      shop.put(`products/${mug.id}`, { regular_price: '19.99' }),
    );
    await check('parent product: variation price changed', `products/${shirt.id}`, () =>
      shop.put(variation, { regular_price: '1' }),
    );
    await check('variation: price changed', variation, () => shop.put(variation, { regular_price: '2' }));
    await check('variation: parent renamed', variation, () => shop.put(`products/${shirt.id}`, { name: 'S' }));
    await check('parent product: variation created', `products/${shirt.id}`, () =>
      shop.post(`products/${shirt.id}/variations`, { regular_price: '3', attributes: [{ name: 'Size', option: 'M' }] }),
    );
    await check('parent product: variation deleted', `products/${shirt.id}`, () =>
      shop.remove(`${variation}?force=true`),
    );
    await check('customer: PUT billing', `customers/${customer.id}`, () =>
      shop.put(`customers/${customer.id}`, { billing: { city: 'X' } }),
    );
    await check('customer: places an order', `customers/${customer.id}`, () =>
      shop.post('orders', { customer_id: customer.id }),
    );

    expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, bumps[storage][name]])));
  });
});

describe('orders', () => {
  it('are priced by the store when posted, and posting twice makes two', async () => {
    const shop = await startShop();
    const [mug] = (await shop.get('products?sku=MUG-1999')).body;
    const body = {
      set_paid: true,
      payment_method: 'stripe',
      billing: { email: 'a@b.example', country: 'US', state: 'NY' },
      shipping: { country: 'US', state: 'NY' },
      line_items: [{ product_id: mug.id, quantity: 3 }],
      shipping_lines: [{ method_id: 'flat_rate', method_title: 'Flat rate', total: '6.95' }],
      meta_data: [
        { key: 'n', value: 12 },
        { key: 'list', value: [1, { a: 1.5 }] },
      ],
    };
    const [one, two] = [await shop.post('orders', body), await shop.post('orders', body)];

    expect(one).toMatchObject({
      status: 201,
      body: { status: 'processing', total: '72.86', total_tax: '5.94', date_paid_gmt: '2026-11-22T18:00:00' },
    });
    expect(one.headers.get('location')).toMatch(new RegExp(`/orders/${one.body.id}$`));
    expect(one.body.meta_data.map(({ value }: { value: unknown }) => value)).toEqual(['12', [1, { a: '1.5' }]]);
    expect(two.body.id).not.toBe(one.body.id);
  });

  it('keep totals when only a quantity changes and follow new totals and addresses', async () => {
    const shop = await startShop();
    const [mug] = (await shop.get('products?sku=MUG-1999')).body;
    const { body } = await shop.post('orders', {
      shipping: { country: 'US', state: 'NY' },
      line_items: [{ product_id: mug.id, quantity: 3 }],
    });
    const line = body.line_items[0].id;
    const put = async (patch: unknown) => (await shop.put(`orders/${body.id}`, patch)).body.total;

    expect(await put({ line_items: [{ id: line, quantity: 4 }] })).toBe('65.29');
    expect(await put({ line_items: [{ id: line, total: '10.00' }] })).toBe('10.89');
    expect(await put({ shipping: { state: 'OR' } })).toBe('10.00');
    expect(await put({ line_items: [{ id: line, quantity: 0 }] })).toBe('0.00');
  });

  it('accept an unknown product as a line without product', async () => {
    const shop = await startShop();
    const { status, body } = await shop.post('orders', { line_items: [{ product_id: 99_999_999, quantity: 1 }] });

    expect(status).toBe(201);
    expect(body.line_items[0]).toMatchObject({ product_id: 0, sku: null, total: '0.00' });
  });

  it('answer from the trash, come back by a status and vanish for good when forced', async () => {
    const shop = await startShop();
    const [{ id }] = (await shop.get('orders?status=completed')).body;
    await shop.remove(`orders/${id}`);
    const trashed = (await shop.get(`orders/${id}`)).body.status;
    await shop.put(`orders/${id}`, { status: 'processing' });
    const restored = (await shop.get(`orders/${id}`)).body.status;
    await shop.remove(`orders/${id}?force=true`);

    expect([trashed, restored]).toEqual(['trash', 'processing']);
    expect((await shop.get(`orders/${id}`)).body.code).toBe('woocommerce_rest_shop_order_invalid_id');
    expect(await shop.get(`orders/${id}/refunds`)).toMatchObject({ status: 200, body: [] });
  });

  it('lose their customer when it is deleted but keep the address', async () => {
    const shop = await startShop();
    const order = (await shop.get('orders?per_page=100')).body.find(
      (row: { customer_id: number }) => row.customer_id > 0,
    );
    await shop.remove(`customers/${order.customer_id}?force=true`);

    expect((await shop.get(`orders/${order.id}`)).body).toMatchObject({ customer_id: 0, billing: order.billing });
  });
});

describe('refunds', () => {
  it('compute their amount from lines and turn the order to refunded when nothing is left', async () => {
    const shop = await startShop();
    const [mug] = (await shop.get('products?sku=MUG-1999')).body;
    const { body: order } = await shop.post('orders', {
      shipping: { country: 'US', state: 'NY' },
      status: 'completed',
      line_items: [{ product_id: mug.id, quantity: 3 }],
    });
    const { body: refund } = await shop.post(`orders/${order.id}/refunds`, {
      api_refund: false,
      line_items: [
        { id: order.line_items[0].id, quantity: 1, refund_total: 19.99, refund_tax: [{ id: 1, refund_total: 1.77 }] },
      ],
    });
    const partly = (await shop.get(`orders/${order.id}`)).body;
    await shop.put(`orders/${order.id}`, { status: 'refunded' });
    const fully = (await shop.get(`orders/${order.id}`)).body;
    const real = fixture('records/refund-lines.json')[0];

    expect(refund.amount).toBe('21.76');
    expect(refund.line_items[0]).toMatchObject({ quantity: -1, subtotal: '-19.99', total_tax: '-1.77', price: 19.99 });
    expect(refund.line_items[0].taxes).toEqual(real.line_items[0].taxes);
    expect(refund.tax_lines[0]).toMatchObject({ tax_total: '-1.77', shipping_tax_total: '0.00' });
    expect(partly).toMatchObject({
      status: 'completed',
      total: '65.29',
      refunds: [{ id: refund.id, total: '-21.76' }],
    });
    expect(fully.refunds[0]).toMatchObject({ reason: 'Order fully refunded.', total: '-43.53' });
    expect((await shop.get(`orders/${refund.id}`)).status).toBe(404);
  });
});

describe('batches', () => {
  it('answer 200 with a result per item and delete for good', async () => {
    const shop = await startShop();
    const [a, b] = (await shop.get('orders?per_page=2')).body;
    const body = {
      create: [{ customer_note: 'new' }],
      update: [
        { id: 99_999_999, status: 'completed' },
        { id: a.id, customer_note: 'x' },
      ],
      delete: [b.id, 99_999_998],
    };
    const reply = await shop.post('orders/batch', body);

    expect(reply.status).toBe(200);
    expect(reply.body.create[0].customer_note).toBe('new');
    expect(reply.body.update[0]).toEqual({
      id: 99_999_999,
      error: { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 400 } },
    });
    expect(reply.body.update[1].customer_note).toBe('x');
    expect(reply.body.delete[1].error.data.status).toBe(404);
    expect((await shop.get(`orders/${b.id}`)).status).toBe(404);
  });
});
