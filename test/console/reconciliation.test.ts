import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settled } from '#test/contract/two-tenants.ts';
import { receipt } from '#test/support/tills.ts';
import { firstDay, openConsole, type Stage } from './support/console.ts';
import { expectDenied, loaded } from './support/expectations.ts';

const sku = 'CONSOLE-1';

let stage: Stage;
let month: string;
beforeAll(async () => {
  stage = await openConsole({ orders: 12 });
  await firstDay(stage.product);
  month = String(postedInvoice().TxnDate).slice(0, 7);
});
afterAll(() => stage.close());

/** An invoice of a month that is over. */
function postedInvoice() {
  const now = new Date().toISOString().slice(0, 7);
  const found = stage.product.company.list('Invoice').find(({ TxnDate }) => String(TxnDate).slice(0, 7) < now);
  if (!found) throw new Error('the shop has no order of an earlier month');
  return found;
}

const lastDay = (of: string): string => {
  const [year = 0, number = 0] = of.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
};

describe('a reconciliation', () => {
  it('names the invoice that somebody changed in the books, and the month is closed once it is mended', async () => {
    const invoice = postedInvoice();
    const { company } = stage.product;
    company.edit('Invoice', String(invoice.Id), { TxnDate: `${month}-28`, DocNumber: 'SOMEBODYS' });
    const page = await stage.open('/reconciliation');
    await page.getByLabel('First day').fill(`${month}-01`);
    await page.getByLabel('Last day').fill(lastDay(month));
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page
      .getByText(/differences? (is|are) open/)
      .first()
      .waitFor();
    const differences = page.getByRole('list', { name: 'Differences' });
    await differences.getByText('What to do').first().waitFor();
    await differences
      .getByRole('link', { name: /SOMEBODYS/ })
      .first()
      .waitFor();

    await page.getByRole('button', { name: 'Close month' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(`Type “${month}” to confirm`).fill(month);
    await dialog.getByRole('button', { name: 'Close month' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('checkbox').click();
    await dialog.getByLabel('Why they are accepted').fill('Numbered by hand');
    await dialog.getByRole('button', { name: 'Close month' }).click();
    await page.getByText(`${month} is closed`).first().waitFor();
  });

  it('has a certificate that is known again, and known when it was altered', async () => {
    const page = await stage.open('/reconciliation');
    await loaded(page);
    const months = page.getByRole('region', { name: 'Closed months' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      months.getByRole('button', { name: 'Data', exact: true }).first().click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    const files = page.locator('input[type=file]');
    const file = (content: string) => ({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from(content) });
    await files.setInputFiles(file(text));
    await months.getByText('It is the one that was made').waitFor();
    await files.setInputFiles(file(text.replace('Numbered by hand', 'Numbered by mistake')));
    await months.getByText('It was altered').waitFor();
    await files.setInputFiles(file('no JSON'));
    await months.getByText(/not a certificate/).waitFor();
  });

  it('cannot be started by who only looks, and says why', async () => {
    const page = await stage.open('/reconciliation', { role: 'viewer' });
    await expectDenied(page.getByRole('button', { name: 'Compare', exact: true }), 'Manager');
  });
});

describe('stock', () => {
  it('explains the number of a product by its movements', async () => {
    const { call, shop } = stage.product;
    shop.products.create({
      name: 'Explained',
      type: 'simple',
      sku,
      regular_price: '5',
      manage_stock: true,
      stock_quantity: 5,
    });
    await call('POST', '/api/integrations/pos/credentials', {});
    await settled(stage.product);
    const data = receipt({ id: 'console-sale-1', lines: [{ sku, quantity: '2' }] });
    const occurred_at = new Date().toISOString();
    const event = {
      client_id: 'console-sale-1',
      kind: 'sale.completed',
      occurred_at,
      register: 'till-1',
      data,
    };
    const { json } = await call('POST', '/api/pos/events', { events: [event] });
    expect(json).toMatchObject({ results: [{ result: 'applied' }] });
    await settled(stage.product);

    const page = await stage.open('/stock');
    await page.getByLabel('SKU').fill(sku);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `Why is ${sku} at 3?` }).waitFor();
    const movements = page.getByRole('table', { name: 'Movements' });
    await movements.getByRole('row').filter({ hasText: 'Sold at a till' }).getByText('-2').waitFor();
    await movements.getByRole('row').filter({ hasText: 'Opening balance' }).waitFor();
  });

  it('of a product nobody knows says so', async () => {
    const page = await stage.open('/stock/no-such.sku');
    await page.getByRole('alert').waitFor();
  });
});

describe('the fault lab', () => {
  it('loses the answer to a write, and the order arrives once', async () => {
    const { company, cloud } = stage.product;
    const before = company.list('Invoice').length;
    const page = await stage.open('/fault-lab');
    await page.getByText('Nothing is broken.').waitFor();
    await page.getByRole('button', { name: 'Do it: The answer gets lost' }).click();
    await page
      .getByRole('list', { name: 'Broken now' })
      .getByText(/cuts the connection after the work/)
      .waitFor();
    await page.getByRole('button', { name: 'Place an order' }).click();
    await page.getByRole('list', { name: 'Orders placed here' }).getByRole('link').waitFor();
    await page.getByRole('button', { name: 'Sync orders now' }).click();
    await page.getByText('Nothing is broken.').waitFor();
    await cloud.idle(60_000);
    expect(company.list('Invoice')).toHaveLength(before + 1);
    expect(company.list('Payment').at(-1)?.TotalAmt).toEqual(company.list('Invoice').at(-1)?.TotalAmt);
  });

  it('closes the books, names why an order does not get in, and makes all well again', async () => {
    const { company, cloud, call } = stage.product;
    const page = await stage.open('/fault-lab');
    await page.getByRole('button', { name: 'Do it: The books are closed' }).click();
    await page.getByText('Books are closed up to').waitFor();
    await page.getByRole('button', { name: 'Place an order' }).click();
    await page.getByRole('list', { name: 'Orders placed here' }).getByRole('link').waitFor();
    await page.getByRole('button', { name: 'Sync orders now' }).click();
    await page.getByRole('link', { name: /failures? (is|are) open/ }).waitFor();
    await page.getByRole('button', { name: 'Make all well' }).click();
    await page.getByText('Nothing is broken.').waitFor();
    expect(company.settings.bookCloseDate).toBeUndefined();
    await call('POST', '/api/sync/retry', {});
    await cloud.idle(60_000);
    expect((await call('GET', '/api/sync/failures?state=open')).json.items).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const { call } = stage.product;
    expect((await call('PUT', '/local/lab', { books_closed_to: 'soon' })).status).toBe(400);
    expect((await call('PUT', '/local/lab', { unicorns: true })).status).toBe(400);
    expect((await call('DELETE', '/local/lab')).status).toBe(405);
  });
});
