import { readFile } from 'node:fs/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '#test/support/csv.ts';
import { everyItem } from '#test/support/table.ts';
import { openConsole, type Stage } from './support/console.ts';
import { expectDenied } from './support/expectations.ts';

/** The tests are one day of a shop: each begins with what the one before left. */
let stage: Stage;
beforeAll(async () => {
  stage = await openConsole({ orders: 20 });
  await stage.product.connect();
});
afterAll(() => stage.close());

const invoices = () => stage.product.company.list('Invoice');
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const main = (page: Page) => page.getByRole('main');

async function plan(page: Page, entity: string, way?: RegExp): Promise<void> {
  await page.getByLabel('What', { exact: true }).selectOption({ label: entity });
  if (way) await page.getByRole('radio', { name: way }).click();
  await page.getByRole('radio', { name: 'Everything', exact: true }).click();
  await button(page, 'Show what would change').click();
  await page.getByRole('heading', { level: 1, name: `Plan: ${entity}` }).waitFor();
}

/** Says yes in the dialog that is open: with a wrong number nothing can be done, then with the right one. */
async function sayYes(page: Page, title: RegExp, deed: string, count: number): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  const typed = dialog.getByLabel(/^Type .+ to confirm$/);
  await typed.fill(String(count + 1));
  const yes = dialog.getByRole('button', { name: deed });
  expect(await yes.getAttribute('aria-disabled')).toBe('true');
  await typed.fill(String(count));
  await yes.click();
}

/** Carries out the plan of taking something back, and says how many documents went. */
async function takeBack(page: Page): Promise<number> {
  await page.getByRole('heading', { level: 1, name: 'Plan: take back Orders' }).waitFor();
  const away = await main(page)
    .getByText(/^\d+ documents? would be taken away/)
    .innerText();
  const count = Number.parseInt(away, 10);
  await main(page).getByRole('button', { name: 'Take it back' }).click();
  await sayYes(page, /^Take away/, 'Take it back', count);
  // Many are asked for twice.
  if (count > 10) await sayYes(page, /^Really take away/, 'Take it back', count);
  await page.waitForURL(/\/runs\//);
  await ended(page);
  return count;
}

const ended = (page: Page) => main(page).getByText('Completed', { exact: true }).first().waitFor({ timeout: 30_000 });

describe('syncs on the screen', () => {
  it('[E1] names wrong ids and wrong days, and writes nothing', async () => {
    const page = await stage.open('/sync?entity=orders&from=2026-03-01&to=2026-02-01');
    await button(page, 'Show what would change').click();
    await page.getByText('start must not be after end').first().waitFor();
    await page.getByLabel(/^From(?! where)/).fill('');
    await page.getByLabel(/^To/).fill('');
    await page.getByLabel(/^Ids of records/).fill('999991, abc');
    await page.getByText('2 records').waitFor();
    await button(page, 'Show what would change').click();
    await page.getByRole('heading', { level: 1, name: 'Plan: Orders' }).waitFor();
    await main(page)
      .getByRole('button', { name: /order abc/ })
      .first()
      .click();
    await page.getByText('The source has no order with id abc.').first().waitFor();
    await page.getByText('The source has no order with id 999991.').first().waitFor();
    const go = main(page).getByRole('button', { name: 'Carry it out' });
    expect(await go.getAttribute('aria-disabled')).toBe('true');
    await go.focus();
    await page.getByRole('tooltip').filter({ hasText: 'The plan changes nothing' }).waitFor();
    expect(invoices()).toEqual([]);
  });

  it('[E1] shows a first sync before it is done, carries it out after a late answer, live, and takes it back', async () => {
    const { product } = stage;
    const page = await stage.open('/sync');
    await plan(page, 'Orders', /WooCommerce to QuickBooks/);
    await page.getByText('Accounts Receivable').first().waitFor();
    await main(page)
      .getByRole('button', { name: /^Create \d+$/ })
      .click();
    await page.waitForURL(/action=create/);
    await page.getByLabel('Documents').selectOption({ label: 'Invoice' });
    await page.waitForURL(/document=invoice/);
    const change = main(page)
      .getByRole('button', { name: /Order .+ Invoice in QuickBooks/ })
      .first();
    await change.click();
    await page.getByText('Doc number').first().waitFor();
    await page.getByRole('table', { name: 'In the books' }).first().waitFor();
    expect(invoices()).toEqual([]);

    await main(page).getByRole('button', { name: 'Carry it out' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Your answer counts until').waitFor();
    await expireConfirmations();
    await dialog.getByRole('button', { name: 'Carry it out' }).click();
    await dialog.getByText(/It expired at/).waitFor();
    await dialog.getByRole('button', { name: 'Ask again' }).click();
    await dialog.getByText(/It expired at/).waitFor({ state: 'detached' });
    product.books.addFault({ kind: 'delay', path: '/batch', delay_ms: 1500, times: 2 });
    await dialog.getByRole('button', { name: 'Carry it out' }).click();
    await page.waitForURL(/\/runs\//);
    const bar = page.getByRole('progressbar', { name: 'Progress of Orders' });
    await bar.waitFor();
    await page.getByText('Running', { exact: true }).first().waitFor();
    await ended(page);
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    const written = invoices().length;
    expect(written).toBeGreaterThan(10);

    const run = page.url();
    await page
      .getByRole('checkbox', { name: /^Select Order/ })
      .first()
      .click();
    await button(page, 'Take back 1 record').click();
    await takeBack(page);
    expect(invoices()).toHaveLength(written - 1);

    await page.goto(run);
    await button(page, 'Take it back').click();
    const count = await takeBack(page);
    expect(count).toBeGreaterThan(10);
    expect(invoices()).toEqual([]);
    await page.getByRole('link', { name: /^Takes back Orders/ }).waitFor();
  });

  it('[E3] is stopped in the middle: what one system has got stays there, the other gets nothing, and the next sync does the rest', async () => {
    const { product } = stage;
    const rows = async () => (await product.warehouse.sql('select 1 from orders')).length;
    const page = await stage.open('/sync');
    await plan(page, 'Orders');
    await main(page).getByRole('button', { name: 'Carry it out' }).click();
    // The flow that comes second waits for the shop, and so there is a middle.
    product.shop.addFault({ kind: 'delay', path: '/orders\\?', after: 1, times: 1, delay_ms: 6000 });
    await page.getByRole('dialog').getByRole('button', { name: 'Carry it out' }).click();
    await page.waitForURL(/\/runs\//);
    await page
      .getByText(/ finished$/)
      .first()
      .waitFor();
    await button(page, 'Cancel').click();
    await page.getByRole('dialog', { name: 'Stop this sync?' }).getByRole('button', { name: 'Stop it' }).click();
    await main(page).getByText('It stops after the records under way.').first().waitFor();
    await main(page).getByText('Cancelled', { exact: true }).first().waitFor();
    await page
      .getByText(/ was stopped$/)
      .first()
      .waitFor();
    expect([invoices().length, await rows()].filter((count) => count > 0)).toHaveLength(1);

    const { json } = await product.sync('orders');
    expect(json.status).toBe('completed');
    expect(Math.min(invoices().length, await rows())).toBeGreaterThan(10);
  });

  it('[E7] finds records of the history by any filters and hands them over as a file that opens', async () => {
    const page = await stage.open('/runs');
    await page.getByRole('tab', { name: 'History of records' }).click();
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Orders' });
    await page.getByLabel('What happened').selectOption({ label: 'Created' });
    await page.getByLabel('System').selectOption({ label: 'QuickBooks' });
    await page.waitForURL(/view=history.*connection=quickbooks|connection=quickbooks.*view=history/);
    const table = page.getByRole('table', { name: 'Records' });
    await table.getByText('Created').first().waitFor();
    const shown = (await table.getByRole('row').count()) - 1;
    await button(page, 'Export').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make the file' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^history-[\d-]+\.csv$/);
    const rows = readCsv(await readFile(await download.path(), 'utf8'));
    expect(rows).toHaveLength(shown);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['created']));
  });

  it('a viewer sees plans and syncs, and why they cannot start, take back or export one', async () => {
    const page = await stage.open('/sync', { role: 'viewer' });
    await expectDenied(main(page).getByRole('button', { name: 'Show what would change' }).first(), 'Manager');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('tab', { name: 'History of records' }).click();
    await expectDenied(main(page).getByRole('button', { name: 'Export' }).first(), 'Manager');
    await page.getByRole('link', { name: 'Open sync' }).first().click();
    await page.getByRole('heading', { name: 'What happened when' }).waitFor();
    await expectDenied(main(page).getByRole('button', { name: 'Take it back' }).first(), 'Manager');
    await page.getByRole('link', { name: 'Open its plan' }).click();
    await expectDenied(
      main(page)
        .getByRole('button', { name: /Carry it out|Take it back/ })
        .first(),
      'Manager',
    );
  });

  it('[F7] asks from where named records are, where two systems have such', async () => {
    const { product } = stage;
    await product.call('POST', '/api/integrations/pos/credentials', {});
    const page = await stage.open('/sync?entity=products');
    const everywhere = page.getByRole('radio', { name: 'Everywhere (4 ways)' });
    await everywhere.waitFor();
    const [some] = product.shop.shop.products.values();
    await page.getByLabel(/^Ids of records/).fill(String(some?.id));
    await everywhere.waitFor({ state: 'detached' });
    const fromShop = page.getByRole('radio', { name: 'From WooCommerce everywhere (3 ways)' });
    expect(await fromShop.isChecked()).toBe(true);
    await page.getByRole('radio', { name: 'EasySale POS to QuickBooks' }).waitFor();
    await button(page, 'Show what would change').click();
    await page.getByRole('heading', { level: 1, name: 'Plan: Products' }).waitFor();
    const { json } = await product.call('GET', `/api/sync/status/${page.url().split('/').at(-1)}`);
    const legs = json.legs as readonly { route_id: string }[];
    expect(legs.map(({ route_id }) => route_id.split('.')[0])).toEqual(Array(3).fill('woocommerce'));
    await page.getByRole('link', { name: 'Change and plan again' }).click();
    await page.waitForURL(/way=woocommerce/);
    expect(await fromShop.isChecked()).toBe(true);
  });
});

/** Five minutes pass for every answer that waits to be given. */
async function expireConfirmations(): Promise<void> {
  const { table } = stage.product;
  const waiting = (await everyItem(table)).filter(({ type }) => type === 'confirmation');
  expect(waiting).not.toEqual([]);
  for (const { pk, sk } of waiting) {
    await table.documents.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { pk, sk },
        UpdateExpression: 'SET expires = :past',
        ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00.000Z' },
      }),
    );
  }
}
