import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getTimeline } from '#shared/api/records.ts';
import { instant } from '#shared/core/clock.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { keptAudit, keptLog, startApi, type TestApi } from '#test/support/api.ts';
import { anEntry, historyStart } from '#test/support/history.ts';
import { insightsOver } from '#test/support/insights.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let api: TestApi;
let tenant: Tenant;
let order = '';
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 15, 2) }, withoutSupabase: true });
  const { journal, clock } = world.engine();
  api = await startApi({ insights: apiGroup(insightsOver(world.table.table, clock, journal), keptLog(), keptAudit()) });
  tenant = await world.tenant('shop');
  const paid = wooOrders(tenant.shop).find(({ status }) => status === 'completed');
  order = String(paid?.id);
  await world.sync(tenant, 'orders');
});
afterAll(async () => {
  await api.close();
  await world.stop();
});

const get = (path: string, as = tenant.id) => api.call('GET', path, { as: { tenant: as, role: 'viewer' } });
const pathOf = (id: string, entity = 'order') => `/api/records/woocommerce/${entity}/${id}/timeline`;

async function timelineOf(id: string, query = '') {
  const reply = await get(`${pathOf(id)}${query}`);
  expect(reply.status, reply.text).toBe(200);
  return getTimeline.responses[200].schema.parse(reply.json);
}

describe('the timeline of a record', () => {
  it('shows what it became, where a person finds each, and nothing of other tenants', async () => {
    const { record, documents, failures, related } = await timelineOf(order);
    const { lines = [] } = tenant.shop.shop.orders.get(Number(order)) ?? {};
    const labels = related.filter(({ entity }) => entity === 'product').map(({ label }) => label);
    expect(labels).not.toEqual([]);
    expect(lines.filter(({ name }) => !labels.some((label) => label?.startsWith(name)))).toEqual([]);
    expect(record).toMatchObject({
      id: order,
      number: null,
      url: `${tenant.shop.url}/wp-admin/post.php?post=${order}&action=edit`,
    });
    const links = Object.fromEntries(documents.map(({ entity, url, id }) => [entity, { url, id }]));
    expect(Object.keys(links).toSorted()).toEqual(['invoice', 'payment']);
    const invoice = tenant.company.list('Invoice').find(({ Id }) => Id === links.invoice?.id);
    expect(invoice?.DocNumber).toBe(order);
    const books = 'https://app.sandbox.qbo.intuit.com/app';
    expect(links.invoice?.url).toBe(`${books}/invoice?txnId=${links.invoice?.id}`);
    expect(links.payment?.url).toBe(`${books}/recvpayment?txnId=${links.payment?.id}`);
    expect(failures).toEqual([]);
    expect(await get(pathOf(order), 'somebody-else')).toMatchObject({
      status: 404,
      json: { code: 'record.not_found' },
    });
  });

  it('lists its events newest first, page by page, each once', async () => {
    const source = { connection: 'woocommerce', entity: 'order', id: '900001' };
    const other = { ...source, id: '900002' };
    const entries = Array.from({ length: 7 }, (_, n) =>
      anEntry(n, {
        tenant_id: tenant.id,
        source,
        run_id: `01RUN${n}`,
        at: instant(historyStart + n * 1000),
        label: 'Order 77',
      }),
    );
    const stranger = anEntry(9, { tenant_id: tenant.id, source: other });
    await createHistoryRepository(world.table.table).append([...entries, stranger]);
    const seen: string[] = [];
    let query = '?limit=3';
    for (let cursor: string | null = ''; cursor !== null; query = `?limit=3&cursor=${cursor}`) {
      const page: Awaited<ReturnType<typeof timelineOf>> = await timelineOf(source.id, query);
      expect(page.items.length).toBeLessThanOrEqual(3);
      expect(page.record.label).toBe('Order 77');
      seen.push(...page.items.map(({ sync_id }) => sync_id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(entries.map(({ run_id }) => run_id).reverse());
    const { next_cursor } = await timelineOf(source.id, '?limit=3');
    const borrowed = await get(`${pathOf(other.id)}?limit=3&cursor=${next_cursor}`);
    expect(borrowed).toMatchObject({ status: 400, json: { errors: [{ path: 'cursor' }] } });
  });

  it('names what stands in its way and what it came from', async () => {
    const broken = await world.tenant('shop');
    const refusal = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };
    broken.company.failNext({ entity: 'Customer', operation: 'create', fault: refusal, times: 1 });
    const { failures } = await world.sync(broken, 'orders');
    const failed = failures.find(({ entity, caused_by }) => entity === 'orders' && caused_by);
    const reply = await get(pathOf(failed?.source_id ?? ''), broken.id);
    const { caused_by } = failed ?? {};
    expect(reply.json).toMatchObject({
      record: { label: failed?.label },
      documents: [],
      failures: [{ id: failed?.failure_id, failure: { code: 'sync.dependency_failed', platform_code: '6000' } }],
      related: [{ connection: 'woocommerce', entity: caused_by?.entity, id: caused_by?.source_id }],
    });
  });

  it('names the records its documents refer to, as the journal has them', async () => {
    const { journal, links } = world.engine();
    const source = { connection: 'woocommerce', entity: 'order', id: '900003' };
    const key = `journal/${tenant.id}/run/route/batch.jsonl.gz`;
    const references = [
      { path: 'CustomerRef.value', source_entity: 'customer', source_id: '7', entity: 'customer' },
      { path: 'Line[0].ItemRef.value', source_entity: 'product', source_id: '12', entity: 'item' },
      { path: 'Line[1].ItemRef.value', source_entity: 'product', source_id: '12', entity: 'item' },
    ];
    await journal.write(key, [
      { source, references },
      { source: { ...source, id: 'other' }, references: [{ source_entity: 'product', source_id: '13' }] },
    ]);
    await links.save([
      {
        tenant_id: tenant.id,
        source_connection: source.connection,
        source_entity: source.entity,
        source_id: source.id,
        source_number: 'B-2026#17',
        target_connection: 'quickbooks',
        target_entity: 'invoice',
        state: 'linked',
        target_id: '5',
        journal: key,
        updated_at: instant(historyStart),
      },
    ]);
    const { related, record } = await timelineOf(source.id);
    expect(record.number).toBe('B-2026#17');
    expect(related.map(({ entity, id }) => `${entity} ${id}`)).toEqual(['customer 7', 'product 12']);
    expect(related[0]?.url).toBe(`${tenant.shop.url}/wp-admin/user-edit.php?user_id=7`);
    const found = await get(`/api/records?search=${encodeURIComponent('B-2026#17')}`);
    expect(found.json).toEqual({ items: [{ ...source, matched_by: 'number' }] });
    expect((await get('/api/records?search=B-2026')).json).toEqual({ items: [] });
  });

  it.each([
    ['a record nobody met', '/api/records/woocommerce/order/4242424/timeline'],
    ['an entity that is none', '/api/records/woocommerce/unicorn/1/timeline'],
    ['a platform that is no source', '/api/records/quickbooks/invoice/1/timeline'],
  ])('is a 404 for %s', async (_what, path) => {
    expect(await get(path)).toMatchObject({ status: 404, json: { code: 'record.not_found' } });
  });
});

describe('finding a record', () => {
  it('takes an id, also of a record that only failed, and finds nothing of other tenants', async () => {
    const found = await get(`/api/records?search=${order}`);
    expect(found.json.items).toContainEqual({
      connection: 'woocommerce',
      entity: 'order',
      id: order,
      matched_by: 'id',
    });
    const closed = await world.tenant('shop');
    closed.company.settings.bookCloseDate = '2030-01-01';
    const [failure] = (await world.sync(closed, 'orders', { ids: [order] })).failures;
    expect(failure?.source_id).toBe(order);
    const failed = await get(`/api/records?search=${order}`, closed.id);
    expect(failed.json.items).toContainEqual(expect.objectContaining({ entity: 'order', id: order }));
    expect((await get(`/api/records?search=${order}`, 'somebody-else')).json).toEqual({ items: [] });
  });

  it('wants something to search for', async () => {
    expect(await get('/api/records?search=')).toMatchObject({ status: 400, json: { errors: [{ path: 'search' }] } });
    expect(await get('/api/records')).toMatchObject({ status: 400, json: { errors: [{ path: 'search' }] } });
  });
});
