import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documents } from '#shared/connectors/supabase/tables.ts';
import { warehouse as schema } from '#shared/connectors/supabase/warehouse.ts';
import { keys, order, startWarehouse, tables, userToken, type Warehouse } from './supabase-client.ts';

const orderKey = 'on_conflict=tenant_id,source,source_id';
const merge = { prefer: 'resolution=merge-duplicates,return=representation' };

let warehouse: Warehouse;
const call: Warehouse['call'] = (path, request) => warehouse.call(path, request);
const sql = (text: string, values?: readonly unknown[]) => warehouse.project.sql(text, values);

beforeAll(async () => {
  warehouse = await startWarehouse();
}, 60_000);

beforeEach(async () => {
  await warehouse.empty();
});

afterAll(async () => {
  await warehouse.project.close();
});

describe('the warehouse migration', () => {
  it('can be applied again, and each version is recorded once', async () => {
    expect((await call('/sync_schema?select=version&order=version')).body).toEqual(
      schema.versions.map((version) => ({ version })),
    );
  });

  it('turns row level security on for every table and adds no policy', async () => {
    const open = await sql(
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity",
    );
    expect(open).toEqual([]);
    expect(await sql('select * from pg_policies')).toEqual([]);
  });

  it.each([...tables, 'sync_schema', ...schema.views.map(({ name }) => name)])(
    '[I10] hides %s from the publishable key',
    async (table) => {
      const answer = await call(`/${table}`, { key: keys.publishable });
      expect(answer).toMatchObject({ status: 401, body: { code: '42501' } });
    },
  );

  it('hides the tables from signed-in users', async () => {
    const headers = { authorization: `Bearer ${userToken}` };
    const answer = await call('/orders', { key: keys.publishable, headers });
    expect(answer).toMatchObject({ status: 403, body: { code: '42501' } });
  });

  it('closes the tables on older projects that had granted everything on them', async () => {
    await sql('grant all on public.orders to anon, authenticated');
    await warehouse.project.applyMigration();
    expect((await call('/orders', { key: keys.publishable })).status).toBe(401);
  });

  it('does not let the API change the recorded version', async () => {
    const answer = await call('/sync_schema', { method: 'POST', json: { version: 9 } });
    expect(answer).toMatchObject({ status: 403, body: { code: '42501' } });
  });

  it.each(Object.values(documents).flatMap(({ head, lines }) => [head, ...(lines ? [lines.spec] : [])]))(
    '[F5] has the columns that are written, and the key: $table',
    async ({ table, key, columns }) => {
      const described = await sql(
        "select column_name::text as name from information_schema.columns where table_schema = 'public' and table_name = $1",
        [table],
      );
      expect(described.map(({ name }) => name)).toEqual(expect.arrayContaining(['tenant_id', ...columns, 'synced_at']));
      const keys = await sql(
        'select a.attname::text as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = to_regclass($1) and i.indisprimary',
        [`public.${table}`],
      );
      expect(new Set(keys.map(({ name }) => name))).toEqual(new Set(['tenant_id', ...key]));
    },
  );

  it('keeps amounts to four decimals exactly', async () => {
    await call('/orders', { method: 'POST', json: order('1', { total: '99999999999999.1234' }) });
    expect((await call('/orders?select=total::text')).body).toEqual([{ total: '99999999999999.1234' }]);
  });

  it('describes tables and columns to the secret key only', async () => {
    const { body } = await call('/');
    expect(body).toMatchObject({
      definitions: { orders: { properties: { total: { format: 'numeric(19,4)', type: 'number' } } } },
    });
    expect((await call('/', { key: keys.publishable })).status).toBe(401);
  });
});

describe('newest wins', () => {
  const path = `/orders?${orderKey}&select=status`;
  const write = (status: string, updated: string | null) =>
    call(path, { method: 'POST', headers: merge, json: [order('1', { status, source_updated_at: updated })] });

  beforeEach(async () => {
    await write('processing', '2026-03-02T10:00:00Z');
  });

  it('drops an older version without an error and without returning it', async () => {
    expect(await write('pending', '2026-03-02T09:59:59Z')).toMatchObject({ status: 200, body: [] });
    expect((await call('/orders?select=status')).body).toEqual([{ status: 'processing' }]);
  });

  it.each([
    ['equally old', '2026-03-02T10:00:00Z'],
    ['newer', '2026-03-02T10:00:01Z'],
  ])('writes an %s version', async (_age, updated) => {
    expect(await write('completed', updated)).toMatchObject({ status: 200, body: [{ status: 'completed' }] });
  });

  it('writes a version of unknown age but remembers the known one', async () => {
    expect((await write('completed', null)).body).toEqual([{ status: 'completed' }]);
    expect((await write('pending', '2026-03-01T00:00:00Z')).body).toEqual([]);
  });

  it('drops an older deletion mark sent as an update too', async () => {
    await call('/orders?source_id=eq.1', {
      method: 'PATCH',
      json: { deleted_at: '2026-03-01T00:00:00Z', source_updated_at: '2026-03-01T00:00:00Z' },
    });
    expect((await call('/orders?select=deleted_at')).body).toEqual([{ deleted_at: null }]);
  });

  it.each(tables)('[I10] guards %s and keeps synced_at to itself', async (table) => {
    const [row] = await sql(
      "select count(*)::int as triggers from pg_trigger where tgname = 'sync_keep_newest' and tgrelid = to_regclass($1)",
      [`public.${table}`],
    );
    expect(row).toEqual({ triggers: 1 });
    const named = schema.tables.find(({ name }) => name === table);
    if (!named) throw new Error(`no table ${table}`);
    const key = Object.fromEntries(named.key.map((column) => [column, '1']));
    const raw = named.columns.some(({ name }) => name === 'raw') ? { raw: {} } : {};
    const sent = { ...key, source: 'pos', ...raw, synced_at: '2001-01-01T00:00:00Z' };
    await call(`/${table}`, { method: 'POST', json: sent });
    expect((await call(`/${table}?select=source&synced_at=gt.2026-01-01&source=eq.pos`)).body).toHaveLength(1);
  });
});

describe('sales_by_day', () => {
  it('adds up what is not deleted per day, source and currency', async () => {
    const sale = { business_day: '2026-03-01', currency: 'USD', total: '10.10', tax_total: '0.70', deleted_at: null };
    await call('/orders', {
      method: 'POST',
      json: [
        order('1', sale),
        order('2', { ...sale, total: '0.20', tax_total: '0.01' }),
        order('3', { ...sale, currency: 'EUR' }),
        order('4', { ...sale, deleted_at: '2026-03-02T00:00:00Z' }),
      ],
    });
    const { body } = await call('/sales_by_day?select=currency,orders,total::text,tax_total::text&order=currency');
    expect(body).toEqual([
      { currency: 'EUR', orders: 1, total: '10.1000', tax_total: '0.7000' },
      { currency: 'USD', orders: 2, total: '10.3000', tax_total: '0.7100' },
    ]);
  });
});

describe('the other views', () => {
  const day = { business_day: '2026-03-01', currency: 'USD' };
  const numbers = (columns: string) => columns.split(',').map((name) => `${name}::text`);

  beforeEach(async () => {
    const sale = { ...day, total: '10.00', tax_total: '0.70', status: 'completed', order_number: '1001' };
    await call('/orders', {
      method: 'POST',
      json: [order('1', sale), order('2', sale), order('3', { ...sale, status: 'cancelled' })],
    });
    const line = {
      tenant_id: 't1',
      source: 'woocommerce',
      raw: {},
      order_source_id: '1',
      kind: 'product',
      total: '4.00',
    };
    await call('/order_lines', {
      method: 'POST',
      json: [
        { ...line, line_id: '1', sku: 'A' },
        { ...line, line_id: '2', sku: 'B' },
      ],
    });
    const refund = { tenant_id: 't1', source: 'woocommerce', raw: {}, ...day, tax_total: '0.10' };
    await call('/refunds', {
      method: 'POST',
      json: [
        { ...refund, source_id: '8', total: '3.00', deleted_at: null },
        { ...refund, source_id: '9', total: '5.00', deleted_at: '2026-03-02T00:00:00Z' },
        { ...refund, source_id: '10', business_day: '2026-03-02', total: '1.00', deleted_at: null },
      ],
    });
  });

  it('[I10][F5] take refunds off on the day they are made, also where nothing was sold', async () => {
    const columns = numbers('orders,total,refunds,refund_total,net_total,net_tax_total');
    const { body } = await call(
      `/net_sales_by_day?select=${['business_day', ...columns].join(',')}&order=business_day`,
    );
    expect(body).toEqual([
      {
        business_day: '2026-03-01',
        orders: '2',
        total: '20.0000',
        refunds: '1',
        refund_total: '3.0000',
        net_total: '17.0000',
        net_tax_total: '1.3000',
      },
      {
        business_day: '2026-03-02',
        orders: '0',
        total: '0',
        refunds: '1',
        refund_total: '1.0000',
        net_total: '-1.0000',
        net_tax_total: '-0.1000',
      },
    ]);
  });

  it('[I10][F5] show each line with its order', async () => {
    const { body } = await call('/orders_with_lines?select=order_number,currency,sku,total::text&order=line_id');
    expect(body).toEqual([
      { order_number: '1001', currency: 'USD', sku: 'A', total: '4.0000' },
      { order_number: '1001', currency: 'USD', sku: 'B', total: '4.0000' },
    ]);
  });

  it('[I10][F5] show the stock of what keeps count of it', async () => {
    const article = { tenant_id: 't1', source: 'woocommerce', raw: {}, name: 'Spoon' };
    await call('/inventory_levels', {
      method: 'POST',
      json: [
        { ...article, source_id: '5', sku: 'SP-1', quantity: '7' },
        { ...article, source_id: '6', sku: 'SP-2', quantity: null },
      ],
    });
    await call('/products', {
      method: 'POST',
      json: { tenant_id: 't1', source: 'woocommerce', source_id: '5', name: 'Soup spoon', raw: {} },
    });
    const { body } = await call('/stock?select=sku,name,quantity::text');
    expect(body).toEqual([{ sku: 'SP-1', name: 'Soup spoon', quantity: '7.0000' }]);
  });
});
