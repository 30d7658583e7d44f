import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '#shared/core/clock.ts';
import type { Failure } from '#shared/core/failure.ts';
import { exportResultSchema, historyExport, historyExportKind } from '#shared/history/export.ts';
import { historyView } from '#shared/history/history-view.ts';
import type { JobKind } from '#shared/jobs/job-kind.ts';
import type { FileUpload } from '#shared/jobs/ports.ts';
import { runJob } from '#shared/jobs/run-job.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import type { HistoryEntry } from '#shared/model/history-entry.ts';
import type { Job } from '#shared/model/job.ts';
import { readCsv } from '#test/support/csv.ts';
import { anEntry, entriesFrom } from '#test/support/history.ts';
import { type JobWorld, startJobWorld } from '#test/support/job-world.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';

let world: JobWorld;
beforeAll(async () => {
  world = await startJobWorld();
});
afterAll(() => world.stop());

const partBytes = 5 * 1024 * 1024;
type Format = 'csv' | 'json';

async function ask(tenantId: string, format: Format, filters: object = {}): Promise<Job> {
  const asked = { tenantId, requestedBy: 'ann', request: { format, filters: { ...filters } } };
  return (await startJob(world.worker().deps, historyExport, asked)).job;
}

async function workOff(kill?: KillSwitch): Promise<void> {
  await world.drain((message) => {
    const { deps, ...needs } = world.worker(kill?.killed ? undefined : kill);
    return runJob(deps, message, { kinds: [historyExportKind({ ...needs, partBytes })], until: world.clock.now() });
  });
}

async function made(tenantId: string, format: Format, filters?: object, kill?: KillSwitch) {
  const job = await ask(tenantId, format, filters);
  await workOff(kill);
  const stored = await world.worker().deps.jobs.find(tenantId, job.job_id);
  expect(stored).toMatchObject({ status: 'completed' });
  const { key, bytes } = exportResultSchema.parse(stored?.result);
  const content = await world.file(key);
  expect(content.length).toBe(bytes);
  return { content, text: content.toString('utf8'), progress: stored?.progress };
}

const newestFirst = (entries: readonly HistoryEntry[]) => entries.toReversed();

describe('an export', () => {
  const tenant_id = 'exporter';
  const entries = entriesFrom(0, 1234, { tenant_id });
  beforeAll(async () => {
    await world.worker().history.append(entries);
  });

  it('has a row per entry, as CSV and as JSON', async () => {
    const json = await made(tenant_id, 'json');
    expect(JSON.parse(json.text)).toEqual(newestFirst(entries).map(historyView));
    const csv = await made(tenant_id, 'csv');
    expect(csv.text.startsWith('\uFEFF')).toBe(true);
    const rows = readCsv(csv.text);
    expect(rows.map(({ id }) => id)).toEqual(newestFirst(entries).map(({ entry_id }) => entry_id));
    expect(csv.progress).toEqual({ done: 1234, total: 1234 });
    const [newest] = newestFirst(entries);
    expect(rows[0]).toMatchObject({
      at: newest?.at,
      route: newest?.route_id,
      source_id: newest?.source.id,
      documents: `${newest?.documents[0]?.entity} ${newest?.status} T1233 (10.50 USD)`,
      reason: '',
    });
  });

  it('has what fits the filters, and what was there when it began', async () => {
    const filters = { entity: 'orders', status: 'created' };
    const job = await ask(tenant_id, 'json', filters);
    const late = instant(Date.parse(job.started_at) + 1);
    await world.worker().history.append(entriesFrom(0, 60, { tenant_id, run_id: 'later', at: late }));
    await workOff();
    const stored = await world.worker().deps.jobs.find(tenant_id, job.job_id);
    const file = await world.file(exportResultSchema.parse(stored?.result).key);
    const fitting = entries.filter(({ entity, status }) => entity === 'orders' && status === 'created');
    expect(fitting.length).toBeGreaterThan(10);
    expect(JSON.parse(file.toString())).toEqual(newestFirst(fitting).map(historyView));
  });

  it('of nothing is a file of its own: a header, an empty array', async () => {
    expect(JSON.parse((await made('nobody', 'json')).text)).toEqual([]);
    const { text } = await made('nobody', 'csv');
    expect(readCsv(text)).toEqual([]);
    expect(text).toContain('"source_id"');
    expect(JSON.parse((await made(tenant_id, 'json', { entity: 'unicorns' })).text)).toEqual([]);
  });

  it('gives no other tenant a row', async () => {
    expect((await made('exporter2', 'csv')).progress).toEqual({ done: 0, total: 0 });
  });
});

describe('a CSV file', () => {
  const hostile = [
    '=HYPERLINK("https://evil.test","x")',
    '+1+1',
    '-2+3+cmd|" /C calc"!A0',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '\uFF1D1+1',
    '=1;=2,"=3"\r\n=4',
  ];
  const harmless = ['-12.50', '+7', '12', 'a=b', 'Müller, "Ada"; 東京', 'two\nlines', ''];

  it('has no cell that a spreadsheet runs, and loses no character', async () => {
    const labels = [...hostile, ...harmless];
    const entries = labels.map((label, index) => anEntry(index, { tenant_id: 'hostile', label, reason: label }));
    await world.worker().history.append(entries);
    const { text } = await made('hostile', 'csv');
    const rows = readCsv(text).toReversed();
    expect(rows.map(({ label }) => label)).toEqual([...hostile.map((cell) => `'${cell}`), ...harmless]);
    expect(rows.map(({ reason }) => reason)).toEqual(rows.map(({ label }) => label));
    for (const cell of rows.flatMap((row) => Object.values(row))) {
      expect(/^[=+\-@\t\r\uFF1D]/.test(cell) && !/^[+-]?[\d.]+$/.test(cell), cell).toBe(false);
    }
  });
});

describe('an export of several parts', () => {
  const tenant_id = 'large';
  const entries = entriesFrom(0, 104, { tenant_id }).map((entry, index) => ({
    ...entry,
    reason: `${index} ${'long '.repeat(10_600)}`,
  }));
  beforeAll(async () => {
    for (let start = 0; start < entries.length; start += 25) {
      await world.worker().history.append(entries.slice(start, start + 25));
    }
  });

  it('is the same to the byte when its worker dies at any call, before or after it took effect', async () => {
    const lived = killSwitch();
    const whole = await made(tenant_id, 'csv', {}, lived);
    expect(lived.calls.filter((name) => name === 'UploadPartCommand')).toHaveLength(2);
    expect(readCsv(whole.text).map(({ reason }) => reason)).toEqual(newestFirst(entries).map(({ reason }) => reason));
    for (const { call, when } of deaths(lived)) {
      const kill = killSwitch({ call, when });
      const { content } = await made(tenant_id, 'csv', {}, kill);
      expect(kill.killed).toBe(true);
      expect(content.equals(whole.content), `died ${when} call ${call}, ${kill.calls.at(-1)}`).toBe(true);
    }
  });

  async function afterFirstPart(then: (upload: FileUpload) => Promise<void>, kindOf = (kind: JobKind) => kind) {
    const job = await ask(tenant_id, 'csv');
    await world.drain(async (message) => {
      const { deps, ...needs } = world.worker();
      const kinds = [historyExportKind({ ...needs, partBytes })].map(kindOf);
      await runJob(deps, message, { kinds, until: world.clock.now() });
      const now = await deps.jobs.find(tenant_id, job.job_id);
      const { upload_id = '' } = (now?.cursor ?? {}) as { upload_id?: string };
      if (now?.version === 1) await then({ key: `history/${tenant_id}/${job.job_id}.csv`, upload_id });
    });
    return world.worker().deps.jobs.find(tenant_id, job.job_id);
  }

  it('fails when its upload is gone, and says what to do', async () => {
    const job = await afterFirstPart((upload) => world.worker().files.abort(upload));
    expect(job).toMatchObject({ status: 'failed', failure: { code: 'export.lost', fix: 'Ask for it again.' } });
  });

  it('leaves no upload behind when it fails for good', async () => {
    const uploads: FileUpload[] = [];
    const broken: Failure = { category: 'internal', code: 'x.broken', reason: 'So.', fix: 'No.', retryable: false };
    const job = await afterFirstPart(
      async (upload) => void uploads.push(upload),
      (kind) => ({
        ...kind,
        step: async (job) => (job.version === 0 ? kind.step(job) : { kind: 'failed', failure: broken }),
      }),
    );
    expect(job).toMatchObject({ status: 'failed', failure: broken });
    const { files } = world.worker();
    expect(uploads).toHaveLength(1);
    for (const upload of uploads) {
      await expect(files.part(upload, 1, Buffer.from('late'))).rejects.toMatchObject({
        failure: { code: 'export.lost' },
      });
    }
  });
});
