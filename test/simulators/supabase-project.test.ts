import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keys, order, startWarehouse, type Warehouse } from './supabase-client.ts';

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

describe('the simulated project', () => {
  it('keeps a new table unknown until the schema is reloaded', async () => {
    await sql('create table public.late (id int primary key); grant select on public.late to service_role');
    expect(await call('/late')).toMatchObject({ status: 404, body: { code: 'PGRST205' } });
    await sql("notify pgrst, 'reload schema'");
    expect(await call('/late')).toMatchObject({ status: 200, body: [] });
    await sql("drop table public.late; notify pgrst, 'reload schema'");
  });

  it('names the missing grant and repeats the code for HEAD', async () => {
    await sql("create table public.shut (id int primary key); notify pgrst, 'reload schema'");
    expect(await call('/shut')).toMatchObject({ status: 403, body: { code: '42501' } });
    const head = await call('/shut', { method: 'HEAD' });
    expect(head.headers.get('proxy-status')).toBe('PostgREST; error=42501');
    await sql("drop table public.shut; notify pgrst, 'reload schema'");
  });

  it('answers writes of a read-only project with 405', async () => {
    await sql('set default_transaction_read_only = on');
    const answer = await call('/orders', { method: 'POST', json: order('1') });
    await sql('set default_transaction_read_only = off');
    expect(answer).toMatchObject({ status: 405, body: { code: '25006' } });
  });

  it.each([
    ['status=neq.done', '1,2'],
    ['status=not.eq.done', '1,2'],
    ['status=in.(open,done)&total=gte.20', '2,3'],
    ['status=not.in.(open,done)', ''],
    ['order_number=like.A-*', '1,2'],
    ['order_number=ilike.a-*', '1,2'],
    ['order_number=match.^B', '3'],
    ['paid_at=not.is.null', '3'],
    ['and=(total.gt.10,total.lt.30)', '2'],
    ['not.or=(source_id.eq.1,source_id.eq.2)', '3'],
    ['or=(status.in.(done,lost),order_number.eq."A-1")', '1,3'],
    ['raw->n=eq.2', '2'],
    ['raw->tags->>1=eq.b', '1,2,3'],
    ['total=eq(any).{10,30}', '1,3'],
    ['source_id=gt.1&limit=1', '2'],
  ])('finds with %s', async (filter, ids) => {
    await call('/orders', {
      method: 'POST',
      json: [
        order('1', { status: 'open', total: 10, order_number: 'A-1', paid_at: null, raw: { n: 1, tags: ['a', 'b'] } }),
        order('2', { status: 'open', total: 20, order_number: 'A-2', paid_at: null, raw: { n: 2, tags: ['a', 'b'] } }),
        order('3', { status: 'done', total: 30, order_number: 'B-3', paid_at: 'now', raw: { n: 3, tags: ['a', 'b'] } }),
      ],
    });
    const { body } = await call(`/orders?${filter}&select=source_id&order=source_id`);
    expect((body as { source_id: string }[]).map(({ source_id: id }) => id).join()).toBe(ids);
  });

  it('sorts nulls where asked and names jsonb fields by their last key', async () => {
    const rows = [order('1', { name: null }), order('2', { name: 'x' })].map((row) => ({ ...row, kind: 'simple' }));
    await call('/products', { method: 'POST', json: rows });
    const { body } = await call('/products?select=raw->>id,key:source_id,kind::text&order=name.desc.nullslast');
    expect(body).toEqual([
      { id: '2', key: '2', kind: 'simple' },
      { id: '1', key: '1', kind: 'simple' },
    ]);
  });

  it('calls a function by GET in a read-only transaction', async () => {
    await sql(`
      create function public.add_up(a int, b int default 5) returns int language sql stable as 'select a + b';
      create function public.new_order() returns void language sql as
        $$ insert into public.orders (tenant_id, source, source_id, raw) values ('t1', 'pos', 'rpc', '{}') $$;
      notify pgrst, 'reload schema'`);
    expect(await call('/rpc/add_up?a=2')).toMatchObject({ status: 200, body: 7 });
    expect(await call('/rpc/new_order')).toMatchObject({ status: 405, body: { code: '25006' } });
    expect(await call('/rpc/new_order', { method: 'POST', json: {} })).toMatchObject({ status: 204 });
    expect((await call('/orders?select=source_id')).body).toEqual([{ source_id: 'rpc' }]);
    await sql("drop function public.add_up, public.new_order; notify pgrst, 'reload schema'");
  });

  it('rolls back a write that should have been one row', async () => {
    await call('/orders', { method: 'POST', json: [order('1'), order('2')] });
    const headers = { prefer: 'return=representation', accept: 'application/vnd.pgrst.object+json' };
    const answer = await call('/orders?tenant_id=eq.t1', { method: 'DELETE', headers });
    expect(answer).toMatchObject({ status: 406, body: { code: 'PGRST116' } });
    expect((await call('/orders')).body).toHaveLength(2);
  });

  it('takes the legacy service_role key', async () => {
    const headers = { authorization: `Bearer ${keys.legacyServiceRole}` };
    expect((await call('/orders', { key: keys.legacyServiceRole, headers })).status).toBe(200);
  });

  it('commits although the caller never hears of it', async () => {
    warehouse.project.addFault({ kind: 'drop_after', method: 'POST' });
    await expect(call('/orders', { method: 'POST', json: order('1') })).rejects.toThrow();
    expect((await call('/orders?select=source_id')).body).toEqual([{ source_id: '1' }]);
  });

  it('serves calls that arrive together without mixing their transactions', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => String(at));
    const writes = ids.map((id) => call('/orders', { method: 'POST', json: [order(id), order(`${id}b`)] }));
    const refused = ids.map((id) => call('/orders', { method: 'POST', json: [order(`x${id}`), order(`x${id}`)] }));
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual(ids.map(() => 201));
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(ids.map(() => 409));
    const counted = await call('/orders?limit=1', { headers: { prefer: 'count=exact' } });
    expect(counted.headers.get('content-range')).toBe('0-0/40');
  });

  it.each([
    `/orders?select=source_id::text)%20from%20pg_shadow--`,
    `/orders?select=x%22:source_id,%22%3b%20drop%20table%20orders`,
    `/orders?select=source_id%22%3bdrop%20table%20orders%3b--`,
    `/orders?order=source_id%22%3bdrop%20table%20orders%3b--`,
    `/orders?source_id=eq.'%3b%20drop%20table%20orders%3b--`,
    `/orders?source_id=in.(%22%7d'%3bdrop%20table%20orders%3b--%22)`,
    `/orders?raw-%3E%3E'%3bdrop%20table%20orders%3b--=eq.1`,
    `/orders?x%22)%3bdrop%20table%20orders%3b--=is.null`,
    `/orders?limit=1%3bdrop%20table%20orders`,
    `/orders?select=a%00b`,
    `/orders%22%3bdrop%20table%20orders%3b--`,
    `/rpc/now()%3bdrop%20table%20orders%3b--`,
  ])('treats %s as a name or a value, never as SQL', async (path) => {
    await call('/orders', { method: 'POST', json: order('1') });
    expect([200, 400, 404]).toContain((await call(path)).status);
    expect((await call('/orders?select=source_id')).body).toEqual([{ source_id: '1' }]);
  });

  it.each([
    ['columns', `/orders?columns=source_id%22)%20select%201--`],
    ['on_conflict', `/orders?on_conflict=source_id)%20do%20nothing--`],
  ])('treats %s of a write as names only', async (_parameter, path) => {
    const answer = await call(path, { method: 'POST', headers: merge, json: [order('1')] });
    expect(answer.status).toBe(400);
    expect((await call('/orders')).body).toEqual([]);
  });
});
