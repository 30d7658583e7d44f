import { readFile } from 'node:fs/promises';
import { measure } from '../meter.ts';
import { control } from '../platforms/place.ts';
import { shopKeys } from '../settings.ts';
import { answerTask } from '../subjects/answer.ts';
import type { RecordedRequest } from '../subjects/recording.ts';
import type { BaselineReport, BaselineTask } from '../subjects/task.ts';

/**
 * The lower bound: reads the shop's pages and posts batches that were prepared before, one after the other, and looks at
 * nothing but whether each item was taken. Nothing is mapped, checked, remembered or recorded.
 */
async function postPrepared(task: BaselineTask): Promise<BaselineReport> {
  const requests = await prepare(task);
  const before = await control.sightings(task.place, task.company.realmId);
  const { value, cost } = await measure(async () => {
    let [documents, failed] = [0, 0];
    const orders = new Set<unknown>();
    for (const { url, init } of requests) {
      const response = await fetch(url, init);
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`${response.status} for ${url}`);
      // Pages may overlap.
      if (url.includes('/orders?')) for (const { id } of body as readonly { id: number }[]) orders.add(id);
      for (const item of (body as { BatchItemResponse?: readonly object[] }).BatchItemResponse ?? []) {
        if ('Fault' in item) failed += 1;
        else documents += 1;
      }
    }
    return { documents, failed, orders: orders.size };
  });
  return { cost, ...value, before, after: await control.sightings(task.place, task.company.realmId) };
}

/** Shop pages and batches only, addressed to this company. */
async function prepare({ recording = '', company }: BaselineTask) {
  const recorded = JSON.parse(await readFile(recording, 'utf8')) as readonly RecordedRequest[];
  const basic = Buffer.from(`${shopKeys.consumerKey}:${shopKeys.consumerSecret}`).toString('base64');
  return recorded
    .filter(({ url }) => url.includes('/wp-json') || url.includes('/batch?'))
    .map(({ method, url, body, type }) => ({
      url: url.replace(/\/company\/\d+\//, `/company/${company.realmId}/`),
      init: {
        method,
        body,
        headers: {
          accept: 'application/json',
          authorization: url.includes('/wp-json') ? `Basic ${basic}` : `Bearer ${company.accessToken}`,
          ...(type ? { 'content-type': type } : {}),
        },
      },
    }));
}

answerTask(postPrepared);
