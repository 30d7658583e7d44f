import { readFile } from 'node:fs/promises';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '#shared/api/contract.ts';
import { keys } from '#shared/data/keys.ts';
import { createMonthRepository } from '#shared/data/month-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { Figures } from '#shared/model/reconciliation.ts';
import { reportObjects } from '#shared/reconciliation/objects.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestReply } from '#test/support/api.ts';
import { testClock } from '#test/support/clock.ts';
import { reconcile } from '#test/support/reconcile.ts';
import { reconciliationApiDeps } from '#test/support/reconciliation-api.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';
import { reconciliationEndpoints } from '../../functions/api/reconciliation/endpoints.ts';

const september = { start_date: '2026-09-01', end_date: '2026-09-30' };
const october = { start_date: '2026-09-28', end_date: '2026-11-02' };
const base = '/api/reconciliation';

let world: World;
let api: TestApi;
let tenant: Tenant;
const audit = keptAudit();
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 150, 3) }, withoutSupabase: true });
  tenant = await world.tenant('shop');
  await world.sync(tenant, 'orders', { target: 'quickbooks' });
  const clock = testClock(Date.parse('2026-11-25T12:00:00Z'));
  const deps = reconciliationApiDeps(world.table.table, { objectsUrl: world.objectsUrl, clock });
  api = await startApi({ reconciliation: apiGroup(reconciliationEndpoints(deps), keptLog(), audit) });
}, 120_000);
afterAll(async () => {
  await api.close();
  await world.stop();
});

const call = (
  method: string,
  path: string,
  body?: object,
  role: Role = 'manager',
  owner = tenant.id,
): Promise<TestReply> =>
  api.call(method, path, { as: { tenant: owner, role, user: 'ann' }, ...(body ? { body } : {}) });
const close = (month: string, body: object, role?: Role) => call('POST', `${base}/months/${month}/close`, body, role);

it('closes a month on a report of all of it, once and for good', async () => {
  const clean = (await reconcile(world, tenant, september)).report;
  const wide = (await reconcile(world, tenant, october)).report;

  const narrow = await close('2026-10', { report_id: clean.report_id });
  expect(narrow).toMatchObject({ status: 409, json: { code: 'month.not_closable' } });
  expect(narrow.json.reasons).toEqual([expect.stringContaining('not the whole month')]);
  expect((await close('2026-12', { report_id: wide.report_id })).json.reasons).toEqual(
    expect.arrayContaining([expect.stringContaining('made before the end of 2026-12')]),
  );
  expect(await close('2026-10', { report_id: 'unknown' })).toMatchObject({
    status: 404,
    json: { code: 'reconciliation.not_found' },
  });
  expect((await close('2026-10', { report_id: wide.report_id }, 'viewer')).status).toBe(403);
  expect(
    (await call('POST', `${base}/months/2026-10/close`, { report_id: wide.report_id }, 'manager', 'other')).status,
  ).toBe(404);

  const accepted = { accept_differences: true, note: 'Known.' };
  const first = await close('2026-09', { report_id: clean.report_id, ...accepted });
  expect(first).toMatchObject({ status: 200, json: { month: '2026-09', previous_hash: null } });
  const second = await close('2026-10', { report_id: wide.report_id, ...accepted });
  expect(second).toMatchObject({ status: 200, json: { previous_month: '2026-09', previous_hash: first.json.hash } });
  expect(audit.entries.at(-1)).toMatchObject({ action: 'closeMonth', target: { id: '2026-10' }, outcome: 'ok' });

  // The same again is the same; from another report it is refused; nothing moved.
  expect((await close('2026-10', { report_id: wide.report_id })).json).toEqual(second.json);
  const other = (await reconcile(world, tenant, october)).report;
  expect(await close('2026-10', { report_id: other.report_id })).toMatchObject({
    status: 409,
    json: { code: 'month.closed', report_id: wide.report_id },
  });
  const earlier = (await reconcile(world, tenant, { start_date: '2026-08-01', end_date: '2026-08-31' })).report;
  expect((await close('2026-08', { report_id: earlier.report_id, ...accepted })).json.reasons).toEqual([
    expect.stringContaining('closed in their order'),
  ]);
  const { json } = await call('GET', `${base}/months`);
  expect(json.items).toEqual([second.json, first.json]);
});

it('hands out the certificate and tells a true one from a changed one', async () => {
  const files = new Map<string, Uint8Array>();
  for (const format of ['json', 'csv', 'pdf']) {
    const { json } = await call('GET', `${base}/months/2026-10/certificate?format=${format}`, undefined, 'viewer');
    files.set(format, new Uint8Array(await (await fetch(String(json.url))).arrayBuffer()));
  }
  const certificate = JSON.parse(Buffer.from(files.get('json') ?? []).toString());
  expect(Buffer.from(files.get('csv') ?? []).toString()).toContain(certificate.hash);
  expect(certificate.days.length).toBeGreaterThan(8);
  for (const { day } of certificate.days) expect(day.slice(0, 7)).toBe('2026-10');
  const verify = (body: object) => call('POST', `${base}/certificates/verify`, body);
  expect((await verify(certificate)).json).toEqual({
    valid: true,
    hash_matches: true,
    chain_matches: true,
    differing: [],
  });
  const days = certificate.days.with(3, { ...certificate.days[3], gross: '1.00' });
  expect((await verify({ ...certificate, days })).json).toMatchObject({
    valid: false,
    hash_matches: false,
    differing: [{ path: 'days[3].gross', expected: certificate.days[3].gross, found: '1.00' }],
  });
  expect((await verify({ ...certificate, previous_hash: null })).json).toMatchObject({
    valid: false,
    chain_matches: false,
  });
  expect(await verify({ ...certificate, month: '2026-01' })).toMatchObject({
    status: 404,
    json: { code: 'month.not_found' },
  });
});

it('wants open differences accepted with a note', async () => {
  const other = await world.tenant('shop');
  await world.sync(other, 'orders', { target: 'quickbooks' });
  const [customer] = other.company.list('Customer');
  const item = other.company.list('Item').find(({ Type }) => Type === 'NonInventory');
  other.company.create('Invoice', {
    DocNumber: 'A-1',
    TxnDate: '2026-10-10',
    CustomerRef: { value: String(customer?.Id) },
    Line: [
      {
        DetailType: 'SalesItemLineDetail',
        Amount: '500.00',
        SalesItemLineDetail: { ItemRef: { value: String(item?.Id) } },
      },
    ],
  });
  const { report, differences } = await reconcile(world, other, october);
  const open = differences.filter(({ day }) => day.startsWith('2026-10'));
  expect(open.some(({ kind, label }) => kind === 'only_in_books' && label === 'Invoice A-1')).toBe(true);
  const path = `${base}/${report.report_id}/differences?kind=only_in_books&day=2026-10-10`;
  const listed = await call('GET', path, undefined, 'viewer', other.id);
  expect(listed.json.items).toMatchObject([{ label: 'Invoice A-1', system: 'quickbooks' }]);
  const closing = (more: object) =>
    call('POST', `${base}/months/2026-10/close`, { report_id: report.report_id, ...more }, 'manager', other.id);
  expect((await closing({})).json.reasons).toEqual([expect.stringMatching(/open difference.*accept them with a note/)]);
  expect((await closing({ accept_differences: true })).json.reasons).toEqual([expect.stringContaining('needs a note')]);
  expect((await closing({ accept_differences: true, note: ' ' })).status).toBe(400);
  const closed = await closing({ accept_differences: true, note: 'Sold at the fair.' });
  expect(closed.json).toMatchObject({
    accepted_differences: open.length,
    note: 'Sold at the fair.',
    previous_hash: null,
  });
  const { json } = await call('GET', `${base}/months/2026-10/certificate?format=json`, undefined, 'viewer', other.id);
  const certificate = (await (await fetch(String(json.url))).json()) as { accepted_differences: unknown };
  expect(certificate.accepted_differences).toEqual(open);
});

it('[F2] reads what was reconciled before refunds were compared, and closes no month on it', async () => {
  const other = await world.tenant('shop');
  const { report, cells } = await reconcile(world, other, october);
  const { documents, name: TableName } = world.table.table;
  const orders = ({
    refund_count: _count,
    refund_tax: _tax,
    rounding: _rounding,
    net_sales: _net,
    ...rest
  }: Figures) => ({
    ...rest,
    refunds: '12.34',
  });
  const { version: _version, result, ...stored } = report;
  const Item = {
    ...keys.reconciliation(other.id, report.report_id),
    type: 'reconciliation',
    ...stored,
    result: { ...result, totals: result?.totals.map(orders) },
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const objects = reportObjects(world.engine().journal, other.id, report.report_id);
  await objects.writeMatrix(cells.map(orders) as never);

  const { json } = await call('GET', `${base}/${report.report_id}`, undefined, 'viewer', other.id);
  expect(json).toMatchObject({ version: 1, status: 'completed' });
  for (const figures of [...(json.totals as Figures[]), ...(json.days as Figures[])]) {
    expect(figures).toMatchObject({ refund_count: 0, refunds: '0.00', net_sales: figures.net });
  }
  const body = { report_id: report.report_id, accept_differences: true, note: 'Known.' };
  const refused = await call('POST', `${base}/months/2026-10/close`, body, 'manager', other.id);
  expect(refused).toMatchObject({ status: 409, json: { code: 'month.not_closable' } });
  expect(refused.json.reasons).toEqual([expect.stringContaining('by an earlier version')]);
  const sales = '/api/reports/sales?start_date=2026-10-01&end_date=2026-10-31';
  expect((await call('GET', sales, undefined, 'manager', other.id)).json.code).toBe('reconciliation.required');
  await expect(reconcile(world, other, { ...october, version: 1 })).rejects.toThrow('reconciliation.outdated');
});

it('[F2] verifies a month that was closed before refunds were figures, and chains the next one to it', async () => {
  const other = await world.tenant('shop');
  const { exports } = reconciliationApiDeps(world.table.table, { objectsUrl: world.objectsUrl });
  const bytes = await readFile(new URL('../fixtures/certificates/version-1.json', import.meta.url));
  const old = JSON.parse(bytes.toString());
  await exports.shelf.put('old.json', bytes, 'application/json');
  const { month, report_id, hash, previous_month, previous_hash, note, closed_at, closed_by } = old;
  await createMonthRepository(world.table.table).close({
    ...{ tenant_id: other.id, month, report_id, hash, previous_month, previous_hash, note, closed_at, closed_by },
    accepted_differences: 1,
    files: { json: 'old.json', csv: 'old.csv', pdf: 'old.pdf' },
  });
  const verify = async (body: object) =>
    (await call('POST', `${base}/certificates/verify`, body, 'manager', other.id)).json;
  expect(await verify(old)).toEqual({ valid: true, hash_matches: true, chain_matches: true, differing: [] });
  const totals = old.totals.with(0, { ...old.totals[0], refunds: '0.00' });
  expect(await verify({ ...old, totals })).toMatchObject({
    valid: false,
    differing: [{ path: 'totals[0].refunds', expected: '15.00', found: '0.00' }],
  });

  const { report } = await reconcile(world, other, october);
  const body = { report_id: report.report_id, accept_differences: true, note: 'Known.' };
  const next = await call('POST', `${base}/months/2026-10/close`, body, 'manager', other.id);
  expect(next, next.text).toMatchObject({ status: 200, json: { previous_month: '2026-09', previous_hash: hash } });
});

it('makes the sales report of a reconciliation, the same bytes each time', async () => {
  const path = (format: string, system = 'quickbooks') =>
    `/api/reports/sales?start_date=2026-10-01&end_date=2026-10-31&system=${system}&format=${format}`;
  const [csv, again, pdf] = await Promise.all(
    ['csv', 'csv', 'pdf'].map(async (format) => {
      const { json } = await call('GET', path(format));
      return {
        hash: String(json.hash),
        text: Buffer.from(await (await fetch(String(json.url))).arrayBuffer()).toString('latin1'),
      };
    }),
  );
  expect(csv).toEqual(again);
  expect(pdf?.hash).toBe(csv?.hash);
  expect(csv?.text).toContain(csv?.hash);
  expect(csv?.text.split('\r\n').filter((line) => line.startsWith('"2026-10-')).length).toBeGreaterThan(4);
  expect(await call('GET', path('csv', 'supabase'))).toMatchObject({
    status: 409,
    json: { code: 'reconciliation.required' },
  });
});
