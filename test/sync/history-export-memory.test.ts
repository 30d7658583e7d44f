import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type QueuesAndObjects, startQueuesAndObjects } from '#local/cloud/emulators/queues-and-objects.ts';
import { instant } from '#shared/core/clock.ts';
import type { ExportReport, ExportTask } from '#test/support/export-child.ts';
import { anEntry, historyStart } from '#test/support/history.ts';
import { exportBucket } from '#test/support/history-api.ts';
import { serve, type TestServer } from '#test/support/http.ts';

const rows = 100_000;
const mebibyte = 1024 * 1024;
const reason = 'The customer of this order was changed in the shop. '.repeat(8);

let table: TestServer;
let objects: QueuesAndObjects;
let s3: S3Client;
beforeAll(async () => {
  [table, objects] = await Promise.all([startGeneratedTable(), startQueuesAndObjects(undefined)]);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  s3 = new S3Client({ region: 'us-east-1', credentials, endpoint: objects.url, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: exportBucket }));
});
afterAll(async () => {
  s3.destroy();
  await Promise.all([table.close(), objects.stop()]);
});

interface Query {
  readonly ExpressionAttributeValues: { readonly ':high': { readonly S: string } };
  readonly ExclusiveStartKey?: { readonly gsi1sk: { readonly S: string } };
  readonly Limit: number;
}

/**
 * DynamoDB's answers to the queries of a history with a hundred thousand entries, made as they are asked for: to store
 * that many would take a minute.
 */
function startGeneratedTable(): Promise<TestServer> {
  const numberOf = (position: string) => Math.round((Date.parse(position.slice(0, 24)) - historyStart) / 1000);
  return serve(async (_request, body, response) => {
    const { ExpressionAttributeValues, ExclusiveStartKey, Limit } = JSON.parse(body.toString()) as Query;
    const high = ExpressionAttributeValues[':high'].S;
    // A position ends with the id of an entry, and a bound just below it leaves that entry out.
    const below = ExclusiveStartKey?.gsi1sk.S ?? (high.endsWith('#~') ? undefined : high);
    const newest = below === undefined ? rows - 1 : numberOf(below) - 1;
    const numbers = Array.from({ length: Math.min(Limit, newest + 1) }, (_, index) => newest - index);
    const items = numbers.map((number) => {
      const entry = anEntry(number, { tenant_id: 'large', reason });
      return { ...entry, gsi1sk: `${entry.at}#${entry.entry_id}` };
    });
    const last = items.at(-1);
    const more = last && numbers.at(-1) !== 0 ? { LastEvaluatedKey: { gsi1sk: { S: last.gsi1sk } } } : {};
    const answer = { Items: items.map((item) => attribute(item).M), Count: items.length, ...more };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
}

/** A value of text, lists and objects as DynamoDB writes it. */
function attribute(value: unknown): { readonly M?: object; readonly L?: object; readonly S?: string } {
  if (typeof value === 'string') return { S: value };
  if (Array.isArray(value)) return { L: value.map(attribute) };
  return { M: Object.fromEntries(Object.entries(value ?? {}).map(([name, member]) => [name, attribute(member)])) };
}

function exportIn(heapMb: number, task: ExportTask): Promise<ExportReport> {
  const script = fileURLToPath(new URL('../support/export-child.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(task)], { execArgv: [`--max-old-space-size=${heapMb}`] });
  return new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as ExportReport));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the export ended with ${code}`)));
  });
}

it('a hundred thousand rows are exported in a heap of 64 MB, each of them once', async () => {
  const startedAt = instant(historyStart + rows * 1000);
  const report = await exportIn(64, { tableUrl: table.url, objectsUrl: objects.url, startedAt });
  expect(report.rows).toBe(rows);
  const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: exportBucket, Key: report.key }));
  // What is held at once is a small part of the file: a part of 8 MiB, put together and on its way.
  expect(ContentLength).toBeGreaterThan(60 * mebibyte);
  expect(report.buffers).toBeLessThan(48 * mebibyte);
  let next = rows - 1;
  await new Promise<void>((resolve, reject) => {
    Papa.parse<Record<string, string>>(Body as Readable, {
      header: true,
      step: ({ data, errors }) => {
        if (errors.length > 0 || data.source_id !== String(next)) reject(new Error(`row of ${next}`));
        next -= 1;
      },
      complete: () => resolve(),
      error: reject,
    });
  });
  expect(next).toBe(-1);
});
