import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { classify } from '#shared/connectors/supabase/faults.ts';
import { supabase } from '#shared/connectors/supabase/index.ts';
import type { TargetWriter, WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { candidateOf, capturedOrder, capturedOrders, scopeOf } from '#test/mapping/support.ts';
import { contextOf, opened } from './support.ts';

const keys = { secret: 'sb_secret_0123456789abcdef', publishable: 'sb_publishable_0123456789' };
let project: SupabaseSimulator;
beforeAll(async () => {
  project = await startSupabase({ keys });
  await project.applyMigration();
}, 60_000);
beforeEach(async () => {
  project.clearFaults();
  project.resetCalls();
  project.setLoad({});
  await project.sql(
    'truncate public.customers, public.products, public.orders, public.order_lines, public.refunds, public.refund_lines, public.inventory_levels',
  );
});
afterAll(() => project.close());

const context = (key = keys.secret, settings: JsonObject = {}) =>
  contextOf({ url: project.url, secret: { secret_key: key }, profile: { project_url: project.url }, settings });
const writer = (key?: string): TargetWriter => opened(supabase.openWriter, context(key));
/** Rows by natural key, without the moment they were written. */
async function rows(table: 'orders' | 'order_lines', columns = '*') {
  const key = table === 'orders' ? 'source_id' : 'order_source_id, line_id';
  const found = await project.sql(`select ${columns} from public.${table} order by tenant_id, ${key}`);
  return found.map(({ synced_at: _, ...row }) => row);
}

function line(order: string, id: string, more: JsonObject = {}): JsonObject {
  return {
    source: 'woocommerce',
    order_source_id: order,
    line_id: id,
    position: 1,
    kind: 'product',
    name: `Line ${id}`,
    total: '5.00',
    raw: { id },
    ...more,
  };
}

function order(id: string, more: JsonObject = {}): JsonObject {
  return {
    source: 'woocommerce',
    source_id: id,
    order_number: id,
    currency: 'USD',
    total: '10.00',
    raw: { id },
    lines: [line(id, `${id}1`), line(id, `${id}2`)],
    ...more,
  };
}

const item = (payload: JsonObject, action: WriteItem['action'] = 'create'): WriteItem => {
  const id = String(payload.source_id);
  return { key: id, item_id: id, action, payload, target: action === 'update' ? { id, version: null } : null };
};
const write = async (items: readonly WriteItem[]): Promise<readonly WriteOutcome[]> =>
  unwrap(await writer().write('order', 'b-1', items));
const ordersWritten = async () => (await rows('orders', 'source_id')).map(({ source_id }) => source_id);

describe('writing', () => {
  it('stores orders with their lines, and the same again changes nothing', async () => {
    const items = ['1', '2', '3'].map((id) => item(order(id)));
    const first = await write(items);
    const stored = [await rows('orders'), await rows('order_lines')];

    expect(first).toEqual(['1', '2', '3'].map((id) => ({ kind: 'written', target: { id, version: null } })));
    expect(await write(items)).toEqual(first);
    expect([await rows('orders'), await rows('order_lines')]).toEqual(stored);
    expect(stored[1]).toHaveLength(6);
  });

  it('of every recorded order keeps each amount exactly', async () => {
    const document = defaultMappings.get('woocommerce.order-supabase.order');
    if (!document) throw new Error('no document');
    const names = capturedOrders.filter((name) => name.startsWith('orders-a'));
    const payloads = names.map((name) => candidateOf(document, scopeOf(capturedOrder(name), {}, {})).payload);
    const outcomes = await write(payloads.map((payload) => item(payload)));

    expect(outcomes.filter(({ kind }) => kind !== 'written')).toEqual([]);
    const stored = new Map(
      (await rows('orders', 'source_id, round(total, 2)::text as total')).map((row) => [row.source_id, row.total]),
    );
    expect(payloads.map(({ source_id }) => [source_id, stored.get(String(source_id))])).toEqual(
      payloads.map(({ source_id, total }) => [source_id, total]),
    );
  });

  it('keeps tenants apart', async () => {
    await write([item(order('1'))]);
    const other = opened(supabase.openWriter, { ...context(), tenantId: 'tenant-2' });
    unwrap(await other.write('order', 'b-1', [item(order('1', { total: '99.00', lines: [] }), 'update')]));

    expect((await rows('orders', 'tenant_id, total::text')).map(({ total }) => total)).toEqual(['10.0000', '99.0000']);
    expect(await rows('order_lines')).toHaveLength(2);
  });

  it('removes lines that are gone, of updated orders only', async () => {
    await write([item(order('1')), item(order('2')), item(order('3'))]);
    await write([
      item(order('1', { lines: [line('1', '12'), line('1', '19')] }), 'update'),
      item(order('2', { lines: [] }), 'update'),
    ]);

    expect((await rows('order_lines', 'line_id')).map(({ line_id }) => line_id).sort()).toEqual([
      '12',
      '19',
      '31',
      '32',
    ]);
  });

  it('removes lines whatever characters their ids have', async () => {
    const odd = ['a,b', 'c"d', 'e\\f', 'g(h)', 'i&j', 'k l'];
    await write([item(order('1', { lines: [...odd, 'gone'].map((id) => line('1', id)) }))]);
    await write([item(order('1', { lines: odd.map((id) => line('1', id)) }), 'update')]);

    expect((await rows('order_lines', 'line_id')).map(({ line_id }) => line_id).sort()).toEqual(odd.toSorted());
  });

  it('drops NUL and mends half a character, which Postgres takes nowhere, and keeps all else', async () => {
    const name = 'a\u0000b\ud800 "c" \\ \u{1F600} ‮ \n';
    const [outcome] = await write([
      item(order('1', { lines: [line('1', '11', { name, raw: { name } })], raw: { deep: [name] } })),
    ]);

    expect(outcome?.kind).toBe('written');
    const clean = name.replace('\u0000', '').toWellFormed();
    expect(await rows('order_lines', 'name, raw')).toEqual([{ name: clean, raw: { name: clean } }]);
    expect(await rows('orders', 'raw')).toEqual([{ raw: { deep: [clean] } }]);
  });

  it('takes a record twice in one batch once, as it came last', async () => {
    await write([item(order('1', { total: '1.00' })), item(order('1', { total: '2.00' }))]);
    expect(await rows('orders', 'total::text')).toEqual([{ total: '2.0000' }]);
  });

  it('writes nothing for nothing', async () => {
    expect(await write([])).toEqual([]);
    expect(project.calls).toEqual([]);
  });
});

describe('a row that is refused', () => {
  it.each<[string, JsonObject, string]>([
    ['in its head', { currency: 'EURO' }, '22001'],
    ['for an amount', { total: 'free' }, '22P02'],
    ['in a line', { lines: [line('37', '1', { quantity: 'many' })] }, '22P02'],
    ['for a missing raw form', { raw: null }, '23502'],
  ])('%s fails alone among a hundred', async (_what, broken, platformCode) => {
    const items = Array.from({ length: 100 }, (_, index) => item(order(String(index), index === 37 ? broken : {})));
    const outcomes = await write(items);
    const failed = outcomes.flatMap((outcome, index) =>
      outcome.kind === 'failed' ? [[index, outcome.failure] as const] : [],
    );

    expect(failed).toMatchObject([
      [37, { category: 'validation', code: 'supabase.refused', platform_code: platformCode, retryable: false }],
    ]);
    expect((await ordersWritten()).length).toBeGreaterThanOrEqual(99);
    expect(project.calls.length).toBeLessThan(60);
  });

  it('[E6] does not hide another one', async () => {
    const items = Array.from({ length: 16 }, (_, index) =>
      item(order(String(index), [3, 4, 15].includes(index) ? { currency: 'EURO' } : {})),
    );
    const outcomes = await write(items);

    expect(outcomes.flatMap(({ kind }, index) => (kind === 'failed' ? [index] : []))).toEqual([3, 4, 15]);
    expect(await ordersWritten()).toHaveLength(13);
  });

  it('never shows what other rows hold', async () => {
    const secret = 'ann@example.com';
    const [outcome] = await write([item(order('1', { currency: 'EURO', payment_title: secret }))]);

    expect(JSON.stringify(outcome)).not.toContain(secret);
  });
});

describe('trouble', () => {
  it('of the connection fails the write and none of its items', async () => {
    const items = [item(order('1')), item(order('2'))];
    project.addFault({ kind: 'reply', status: 503, body: '<html>upstream</html>', times: 0 });

    expect(await writer().write('order', 'b-1', items)).toMatchObject({
      ok: false,
      failure: { category: 'network', retryable: true },
    });
  });

  it('that passes is waited out, even when the answer got lost', async () => {
    project.addFault({ kind: 'drop_after', method: 'POST' });
    project.addFault({ kind: 'reply', status: 502, body: '' });
    await write([item(order('1'))]);

    expect(await ordersWritten()).toEqual(['1']);
    expect(await rows('order_lines')).toHaveLength(2);
  });

  it('of a batch that takes too long is smaller batches', async () => {
    const timeout = {
      code: '57014',
      message: 'canceling statement due to statement timeout',
      details: null,
      hint: null,
    };
    project.addFault({ kind: 'reply', status: 500, body: timeout, times: 1 });
    const outcomes = await write(['1', '2', '3', '4'].map((id) => item(order(id))));

    expect(outcomes.every(({ kind }) => kind === 'written')).toBe(true);
    expect(await ordersWritten()).toHaveLength(4);
  });

  it('of a key is the owner’s to solve', async () => {
    for (const key of ['sb_secret_wrong', keys.publishable]) {
      const result = await writer(key).write('order', 'b-1', [item(order('1'))]);
      expect(result).toMatchObject({ ok: false, failure: { category: 'authentication', retryable: false } });
    }
    expect(await ordersWritten()).toEqual([]);
  });

  it('of a table without its key is caught before rows are doubled', async () => {
    await project.sql("alter table public.customers drop constraint customers_pkey; notify pgrst, 'reload schema'");
    const customer = { source: 'woocommerce', source_id: '1', raw: {} };
    const result = await writer().write('customer', 'b-1', [item(customer)]);
    await project.sql(
      "truncate public.customers; alter table public.customers add primary key (tenant_id, source, source_id); notify pgrst, 'reload schema'",
    );

    expect(result.ok ? result.value : [{ kind: 'failed' }]).toMatchObject([{ kind: 'failed' }]);
  });

  it.each<[number, string, string, string]>([
    [401, '{"message":"Invalid API key"}', 'authentication', 'supabase.key_invalid'],
    [401, 'Legacy API keys are disabled', 'authentication', 'supabase.key_invalid'],
    [401, '', 'authentication', 'supabase.key_invalid'],
    [
      401,
      '{"code":"42501","message":"permission denied for table orders"}',
      'authentication',
      'supabase.key_not_secret',
    ],
    [403, '{"code":"42501","message":"permission denied for table orders"}', 'conflict', 'supabase.no_grant'],
    [
      403,
      '{"code":"42501","message":"new row violates row-level security policy for table \\"orders\\""}',
      'authentication',
      'supabase.key_not_secret',
    ],
    [403, '<html>Access denied</html>', 'conflict', 'supabase.access_restricted'],
    [402, '{}', 'conflict', 'supabase.quota_exceeded'],
    [540, '<html>', 'conflict', 'supabase.project_paused'],
    [406, '{"code":"PGRST106","message":"Invalid schema: public"}', 'not_found', 'supabase.schema_missing'],
    [
      400,
      '{"code":"42P10","message":"there is no unique or exclusion constraint"}',
      'not_found',
      'supabase.schema_missing',
    ],
    [404, '{"code":"PGRST205","message":"no table"}', 'not_found', 'supabase.schema_missing'],
    [400, '{"code":"PGRST204","message":"no column"}', 'not_found', 'supabase.schema_missing'],
    [404, '{"code":"42P01","message":"no relation"}', 'not_found', 'supabase.schema_missing'],
    [429, '', 'rate_limit', 'supabase.unavailable'],
    [500, '', 'network', 'supabase.unavailable'],
    [503, '', 'network', 'supabase.unavailable'],
    [500, '{"code":"40P01","message":"deadlock detected"}', 'network', 'supabase.unavailable'],
    [500, '{"code":"57014","message":"timeout"}', 'network', 'supabase.too_slow'],
    [544, '', 'network', 'supabase.too_slow'],
    [413, '', 'validation', 'supabase.too_large'],
    [405, '{"code":"25006","message":"read-only"}', 'network', 'supabase.project_read_only'],
    [409, '{"code":"23505","message":"duplicate key"}', 'conflict', 'supabase.refused'],
    [400, '{"code":"22P02","message":"invalid input"}', 'validation', 'supabase.refused'],
    [400, '{"code":"23502","message":"null value in column \\"raw\\" of relation"}', 'validation', 'supabase.refused'],
  ])('[E7] answered %i %s is %s, %s', (status, text, category, code) => {
    const failure = classify({ status, headers: new Headers({ 'sb-request-id': 'req-1' }), text });

    expect(failure).toMatchObject({ category, code, trace_id: 'req-1' });
    expect(failure.fix).not.toBe('');
    expect(failure.field).toBe(text.includes('null value in column') ? 'raw' : undefined);
  });
});

describe('a check of the connection', () => {
  it('learns the version of the tables', async () => {
    expect(await supabase.check(context())).toMatchObject({
      ok: true,
      value: { profile: { schema_version: 3, key_kind: 'secret' }, warnings: [] },
    });
  });

  it('fails with a key that may not see the tables, or without tables', async () => {
    expect(await supabase.check(context(keys.publishable))).toMatchObject({ ok: false });
    await project.sql('delete from public.sync_schema');
    expect(await supabase.check(context())).toMatchObject({ ok: false, failure: { code: 'supabase.schema_missing' } });
    await project.sql('insert into public.sync_schema (version) values (1), (2), (3)');
  });

  it('knows the publishable key by its form', () => {
    const parse = (secret_key: string) =>
      supabase.credentials?.safeParse({ project_url: 'https://abc.supabase.co/rest/v1/', secret_key });

    expect(parse('sb_secret_0123456789abcdef')).toMatchObject({
      success: true,
      data: { project_url: 'https://abc.supabase.co' },
    });
    expect(parse('sb_publishable_0123456789abcdef')?.success).toBe(false);
    expect(parse('a password of twenty letters')?.success).toBe(false);
  });
});
