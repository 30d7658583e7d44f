import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { QuickBooksOptions, QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { webhookSignature } from '#local/platforms/quickbooks/webhooks.ts';
import { at, caller, capture, code, line, manualClock, query, startBooks } from './quickbooks.support.ts';

const running: QuickBooksSimulator[] = [];
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

async function start(options: Partial<QuickBooksOptions> = {}) {
  const clock = manualClock();
  const simulator = await startBooks({ clock, companies: [{ realmId: '1' }], ...options });
  running.push(simulator);
  return { clock, simulator, books: simulator.company('1'), call: caller(simulator, '1') };
}

const item = (bId: string, amount = 1) => ({
  bId,
  operation: 'create',
  SalesReceipt: { DocNumber: bId, Line: [line(amount)] },
});

describe('a batch', () => {
  it('replays items whose request id and bId repeat, and runs the others', async () => {
    const { books, call } = await start();
    const bad = { bId: 'c', operation: 'create', SalesReceipt: { Line: [] } };
    const first = await call('POST', 'batch?requestid=r', { BatchItemRequest: [item('a'), item('b'), bad] });
    const again = await call('POST', 'batch?requestid=r', { BatchItemRequest: [item('b'), item('a', 9), item('c')] });
    expect(at(again, 'BatchItemResponse.0')).toEqual(at(first, 'BatchItemResponse.1'));
    expect(at(again, 'BatchItemResponse.1')).toEqual(at(first, 'BatchItemResponse.0'));
    expect(at(again, 'BatchItemResponse.2.SalesReceipt.DocNumber')).toBe('c');
    expect(books.list('SalesReceipt')).toHaveLength(3);
    await call('POST', 'salesreceipt?requestid=r', { Line: [line(1)] });
    expect(books.list('SalesReceipt')).toHaveLength(4);
  });

  it('holds 30 items, ids of 36 and 10 characters, and every bId once', async () => {
    const { call } = await start();
    const many = Array.from({ length: 31 }, (_, index) => item(String(index)));
    expect(code(await call('POST', 'batch', { BatchItemRequest: many }))).toBe('1040');
    expect(code(await call('POST', 'batch', { BatchItemRequest: many.slice(1) }))).toBe(200);
    expect(code(await call('POST', 'batch', { BatchItemRequest: [item('12345678901')] }))).toBe('2130');
    expect(code(await call('POST', `batch?requestid=${'x'.repeat(37)}`, { BatchItemRequest: [item('1')] }))).toBe(
      '2130',
    );
    expect(code(await call('POST', 'batch', { BatchItemRequest: [item('1'), item('1')] }))).toBe('6000');
    expect(
      code(await call('POST', 'batch', { BatchItemRequest: [{ bId: '1', operation: 'void', Invoice: {} }] })),
    ).toBe('2170');
    expect(code(await call('POST', 'batch', { BatchItemRequest: [{ bId: '1', operation: 'create', Sale: {} }] }))).toBe(
      '2010',
    );
  });

  it('takes flags per item', async () => {
    const { books, call } = await start({ companies: [{ realmId: '1', warnDuplicateDocNumber: true }] });
    books.create('SalesReceipt', { DocNumber: 'd', Line: [line('1')] });
    const flagged = { ...item('d'), optionsData: 'allowduplicatedocnum' };
    const voided = {
      bId: 'v',
      operation: 'update',
      optionsData: 'void',
      SalesReceipt: { Id: '1', SyncToken: '0', sparse: true },
    };
    const answer = await call('POST', 'batch', { BatchItemRequest: [flagged, voided] });
    expect(at(answer, 'BatchItemResponse')).toMatchObject([
      { SalesReceipt: { DocNumber: 'd' } },
      { SalesReceipt: { PrivateNote: 'Voided', TotalAmt: 0 } },
    ]);
  });

  it('fails one item on demand, before or after it was stored', async () => {
    const { books, call } = await start();
    const fault = { Message: 'm', Detail: 'Business Validation Error: try again', code: '6000', element: '' };
    books.failNext({ entity: 'SalesReceipt', operation: 'create', match: { DocNumber: 'b' }, fault });
    books.failNext({ entity: 'SalesReceipt', match: { DocNumber: 'c' }, fault, commit: true });
    const answer = await call('POST', 'batch', { BatchItemRequest: [item('a'), item('b'), item('c')] });
    expect(at(answer, 'BatchItemResponse')).toMatchObject([
      { SalesReceipt: { DocNumber: 'a' } },
      { bId: 'b', Fault: { Error: [fault], type: 'ValidationFault' } },
      { bId: 'c', Fault: { Error: [fault] } },
    ]);
    expect(books.list('SalesReceipt').map(({ DocNumber }) => DocNumber)).toEqual(['a', 'c']);
  });
});

describe('limits and meters', () => {
  it('admit 10 calls a second, 500 and 40 batches a minute', async () => {
    const { books, call, clock } = await start({ limits: 'documented', throttleBody: 'json' });
    const statuses = async (count: number, pauseMs: number, path: string) => {
      const found: number[] = [];
      for (let index = 0; index < count; index += 1) {
        const isBatch = path === 'batch';
        const body = isBatch ? { BatchItemRequest: [{ bId: '1', Query: 'select * from Term' }] } : undefined;
        found.push((await call(isBatch ? 'POST' : 'GET', path, body)).status);
        clock.advance(pauseMs);
      }
      return found;
    };
    const burst = await statuses(11, 0, 'term/1');
    expect(burst.indexOf(429)).toBe(10);
    clock.advance(60_000);
    const batches = await statuses(41, 100, 'batch');
    expect(batches.indexOf(429)).toBe(40);
    clock.advance(60_000);
    const steady = await statuses(501, 101, 'term/1');
    expect(steady.indexOf(429)).toBe(500);
    expect(books.meters).toMatchObject({ batches: 40, batch_items: 40, throttled: 3, calls: 550 });
  });

  it('count reads and queries as metered, writes as free, faults as neither', async () => {
    const { books, call } = await start();
    await call('POST', 'salesreceipt', { Line: [line(1)] });
    await call('POST', 'salesreceipt', { Line: [] });
    await call('GET', 'salesreceipt/1');
    await call('GET', 'salesreceipt/9');
    await query(call, 'select * from SalesReceipt');
    await call('POST', 'batch', { BatchItemRequest: [item('1'), { bId: '2', Query: 'select * from Term' }] });
    expect(books.meters).toEqual({ calls: 6, batches: 1, batch_items: 2, writes: 2, metered_reads: 3, throttled: 0 });
  });
});

describe('what a test can look into', () => {
  it('is a copy, and equal for companies with the same content', async () => {
    const { simulator, books } = await start();
    const other = simulator.addCompany();
    for (const one of [books, other]) one.create('Customer', { DisplayName: 'A' });
    expect(other.snapshot()).toEqual(books.snapshot());
    books.edit('Customer', '1', { Notes: 'x' });
    expect(other.snapshot()).not.toEqual(books.snapshot());
    const copy = books.get('Customer', '1');
    if (copy) copy.Notes = 'changed';
    expect(books.get('Customer', '1')?.Notes).toBe('x');
  });
});

describe('webhooks', () => {
  it('sign the raw body like the published vector', () => {
    const { request } = capture('webhook_legacy');
    const token = String(request?.verifierToken).split(' ')[0] ?? '';
    const signature = webhookSignature(String(request?.rawBody), token);
    expect(signature).toBe(at(request, 'headers.intuit-signature'));
  });

  it('announce changes as CloudEvents, hold back until acknowledged and retry by the ladder', async () => {
    const received: { body: string; signature: string }[] = [];
    let status = 500;
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          body: Buffer.concat(chunks).toString(),
          signature: String(request.headers['intuit-signature']),
        });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const { books, clock, simulator } = await start({ webhook: { url, verifierToken: 'v' } });
    books.create('Customer', { DisplayName: 'A' });
    expect(await simulator.deliverWebhooks()).toBe(0);
    status = 200;
    books.edit('Customer', '1', { Notes: 'x' });
    expect(await simulator.deliverWebhooks()).toBe(0);
    clock.advance(10_000);
    expect(await simulator.deliverWebhooks()).toBe(2);
    receiver.close();
    const events = received.flatMap(({ body }) => JSON.parse(body) as Record<string, unknown>[]);
    expect(events.map(({ type }) => type)).toEqual([
      'qbo.customer.created.v1',
      'qbo.customer.created.v1',
      'qbo.customer.updated.v1',
    ]);
    expect(events[0]).toMatchObject({ intuitentityid: '1', intuitaccountid: '1', specversion: '1.0' });
    for (const { body, signature } of received) expect(signature).toBe(webhookSignature(body, 'v'));
  });
});
