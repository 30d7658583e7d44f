import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { QuickBooksOptions, QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { type StateFormat, StateKeeper } from '#local/platforms/state-file.ts';
import { app, at, caller, code, line, manualClock, query, startBooks } from './quickbooks.support.ts';
import { shopOf, startShop } from './woocommerce-support.ts';

const realmId = '4620816365';

/** A path in a folder that goes away with the test. */
async function stateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'platform-state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'made', 'on-demand.state');
}

/** Starts the same books again and again: each start only knows what the file says. */
async function restartable(options: Partial<QuickBooksOptions> = {}) {
  const file = await stateFile();
  const clock = manualClock();
  const start = async (): Promise<QuickBooksSimulator> => {
    const books = await startBooks({ companies: [{ realmId }], clock, ...options, stateFile: file });
    onTestFinished(() => books.close());
    return books;
  };
  return { file, clock, start };
}

async function refreshed({ url }: QuickBooksSimulator, refreshToken: string) {
  const authorization = `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`;
  const reply = await fetch(`${url}/oauth2/v1/tokens/bearer`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
  return { status: reply.status, body: (await reply.json()) as { access_token?: string; refresh_token?: string } };
}

describe('the books after a restart', () => {
  it('hold every object, deleted id, setting and SyncToken they held before', async () => {
    const { start } = await restartable();
    const first = await start();
    const books = first.company(realmId);
    books.create('Customer', { DisplayName: 'Ann' });
    const invoice = books.create('Invoice', { CustomerRef: { value: '1' }, Line: [line(75.5)] });
    books.edit('Invoice', String(invoice.Id), { PrivateNote: 'changed' });
    const gone = books.create('Invoice', { CustomerRef: { value: '1' }, Line: [line(1)] });
    books.remove('Invoice', String(gone.Id));
    books.settings.bookCloseDate = '2020-12-31';
    const before = books.snapshot();
    await first.close();

    const again = (await start()).company(realmId);

    expect(again.snapshot()).toEqual(before);
    expect(again.get('Invoice', String(invoice.Id))).toMatchObject({ SyncToken: '1', TotalAmt: '75.50' });
    expect(again.settings.bookCloseDate).toBe('2020-12-31');
  });

  it('go on numbering where they stopped and never give an id of a deleted object again', async () => {
    const { start } = await restartable();
    const first = await start();
    first.company(realmId).create('Customer', { DisplayName: 'Ann' });
    const last = first.company(realmId).create('Invoice', { CustomerRef: { value: '1' }, Line: [line(1)] });
    first.company(realmId).remove('Invoice', String(last.Id));
    await first.close();

    const books = (await start()).company(realmId);

    const next = books.create('Invoice', { CustomerRef: { value: '1' }, Line: [line(1)] });
    expect(Number(next.Id)).toBe(Number(last.Id) + 1);
    expect(books.create('Customer', { DisplayName: 'Bob' }).Id).toBe('2');
  });

  it('still know what payments applied and which names are taken', async () => {
    const { start } = await restartable();
    const first = await start();
    const books = first.company(realmId);
    books.create('Customer', { DisplayName: 'Ann' });
    const invoice = books.create('Invoice', { CustomerRef: { value: '1' }, Line: [line(100)] });
    const link = { TxnId: String(invoice.Id), TxnType: 'Invoice' };
    const payment = books.create('Payment', {
      CustomerRef: { value: '1' },
      TotalAmt: '40.25',
      Line: [{ Amount: '40.25', LinkedTxn: [link] }],
    });
    await first.close();

    const second = await start();
    const again = second.company(realmId);
    const call = caller(second, realmId);

    expect(code(await call('POST', 'customer', { DisplayName: 'Ann' }))).toBe('6240');
    expect(at(await query(call, "select * from Customer where DisplayName = 'ann'"), 'QueryResponse')).toMatchObject({
      Customer: [{ Id: '1', Balance: 59.75 }],
    });
    again.remove('Payment', String(payment.Id));
    expect(again.get('Invoice', String(invoice.Id))).toMatchObject({ Balance: '100.00' });
  });

  it('answer a request id, alone or in a batch, with what they answered before', async () => {
    const { start } = await restartable();
    const first = await start();
    const token = first.issueTokens(realmId).accessToken;
    const single = ['POST', 'customer?requestid=one', { DisplayName: 'Ann' }] as const;
    const item = { bId: '1', operation: 'create', Customer: { DisplayName: 'Bob' } };
    const batch = ['POST', 'batch?requestid=many', { BatchItemRequest: [item] }] as const;
    const [one, many] = [await caller(first, realmId, token)(...single), await caller(first, realmId, token)(...batch)];
    await first.close();

    const second = await start();
    const call = caller(second, realmId, token);

    expect(at(await call(...single), 'Customer')).toEqual(at(one, 'Customer'));
    expect(at(await call(...batch), 'BatchItemResponse')).toEqual(at(many, 'BatchItemResponse'));
    expect(second.company(realmId).list('Customer')).toHaveLength(2);
  });

  it('list changes and deletions since a time before it', async () => {
    const { clock, start } = await restartable();
    const first = await start();
    const since = new Date(clock.now() - 1000).toISOString();
    const books = first.company(realmId);
    books.create('Customer', { DisplayName: 'Ann' });
    const gone = books.create('Invoice', { CustomerRef: { value: '1' }, Line: [line(1)] });
    books.remove('Invoice', String(gone.Id));
    await first.close();

    const second = await start();

    const answer = await caller(second, realmId)('GET', `cdc?entities=Invoice,Customer&changedSince=${since}`);
    expect(answer.text).toContain('"status":"Deleted"');
    expect(answer.text).toContain('"DisplayName":"Ann"');
  });

  it('keep companies that were added later and create those that are new', async () => {
    const { start, file } = await restartable({ companies: [{}] });
    const first = await start();
    const added = first.addCompany({ companyName: 'Added' });
    first.company('9130340001').create('Customer', { DisplayName: 'Ann' });
    await first.close();

    const second = await startBooks({ companies: [{}, { realmId: '77', companyName: 'New' }], stateFile: file });
    onTestFinished(() => second.close());

    expect(second.company('9130340001').list('Customer')).toHaveLength(1);
    expect(second.company(added.realmId).list('CompanyInfo')).toMatchObject([{ CompanyName: 'Added' }]);
    expect(second.company('77').list('CompanyInfo')).toMatchObject([{ CompanyName: 'New' }]);
    expect([added.realmId, second.addCompany().realmId]).toEqual(['9130340002', '9130340004']);
    expect(() => second.company('9130340003')).toThrow('no company');
    await start().then((third) => third.close());
  });
});

describe('tokens after a restart', () => {
  it('work as before: access tokens, refresh tokens and the previous refresh token in its last day', async () => {
    const { clock, start } = await restartable();
    const first = await start();
    const tokens = first.issueTokens(realmId);
    clock.advance(25 * 3_600_000);
    const rotated = await refreshed(first, tokens.refreshToken);
    await first.close();

    const second = await start();

    expect(rotated.body.refresh_token).not.toBe(tokens.refreshToken);
    const call = caller(second, realmId, rotated.body.access_token);
    expect((await call('GET', `companyinfo/${realmId}`)).status).toBe(200);
    expect((await refreshed(second, tokens.refreshToken)).body.refresh_token).toBe(rotated.body.refresh_token);
    clock.advance(25 * 3_600_000);
    expect((await refreshed(second, tokens.refreshToken)).status).toBe(400);
  });

  it('stay revoked, and a token revoked later takes the others of its grant with it', async () => {
    const { start } = await restartable();
    const first = await start();
    const ended = first.issueTokens(realmId);
    first.revoke(realmId);
    const kept = first.issueTokens(realmId);
    await first.close();

    const second = await start();

    expect((await refreshed(second, ended.refreshToken)).status).toBe(400);
    expect((await refreshed(second, kept.refreshToken)).status).toBe(200);
    second.revoke(realmId);
    expect((await caller(second, realmId, kept.accessToken)('GET', `companyinfo/${realmId}`)).status).toBe(401);
  });
});

describe('webhooks after a restart', () => {
  it('announce what was not acknowledged before it', async () => {
    const bodies: string[] = [];
    const receiver = createServer(async (request, response) => {
      bodies.push(await text(request));
      response.writeHead(bodies.length === 1 ? 500 : 200).end();
    });
    onTestFinished(() => void receiver.close());
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const { port } = receiver.address() as AddressInfo;
    const { clock, start } = await restartable({
      webhook: { url: `http://127.0.0.1:${port}/hook`, verifierToken: 'key' },
    });
    const first = await start();
    first.company(realmId).create('Customer', { DisplayName: 'Ann' });
    expect(await first.deliverWebhooks()).toBe(0);
    first.company(realmId).create('Customer', { DisplayName: 'Bob' });
    await first.close();

    const second = await start();
    clock.advance(10_000);

    expect(await second.deliverWebhooks()).toBe(2);
    expect(bodies[1]).toBe(bodies[0]);
    expect(bodies[2]).toContain('"intuitentityid":"2"');
  });
});

describe('the shop after a restart', () => {
  it('is the one of the file, with all edits, not the one of the options', async () => {
    const file = await stateFile();
    const first = await startShop({ stateFile: file });
    const [id = 0] = first.shop.orders.keys();
    await first.put(`orders/${id}`, { customer_note: 'leave at the door', status: 'cancelled' });
    const teapot = first.products.create({ name: 'Teapot', regular_price: '19.90' });
    const sale = { line_items: [{ product_id: teapot.id, quantity: 3 }] };
    const { body: made } = await first.post('orders', sale);
    await first.close();

    const second = await startShop({ stateFile: file, shop: { seed: 2, orders: 3 } });

    expect(second.shop).toEqual(first.shop);
    expect((await second.get(`orders/${id}`)).body).toMatchObject({ customer_note: 'leave at the door' });
    expect((await second.get(`orders/${made.id}`)).body).toMatchObject({ id: made.id, total: '59.70' });
    const { body: next } = await second.post('orders', sale);
    expect(next.id).toBe(made.id + 1);
    expect(next.line_items[0].id).toBeGreaterThan(made.line_items[0].id);
  });

  it('is the first generated one even when nothing was changed', async () => {
    const file = await stateFile();
    const first = await startShop({ stateFile: file });
    await first.dataSaved();

    const second = await startShop({ stateFile: file, shop: { seed: 9 } });

    expect(second.shop).toEqual(shopOf());
  });
});

describe('the state file', () => {
  it('has every change that was reported as saved, without an orderly end', async () => {
    const { start } = await restartable();
    const first = await start();
    const tokens = first.issueTokens(realmId);
    await caller(first, realmId, tokens.accessToken)('POST', 'customer', { DisplayName: 'Ann' });
    await first.dataSaved();

    const second = await start();

    expect(second.company(realmId).list('Customer')).toHaveLength(1);
    expect((await refreshed(second, tokens.refreshToken)).status).toBe(200);
  });

  it('is whole after kill -9 in the middle of the work', async () => {
    const file = await stateFile();
    const child = spawn(process.execPath, ['--input-type=module', '--eval', endlessWork], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, STATE_FILE: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(String(await Promise.race([once(child.stdout, 'data'), exit]))).toBe('safe');
    child.kill('SIGKILL');
    await exit;

    const books = await startBooks({ stateFile: file });
    onTestFinished(() => books.close());

    const customers = books.company(realmId).list('Customer');
    expect(customers.length).toBeGreaterThanOrEqual(200);
    expect(customers.map(({ DisplayName }) => DisplayName)).toEqual(customers.map((_, index) => `Person ${index}`));
  });

  it('is readable by its owner only and leaves no temporary file', async () => {
    const { file, start } = await restartable();
    await (await start()).close();

    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(file, '..'))).toEqual(['on-demand.state']);
  });

  it('is refused by name when it is damaged, cut or empty', async () => {
    const { file, start } = await restartable();
    await (await start()).close();
    const whole = await readFile(file);
    const flipped = Buffer.from(whole);
    flipped.writeUInt8((flipped.at(-20) ?? 0) ^ 1, flipped.length - 20);
    for (const bytes of [flipped, whole.subarray(0, -10), whole.subarray(0, 12), Buffer.alloc(0)]) {
      await writeFile(file, bytes);
      await expect(start()).rejects.toThrow(new RegExp(`^state file ${file} is damaged`));
    }
    expect(await readFile(file)).toHaveLength(0);
  });

  it('is refused when another version or another platform wrote it', async () => {
    const { file, start } = await restartable();
    await (await start()).close();
    await expect(startShop({ stateFile: file })).rejects.toThrow('holds the state of quickbooks, not of woocommerce');

    const written = await readFile(file, 'latin1');
    await writeFile(file, written.replace('quickbooks 1 ', 'quickbooks 999 '), 'latin1');
    await expect(start()).rejects.toThrow(`state file ${file} has version 999, this program reads version 1`);
  });
});

describe('a state keeper', () => {
  const format: StateFormat = { name: 'test', version: 1 };

  it('writes once for many changes, and again for a change during the write', async () => {
    let copies = 0;
    const keeper = new StateKeeper(await stateFile(), format, () => {
      copies += 1;
      return copies;
    });
    for (let change = 0; change < 50; change += 1) keeper.changed();
    const early = keeper.saved();
    await Promise.resolve();
    keeper.changed();
    const late = [keeper.saved(), keeper.saved()];
    await early;
    await Promise.all(late);
    expect(copies).toBe(2);
    await keeper.saved();
    expect(copies).toBe(2);
  });

  it('writes by itself a moment after a change', async () => {
    let copied = (): void => {};
    const copying = new Promise<void>((resolve) => {
      copied = resolve;
    });
    const keeper = new StateKeeper(await stateFile(), format, () => copied());
    keeper.changed();
    await copying;
    await keeper.close();
  });

  it('does nothing without a path', async () => {
    const keeper = new StateKeeper(undefined, format, () => expect.unreachable());
    keeper.changed();
    await keeper.saved();
    await keeper.close();
  });

  it('says which file cannot be written, and tries again', async () => {
    const file = await stateFile();
    const folder = join(file, '..');
    await writeFile(folder, 'a file where the folder should be');
    const keeper = new StateKeeper(file, format, () => 'state');
    keeper.changed();
    await expect(keeper.saved()).rejects.toThrow(`state file ${file} cannot be written`);
    await rm(folder);
    await keeper.saved();
    expect((await stat(file)).size).toBeGreaterThan(0);
    await keeper.close();
  });
});

/** A process that writes customers for ever and says so once 200 of them are safe. */
const endlessWork = `
  import { startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
  const books = await startQuickBooks({
    app: { clientId: 'client', clientSecret: 'secret', redirectUris: [] },
    companies: [{ realmId: '${realmId}' }],
    stateFile: process.env.STATE_FILE,
  });
  for (let count = 0; ; count += 1) {
    if (count === 200) books.dataSaved().then(() => process.stdout.write('safe'));
    books.company('${realmId}').create('Customer', { DisplayName: 'Person ' + count });
    await new Promise((resolve) => setImmediate(resolve));
  }
`;
