import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { readCsv } from '#test/support/csv.ts';
import { entriesFrom } from '#test/support/history.ts';
import { type Product, startProduct } from '#test/support/product.ts';
import { everyItem } from '#test/support/table.ts';

/** Marked so that they are found wherever they turn up. */
const keys = {
  consumerKey: 'ck_PLANTEDconsumerkey00000000000000000000',
  consumerSecret: 'cs_PLANTEDconsumersecret0000000000000000',
  appSecret: 'PLANTED-app-secret-000000',
  supabaseSecret: 'sb_secret_PLANTED0000000000000',
};

let product: Product;
beforeAll(async () => {
  product = await startProduct({ orders: 25, keys });
});
afterAll(() => product.stop());

/** An order that is in the books. */
function postedOrder(): number {
  const order = [...product.shop.shop.orders.values()].find(({ status }) => status === 'processing');
  return order?.id ?? 0;
}

describe('the product in the embedded cloud', () => {
  it('refuses wrong credentials with a reason and stores nothing', async () => {
    const answer = await product.call('POST', '/api/integrations/woocommerce/credentials', {
      store_url: product.shop.url,
      consumer_key: keys.consumerKey,
      consumer_secret: 'cs_PLANTEDbutwrong00000000000000000000000',
    });
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ code: 'woocommerce.secret_invalid' });
    const { json } = await product.call('GET', '/api/integrations/woocommerce/status');
    expect(json.status).toBe('disconnected');
  });

  it('connects all three platforms and syncs them through the public API', async () => {
    await product.connect();
    for (const entity of ['products', 'customers', 'orders']) {
      const { json } = await product.sync(entity);
      expect(json, entity).toMatchObject({ status: 'completed', progress: { counts: { failed: 0 } } });
    }
    expect(product.company.list('Invoice').length).toBeGreaterThan(15);
    const [row] = (await product.warehouse.sql('select count(*)::int as orders from orders')) ?? [];
    expect(row?.orders).toBeGreaterThan(15);
  });

  it('counts what it did, shows what became of an order, and follows a request to its slices by one trace', async () => {
    const { json: metrics } = await product.call('GET', '/api/sync/metrics');
    expect(metrics).toMatchObject({
      totals: { runs: { completed: 6, failed: 0 }, records: { failed: 0 }, success_rate: 1 },
      durations: { count: 6 },
      backfills: [],
    });
    const order = postedOrder();
    const { json: found } = await product.call('GET', `/api/records?search=${order}`);
    expect(found.items).toContainEqual(expect.objectContaining({ entity: 'order', id: String(order) }));
    const { json: timeline } = await product.call('GET', `/api/records/woocommerce/order/${order}/timeline`);
    expect(timeline.documents).toContainEqual(
      expect.objectContaining({ entity: 'invoice', url: expect.stringContaining('/app/invoice?txnId=') }),
    );
    const lines = product.logLines.flatMap((line) => /"line":"(\{.*\})"/.exec(line)?.[1] ?? []);
    const slice = lines.find((line) => line.includes('slice begins')) ?? '';
    const [, traceId = 'none'] = /trace_id\\":\\"([0-9a-f]{32})/.exec(slice) ?? [];
    const traced = lines.filter((line) => line.includes(traceId));
    expect(traced.some((line) => line.includes('POST /api/sync/{entity}'))).toBe(true);
    for (const name of ['RecordsRead', 'SliceDuration', 'Requests']) {
      expect(lines.some((line) => line.includes('CloudWatchMetrics') && line.includes(name))).toBe(true);
    }
  });

  it('plans without writing, and carries out what was confirmed, once', async () => {
    product.shop.orders.edit(postedOrder(), { customer_note: 'Planned only' });
    const { json: run } = await product.sync('dry-run/orders', { mode: 'full' });
    const path = `/api/sync/status/${String(run.sync_id)}/plan`;
    const { json: plan } = await product.call('GET', `${path}?action=update&target_entity=invoice`);
    expect(plan).toMatchObject({ status: 'completed', dry_run: true });
    // Customers are on both platforms: what one flow finds of them must not hide what the other finds.
    const { flows } = plan.summary as { flows: { changes: Record<string, unknown> }[] };
    expect(flows.map(({ changes }) => changes)).toMatchObject([{ invoice: { update: 1 } }, { order: { update: 1 } }]);
    const [change] = plan.items as { fields: unknown[] }[];
    expect(change?.fields).toMatchObject([{ path: 'CustomerMemo.value', after: 'Planned only' }]);
    const { json: first } = await product.call('GET', `${path}?limit=5`);
    expect(first.items).toHaveLength(5);
    const { json: second } = await product.call('GET', `${path}?limit=5&cursor=${String(first.next_cursor)}`);
    expect(second.items).not.toEqual(first.items);
    expect(JSON.stringify(product.company.list('Invoice'))).not.toContain('Planned only');
    expect(await product.call('GET', path, undefined, { tenant: 'somebody-else' })).toMatchObject({ status: 404 });

    const { json: leave } = await product.call('POST', '/api/sync/check-confirmation', { sync_id: run.sync_id });
    const confirm = `/api/sync/confirm/${String(leave.token)}`;
    expect(await product.call('POST', confirm, undefined, { tenant: 'somebody-else' })).toMatchObject({ status: 404 });
    const started = await product.call('POST', confirm);
    expect(started.status).toBe(202);
    const { json: done } = await product.finished(String(started.json.sync_id));
    expect(done).toMatchObject({ status: 'completed', progress: { counts: { updated: 2, failed: 0 } } });
    expect(JSON.stringify(product.company.list('Invoice'))).toContain('Planned only');
    expect(await product.call('POST', confirm)).toMatchObject({ status: 409, json: { code: 'confirmation.used' } });
  });

  it('heals by itself from throttling, lost answers and dead tokens', async () => {
    const before = product.company.list('Invoice').length;
    product.books.resetCalls();
    product.shop.orders.edit(postedOrder(), { customer_note: 'Changed while everything fails' });
    product.books.addFault({
      kind: 'reply',
      path: 'batch',
      status: 429,
      headers: { 'retry-after': '1' },
      body: '<IntuitResponse/>',
    });
    product.books.addFault({ kind: 'drop_after', path: 'batch' });
    product.shop.addFault({
      kind: 'reply',
      path: 'orders',
      status: 503,
      headers: { 'retry-after': '1' },
      body: '<html>busy</html>',
    });
    const { json } = await product.sync('orders', { mode: 'full' });
    expect(json).toMatchObject({ status: 'completed', progress: { counts: { failed: 0 } } });
    expect(product.company.list('Invoice')).toHaveLength(before);
    expect(JSON.stringify(product.company.list('Invoice'))).toContain('Changed while everything fails');
    const refused = product.books.calls.filter(({ status }) => status !== 200).map(({ status }) => status);
    expect(refused).toEqual([429, 0]);
  });

  it('tries a parked order again by itself once the guest it needs has arrived', async () => {
    const order = async () => {
      const credentials = Buffer.from(`${keys.consumerKey}:${keys.consumerSecret}`).toString('base64');
      const billing = { first_name: 'Grace', email: 'grace@guests.example' };
      const response = await fetch(`${product.shop.url}/wp-json/wc/v3/orders`, {
        method: 'POST',
        headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'processing', billing, line_items: [{ product_id: 41, quantity: 1 }] }),
      });
      return String(((await response.json()) as { id: number }).id);
    };
    const fault = { Message: 'Business Validation Error', Detail: 'The books say no', code: '6000' };
    product.company.failNext({ entity: 'Customer', operation: 'create', fault, times: 1 });
    const parked = await order();
    await product.sync('orders', { mode: 'full', ids: [parked] });
    const { json: list } = await product.call('GET', '/api/sync/failures?entity=orders');
    expect(list.items).toMatchObject([{ source_id: parked, parked: true, next_retry_at: null }]);
    await product.sync('orders', { mode: 'full', ids: [await order()] });
    await product.cloud.invoke('easysale-sync-local-retry-failures', {});
    const { json: runs } = await product.call('GET', '/api/sync/status?limit=1');
    const [run] = runs.items as { sync_id: string }[];
    const { json: done } = await product.finished(run?.sync_id ?? '');
    expect(done).toMatchObject({ status: 'completed', requested_by: 'automatic retry', retry: { by: 'due' } });
    expect((await product.call('GET', '/api/sync/failures')).json.items).toEqual([]);
  });

  it('fails a run at once, and says what to do, when only the owner can help', async () => {
    product.shop.addFault({
      kind: 'reply',
      path: 'orders',
      times: 1,
      status: 401,
      body: {
        code: 'woocommerce_rest_authentication_error',
        message: `Consumer secret is invalid. ${keys.consumerSecret}`,
      },
    });
    const { json } = await product.sync('orders', { mode: 'full', target: 'quickbooks' });
    expect(json.status).toBe('failed');
    expect(JSON.stringify(json.legs)).toContain('woocommerce.secret_invalid');
  });

  it('answers bad input with every fault named', async () => {
    const answer = await product.call('POST', '/api/sync/orders', { mode: 'sometimes', ids: [], colour: 'red' });
    expect(answer.status).toBe(400);
    expect((answer.json.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'colour',
      'ids',
      'mode',
    ]);
    expect(await product.call('POST', '/api/sync/unicorns', { mode: 'full' })).toMatchObject({ status: 404 });
    expect(await product.call('POST', '/api/sync/orders', { mode: 'full' }, { role: 'viewer' })).toMatchObject({
      status: 403,
    });
  });

  it('exports the history to a file that its link downloads, and nobody without it', async () => {
    await createHistoryRepository(product.table).append(entriesFrom(0, 120, { tenant_id: 'demo' }));
    const ask = () => product.call('GET', '/api/sync/history/export?format=csv&end_date=2026-03-01');
    const asked = await ask();
    expect(asked).toMatchObject({ status: 202, json: { status: 'queued', url: null, expires_at: null } });
    await product.cloud.idle(60_000);
    const done = await ask();
    expect(done).toMatchObject({
      status: 200,
      json: { export_id: asked.json.export_id, status: 'completed', progress: { done: 120, total: 120 } },
    });
    const file = await fetch(String(done.json.url));
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="history-[\d-]+\.csv"$/);
    expect(readCsv(await file.text())).toHaveLength(120);
    const unsigned = new URL(String(done.json.url));
    unsigned.search = '';
    expect((await fetch(unsigned)).status).toBe(403);
    const { json: job } = await product.call('GET', `/api/jobs/${String(asked.json.export_id)}`);
    expect((await product.call('GET', String(job.result_path))).json).toMatchObject({ status: 'completed' });
    const { json: page } = await product.call('GET', '/api/sync/history?entity=orders&end_date=2026-03-01&limit=7');
    expect(page.items).toHaveLength(7);
  });

  it('works in a sandbox of its own, and comes back to what is live', async () => {
    const sandbox = (enabled: boolean) => product.call('POST', '/api/settings/sandbox', { enabled });
    const seen = async () =>
      Promise.all(['/api/sync/status', '/api/integrations/quickbooks/status'].map((path) => product.call('GET', path)));
    const live = await seen();
    expect((await sandbox(true)).json).toMatchObject({ enabled: true, changed_by: 'tester' });
    const test = product.books.addCompany({ companyName: 'For testing' });
    for (const [{ realmId }, status] of [
      [product.company, 409],
      [test, 200],
    ] as const) {
      const { json } = await product.call('GET', '/api/integrations/quickbooks/auth-url');
      const consent = await fetch(`${String(json.url)}&connect=${realmId}`, { redirect: 'manual' });
      expect(await product.call('GET', consent.headers.get('location') ?? '')).toMatchObject({ status });
    }
    const { json: mode } = await product.call('GET', '/api/settings/sandbox');
    expect((mode.connections as { connected: boolean }[]).map(({ connected }) => connected)).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(await product.call('POST', '/api/sync/orders', { mode: 'full' })).toMatchObject({
      status: 409,
      json: { code: 'connection.required', platform: 'woocommerce', sandbox: true },
    });
    expect((await product.call('GET', '/api/sync/status')).json.items).toEqual([]);
    expect((await sandbox(false)).status).toBe(200);
    expect((await seen()).map(({ json }) => json)).toEqual(live.map(({ json }) => json));
    const { json: entries } = await product.call('GET', '/api/audit?limit=5');
    expect(entries.items).toMatchObject([
      { action: 'setSandboxMode', after: { enabled: false } },
      { action: 'startSync', sandbox: true, code: 'connection.required' },
      { action: 'finishQuickBooksSignIn', sandbox: true, outcome: 'ok' },
      { action: 'finishQuickBooksSignIn', sandbox: true, code: 'connection.same_account' },
      { action: 'setSandboxMode', after: { enabled: true } },
    ]);
  });

  it('lets no secret out: not in answers, logs, table or journal', async () => {
    const stored = (await product.storedSecrets()).flatMap((text) =>
      [...text.matchAll(/"([^"]{12,})"/g)].map(([, value]) => value ?? ''),
    );
    const secretValues = stored.filter(
      (value) =>
        !/^\d{4}-\d\d-\d\dT/.test(value) &&
        !['access_token', 'refresh_token', 'client_secret', 'consumer_key', 'consumer_secret'].includes(value),
    );
    const marks = [...new Set([...secretValues, 'PLANTED'])].filter(
      (value) => !/^(access|refresh)_|_at$|^connected/.test(value),
    );
    expect(marks.length).toBeGreaterThan(5);
    const emitted = [
      ...product.logLines.map((text) => ({ where: 'log', text })),
      ...product.answers.map((text) => ({ where: 'answer', text })),
      ...(await tableItems(product)).map((text) => ({ where: 'table', text })),
      ...(await journalTexts(product)).map((text) => ({ where: 'journal', text })),
    ];
    for (const where of ['log', 'answer', 'table', 'journal']) {
      expect(
        emitted.some((entry) => entry.where === where),
        where,
      ).toBe(true);
    }
    const leaks = emitted.flatMap(({ where, text }) =>
      marks
        .filter((mark) => text.includes(mark))
        .map((mark) => `${where}: ${mark.slice(0, 12)} in ${text.slice(0, 200)}`),
    );
    expect(leaks).toEqual([]);
  });
});

async function tableItems({ table }: Product): Promise<string[]> {
  return (await everyItem(table)).map((item) => JSON.stringify(item));
}

async function journalTexts({ cloud }: Product): Promise<string[]> {
  const client = new S3Client(cloud.clientConfig);
  const Bucket = Object.values(cloud.names).find((name) => /journal/i.test(name)) ?? '';
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const bodies = await Promise.all(Contents.map(({ Key }) => client.send(new GetObjectCommand({ Bucket, Key }))));
  const bytes = await Promise.all(
    bodies.map(({ Body }) => Body?.transformToByteArray() ?? Promise.resolve(new Uint8Array())),
  );
  client.destroy();
  return bytes.map((data) => gunzipSync(data).toString('utf8'));
}
