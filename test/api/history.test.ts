import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type QueuesAndObjects, startQueuesAndObjects } from '#local/cloud/emulators/queues-and-objects.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { HistoryEntry } from '#shared/model/history-entry.ts';
import type { Job } from '#shared/model/job.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { entriesFrom, historyStart } from '#test/support/history.ts';
import { exportBucket, type HistoryApiSetting, historyApiSetting } from '#test/support/history-api.ts';
import { startTable, type TestTable } from '#test/support/table.ts';
import { historyEndpoints } from '../../functions/api/history/endpoints.ts';

let table: TestTable;
let objects: QueuesAndObjects;
let s3: S3Client;
let setting: HistoryApiSetting;
let api: TestApi;
const audit = keptAudit();
beforeAll(async () => {
  [table, objects] = await Promise.all([startTable(), startQueuesAndObjects(undefined)]);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  s3 = new S3Client({ region: 'us-east-1', credentials, endpoint: objects.url, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: exportBucket }));
  setting = historyApiSetting(table.table, objects.url);
  api = await startApi({ history: apiGroup(historyEndpoints(setting.deps), keptLog(), audit) });
});
afterAll(async () => {
  s3.destroy();
  await api.close();
  await Promise.all([table.stop(), objects.stop()]);
});

const aManager = (): TestCaller => ({ tenant: `shop-${randomUUID()}`, role: 'manager', user: 'ann' });

async function aShop(count: number, changes: Partial<HistoryEntry> = {}) {
  const as = aManager();
  const entries = entriesFrom(0, count, { tenant_id: as.tenant, ...changes });
  await createHistoryRepository(table.table).append(entries);
  return { as, entries };
}

const list = (as: TestCaller, query = '') => api.call('GET', `/api/sync/history?${query}`, { as });
const items = (json: Readonly<Record<string, unknown>>) => json.items as Record<string, unknown>[];

describe('GET /api/sync/history', () => {
  it('shows what happened to a record, every member there', async () => {
    const failure = { category: 'validation', code: 'x.y', reason: 'So.', fix: 'Fix it.', retryable: false } as const;
    const documents = [{ entity: 'invoice', action: 'failed' as const }];
    const { as, entries } = await aShop(1, { status: 'failed', failure, documents });
    const [entry] = entries;
    const { json } = await list({ ...as, role: 'viewer' });
    expect(json).toEqual({
      items: [
        {
          id: entry?.entry_id,
          at: entry?.at,
          sync_id: 'run-0',
          entity: entry?.entity,
          route: entry?.route_id,
          source: entry?.source,
          label: 'Record 0',
          status: 'failed',
          documents: [{ entity: 'invoice', action: 'failed', target_id: null, total: null, currency: null }],
          reason: null,
          failure,
          requested_by: 'ann',
        },
      ],
      next_cursor: null,
    });
  });

  it('is walked by cursor or by page, newest first', async () => {
    const { as, entries } = await aShop(25);
    const wanted = entries.map(({ entry_id }) => entry_id).toReversed();
    const first = await list(as, 'limit=10');
    const second = await list(as, `limit=10&cursor=${String(first.json.next_cursor)}`);
    const third = await list(as, 'page=3&per_page=10');
    const found = [first, second, third].flatMap(({ json }) => items(json)).map(({ id }) => id);
    expect(found).toEqual(wanted);
    expect(third.json.next_cursor).toBeNull();
  });

  it('takes filters together, days whole, and refuses what is none', async () => {
    const { as, entries } = await aShop(600);
    const { json } = await list(as, 'entity=orders&connection=supabase&status=created&limit=100');
    const fitting = entries.filter(
      ({ entity, route_id, status }) => entity === 'orders' && route_id.endsWith('supabase') && status === 'created',
    );
    expect(fitting.length).toBeGreaterThan(2);
    expect(items(json).map(({ id }) => id)).toEqual(fitting.map(({ entry_id }) => entry_id).toReversed());
    const day = new Date(historyStart).toISOString().slice(0, 10);
    expect(items((await list(as, `start_date=${day}&end_date=${day}&limit=100`)).json)).toHaveLength(100);
    expect(items((await list(as, 'end_date=2026-02-28')).json)).toEqual([]);
    expect(items((await list(as, 'source_id=7')).json)).toMatchObject([{ source: { id: '7' } }]);
    expect(items((await list(as, 'sync_id=nothing')).json)).toEqual([]);
    const wrong = await list(as, 'status=odd&start_date=yesterday&colour=red');
    expect((wrong.json.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'colour',
      'start_date',
      'status',
    ]);
    expect((await list(as, 'start_date=2026-03-02&end_date=2026-03-01')).status).toBe(400);
  });

  it('refuses a cursor of another tenant or of other filters', async () => {
    const { as } = await aShop(5);
    const { json } = await list(as, 'limit=2');
    const cursor = String(json.next_cursor);
    expect((await list(aManager(), `limit=2&cursor=${cursor}`)).status).toBe(400);
    expect((await list(as, `limit=2&entity=orders&cursor=${cursor}`)).status).toBe(400);
  });
});

describe('GET /api/sync/history/export', () => {
  const ask = (as: TestCaller, query = 'format=csv') => api.call('GET', `/api/sync/history/export?${query}`, { as });
  const stored = async (as: TestCaller, id: unknown): Promise<Job> => {
    const job = await createJobRepository(table.table).find(as.tenant, String(id));
    if (!job) throw new Error('no job');
    return job;
  };
  /** What the worker would have done. */
  const finish = async (as: TestCaller, id: unknown, changes: Partial<Job>): Promise<void> => {
    const job = await stored(as, id);
    const finished_at = new Date(setting.clock.now()).toISOString();
    await createJobRepository(table.table).save({ ...job, version: job.version + 1, finished_at, ...changes });
  };

  it('starts one export for one question, however often it is asked, and a link when it is done', async () => {
    const as = aManager();
    const first = await ask(as, 'format=csv&entity=orders&status=failed');
    expect(first).toMatchObject({
      status: 202,
      json: { status: 'queued', format: 'csv', progress: { done: 0, total: null }, url: null, expires_at: null },
    });
    const { export_id: id } = first.json;
    const again = await ask(as, 'status=failed&entity=orders');
    expect(again).toMatchObject({ status: 202, json: { export_id: id } });
    const others = [await ask(as), await ask(as, 'format=json&entity=orders&status=failed')];
    const colleague = await ask({ ...as, user: 'bob' }, 'format=csv&entity=orders&status=failed');
    expect(new Set([first, ...others, colleague].map(({ json }) => json.export_id)).size).toBe(4);
    expect(setting.sent.filter(({ job_id }) => job_id === id).every(({ version }) => version === 0)).toBe(true);

    const key = `history/${as.tenant}/${String(id)}.csv`;
    await s3.send(new PutObjectCommand({ Bucket: exportBucket, Key: key, Body: 'the file' }));
    await finish(as, id, { status: 'completed', progress: { done: 3, total: 3 }, result: { key, bytes: 8 } });
    const done = await ask(as, 'format=csv&entity=orders&status=failed');
    expect(done).toMatchObject({ status: 200, json: { export_id: id, status: 'completed', bytes: 8, failure: null } });
    expect(await (await fetch(String(done.json.url))).text()).toBe('the file');
    expect(new URL(String(done.json.url)).searchParams.get('X-Amz-Expires')).toBe('900');
    const inDays = (text: unknown) => (Date.parse(String(text)) - setting.clock.now()) / 86_400_000;
    expect(inDays(done.json.expires_at)).toBe(7);

    setting.clock.advance(15 * 60_000 + 1);
    expect((await ask(as, 'format=csv&entity=orders&status=failed')).json.export_id).not.toBe(id);
    const direct = await api.call('GET', `/api/sync/history/exports/${String(id)}`, { as });
    expect(direct.json).toMatchObject({ status: 'completed', url: expect.stringContaining('X-Amz-Signature') });
    setting.clock.advance(7 * 86_400_000);
    const late = await api.call('GET', `/api/sync/history/exports/${String(id)}`, { as });
    expect(late).toMatchObject({ status: 200, json: { status: 'expired', url: null, url_expires_at: null } });
  });

  it('says why an export failed', async () => {
    const as = aManager();
    const { json } = await ask(as);
    const failure = { category: 'internal', code: 'x.y', reason: 'So.', fix: 'Again.', retryable: true } as const;
    await finish(as, json.export_id, { status: 'failed', failure });
    expect(await ask(as)).toMatchObject({ status: 200, json: { status: 'failed', failure, url: null } });
  });

  it('leaves an entry in the audit log that names the export and its filters', async () => {
    const as = { ...aManager(), user: 'eve' };
    const { json } = await ask(as, 'format=json&sync_id=run-1&start_date=2026-03-01');
    expect(audit.entries.find(({ actor }) => actor.user === 'eve')).toMatchObject({
      action: 'exportHistory',
      target: { type: 'export', id: json.export_id },
      after: { format: 'json', filters: { runId: 'run-1', fromMs: historyStart } },
    });
  });

  it('and its job are a manager’s to start, anybody’s to watch, and no other tenant’s', async () => {
    const as = aManager();
    expect((await ask({ ...as, role: 'viewer' })).status).toBe(403);
    expect((await ask(as, 'format=xml')).status).toBe(400);
    const { json } = await ask(as);
    const job = (who: TestCaller) => api.call('GET', `/api/jobs/${String(json.export_id)}`, { as: who });
    expect((await job({ ...as, role: 'viewer' })).json).toMatchObject({
      job_id: json.export_id,
      kind: 'history-export',
      status: 'queued',
      result_path: null,
    });
    await finish(as, json.export_id, { status: 'completed', result: { key: 'k', bytes: 1 } });
    expect((await job(as)).json.result_path).toBe(`/api/sync/history/exports/${String(json.export_id)}`);
    expect(await job(aManager())).toMatchObject({ status: 404, json: { code: 'job.not_found' } });
    const foreign = await api.call('GET', `/api/sync/history/exports/${String(json.export_id)}`, { as: aManager() });
    expect(foreign).toMatchObject({ status: 404, json: { code: 'export.not_found' } });
  });
});
