import { describe, expect, it } from 'vitest';
import { startShop } from './woocommerce-support.ts';

const ada = { email: 'ada@customers.example', first_name: 'Ada' };

/** A shop with one customer and an administrator. */
async function setting() {
  const shop = await startShop({ shop: { orders: 5 } });
  const { id } = (await shop.post('customers', ada)).body;
  const [admin] = (await shop.get('customers?role=administrator')).body;
  const batch = async (body: unknown) => (await shop.post('customers/batch', body)).body;
  return { shop, id, admin, batch };
}

describe('customers', () => {
  it('[F7] have an address of their own, whatever its letters', async () => {
    const { shop, id, batch } = await setting();
    const { id: other } = (await shop.post('customers', { email: 'bob@customers.example' })).body;
    const body = {
      create: [{ email: 'ADA@customers.example' }],
      update: [
        { id: other, email: 'Ada@Customers.example' },
        { id, email: 'ADA@customers.example' },
        { id, email: ada.email, last_name: 'Lovelace' },
      ],
    };
    const { create, update } = await batch(body);
    expect(create[0]).toEqual({
      id: 0,
      error: {
        code: 'registration-error-email-exists',
        message:
          'An account is already registered with ADA@customers.example. Please log in or use a different email address.',
        data: { status: 400 },
      },
    });
    const codes = update.map(({ error }: { error?: { code: string } }) => error?.code);
    expect(codes).toEqual([
      'woocommerce_rest_customer_invalid_email',
      // Its own address in other letters is taken too.
      'woocommerce_rest_customer_invalid_email',
      undefined,
    ]);
    expect(update[2]).toMatchObject({ id, email: ada.email, last_name: 'Lovelace' });
  });

  it('[F7] get a user name that nobody has, which stays', async () => {
    const { shop, id, batch } = await setting();
    const { create, update } = await batch({
      create: [{ email: 'ada@elsewhere.example' }, { email: 'x@elsewhere.example', username: 'ada' }],
      update: [{ id, username: 'countess' }],
    });
    expect(create[0]).toMatchObject({ username: 'ada-0001', role: 'customer' });
    expect(create[1].error.code).toBe('registration-error-username-exists');
    expect(update[0].error.code).toBe('woocommerce_rest_customer_invalid_argument');
    expect((await shop.get(`customers/${id}`)).body.username).toBe('ada');
  });

  it('[F7] are checked for their form one by one, and by other words in a batch', async () => {
    const { shop, id, batch } = await setting();
    const bad = { email: 'nobody' };
    expect((await shop.put(`customers/${id}`, bad)).body).toMatchObject({
      code: 'rest_invalid_param',
      data: { details: { email: { code: 'rest_invalid_email' } } },
    });
    expect((await shop.put(`customers/${id}`, { billing: { email: '' } })).body.code).toBe('rest_invalid_param');
    expect((await shop.get('customers?email=nobody')).body.code).toBe('rest_invalid_param');
    const { create, update } = await batch({
      create: [bad, {}, { id: 7, email: 'c@customers.example' }, { ...bad, email: 'd@customers.example' }],
      update: [
        { id, billing: { email: 'nobody' } },
        { id, billing: { email: '' } },
        { id: 99_999, first_name: 'x' },
      ],
    });
    const codes = [...create, ...update].map(({ error }) => error?.code);
    expect(codes).toEqual([
      'customer_invalid_email',
      'registration-error-invalid-email',
      'woocommerce_rest_customer_exists',
      undefined,
      'customer_invalid_billing_email',
      undefined,
      'woocommerce_rest_invalid_id',
    ]);
    expect((await shop.put('customers/99999', {})).body.code).toBe('wc_user_invalid_id');
  });

  it('[F7] lose tags, line breaks, percent codes and backslashes of their names, and are kept escaped', async () => {
    const { shop } = await setting();
    const { body } = await shop.post('customers', {
      email: 'hostile@customers.example',
      first_name: ' <b>Tom</b>\n&  Jerry 50%20 ',
      last_name: 'AC\\DC <script>alert(1)</script>',
      billing: { company: 'Müller & <i>Söhne</i>', address_1: 'C:\\Street' },
    });
    expect(body).toMatchObject({
      first_name: 'Tom &amp; Jerry 50',
      last_name: 'ACDC',
      billing: { company: 'Müller & <i>Söhne</i>', address_1: 'C:Street' },
    });
  });

  it('[F7] that manage the shop keep address and account, but for a batch', async () => {
    const { shop, admin, batch } = await setting();
    const path = `customers/${admin.id}`;
    expect(await shop.put(path, { email: 'new@shop.example' })).toMatchObject({
      status: 401,
      body: { code: 'woocommerce_rest_cannot_edit' },
    });
    expect((await shop.put(path, { email: admin.email, last_name: 'Boss' })).body.last_name).toBe('Boss');
    expect(await shop.remove(`${path}?force=true`)).toMatchObject({
      status: 401,
      body: { code: 'woocommerce_rest_cannot_delete' },
    });
    expect((await batch({ update: [{ id: admin.id, email: 'new@shop.example' }] })).update[0].email).toBe(
      'new@shop.example',
    );
    expect((await batch({ delete: [0, admin.id, admin.id] })).delete).toEqual([
      expect.objectContaining({ id: admin.id, role: 'administrator' }),
      expect.objectContaining({ error: expect.objectContaining({ code: 'wc_user_invalid_id' }) }),
    ]);
  });
});
