import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watch } from './support/browser.ts';
import { consoleKeys, openConsole, type Stage } from './support/console.ts';
import { contest } from './support/contest.ts';
import { expectHealed, loaded } from './support/expectations.ts';
import { choose, expectFocus, expectOpens, faultsOfTab, press, reach, type } from './support/keyboard.ts';
import { closedBooks } from './support/refusals.ts';

/** A shop from its first key to a closed month, without a mouse: each test begins with what the one before left. */
let stage: Stage;
/** Of the sync that is carried out, and then taken back. */
let run: string;
beforeAll(async () => {
  stage = await openConsole({ orders: 10 });
});
afterAll(() => stage.close());

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name, exact: true }).first();
const main = (page: Page) => page.getByRole('main');
const dialog = (page: Page) => page.getByRole('dialog');
const invoices = () => stage.product.company.list('Invoice');
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Comes to a page as one who has no mouse: by its link in the navigation. */
async function go(page: Page, name: string): Promise<void> {
  await press(page.getByRole('navigation').getByRole('link', { name, exact: true }));
  await heading(page, name);
  await loaded(page);
}

/** A list of the platform: what is typed is chosen. */
async function select(page: Page, label: string, option: string): Promise<void> {
  const list = page.getByLabel(label, { exact: true });
  await reach(list);
  await page.keyboard.type(option);
  expect(await list.locator('option:checked').innerText()).toBe(option);
}

describe('by keyboard alone', () => {
  it('one chooses a role, signs in, and connects WooCommerce with its keys', async () => {
    const { browser, url, product } = stage;
    const page = watch(await (await browser.newContext({ locale: 'en-US' })).newPage());
    await page.goto(url);
    await button(page, /^Continue as Admin/).waitFor();
    expect(await faultsOfTab(page)).toEqual([]);
    await press(button(page, /^Continue as Admin/));
    await heading(page, 'Overview');
    await go(page, 'Connections');
    await press(link(page, 'Set up WooCommerce'));
    await type(page.getByLabel('Address of the shop', { exact: true }), product.shop.url);
    await type(page.getByLabel('Consumer key', { exact: true }), consoleKeys.consumerKey);
    await type(page.getByLabel('Consumer secret', { exact: true }), consoleKeys.consumerSecret);
    await page.keyboard.press('Enter');
    await main(page).getByText('Connected', { exact: true }).first().waitFor();

    const more = button(page, 'More actions');
    await press(more);
    await choose(page.getByRole('menuitem', { name: 'Disconnect' }));
    await page.keyboard.press('Enter');
    await dialog(page)
      .getByRole('heading', { name: /Disconnect/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await expectFocus(more);
  });

  it('one plans a sync, looks at it and carries it out', async () => {
    const { product } = stage;
    await product.connect();
    for (const entity of ['products', 'customers']) await product.sync(entity);
    product.company.failNext({ entity: 'Invoice', operation: 'create', fault: closedBooks, times: 2 });
    const page = await stage.open('/');
    await go(page, 'Sync now');
    await select(page, 'What', 'Orders');
    await choose(page.getByRole('radio', { name: /WooCommerce to QuickBooks/ }));
    await choose(page.getByRole('radio', { name: 'Everything', exact: true }));
    await press(button(page, 'Show what would change'));
    await heading(page, 'Plan: Orders');
    const change = main(page)
      .getByRole('button', { name: /Order .+ Invoice in QuickBooks/ })
      .last();
    await press(change);
    await page.getByRole('table', { name: 'In the books' }).first().waitFor();
    const carryOut = main(page).getByRole('button', { name: 'Carry it out' });
    await press(carryOut, 'Shift+Tab');
    await expectOpens(carryOut);
    await page.keyboard.press('Enter');
    await press(dialog(page).getByRole('button', { name: 'Carry it out' }));
    await page.waitForURL(/\/runs\//);
    await main(page).getByText('Completed', { exact: true }).first().waitFor();
    run = new URL(page.url()).pathname;
    expect(invoices().length).toBeGreaterThan(0);
  });

  it('one tries again what one cause held back', async () => {
    const page = await stage.open('/');
    await go(page, 'Failures');
    const closed = page
      .getByRole('region', { name: 'Causes' })
      .getByRole('listitem')
      .filter({ hasText: /closed/i });
    const before = invoices().length;
    await press(closed.getByRole('button', { name: /Try \d+ records? again/ }));
    await expectHealed(page, closed, stage.product);
    expect(invoices().length).toBeGreaterThan(before);
  });

  it('one takes a sync back, with the number typed', async () => {
    const before = invoices().length;
    const page = await stage.open('/');
    await go(page, 'Runs');
    await press(main(page).locator(`a[href="${run}"]`));
    await press(button(page, 'Take it back'));
    await heading(page, 'Plan: take back Orders');
    const away = await main(page)
      .getByText(/^\d+ documents would be taken away/)
      .innerText();
    const count = Number.parseInt(away, 10);
    expect(count).toBeGreaterThan(10);
    await press(main(page).getByRole('button', { name: 'Take it back' }));
    for (const title of [/^Take away/, /^Really take away/]) {
      const asked = page.getByRole('dialog', { name: title });
      await expectFocus(asked.getByLabel(/^Type .+ to confirm$/));
      await page.keyboard.type(String(count));
      await page.keyboard.press('Enter');
    }
    await page.waitForURL(/\/runs\//);
    await main(page).getByText('Completed', { exact: true }).first().waitFor();
    expect(invoices().length).toBeLessThan(before);
  });

  it('one puts a place of the order into another field of the invoice, and saves it', async () => {
    const page = await stage.open('/');
    await go(page, 'Mappings');
    await press(link(page, 'Order to invoice'));
    const places = page.getByRole('toolbar', { name: 'WooCommerce: order' }).getByRole('button');
    await reach(page.getByRole('searchbox', { name: 'Search what can be read' }));
    await page.keyboard.type('currency');
    await choose(places.filter({ hasText: /^Currency/ }).first());
    await page.keyboard.press('Enter');
    const fields = page.getByRole('region', { name: 'QuickBooks: invoice' }).getByRole('button');
    await press(fields.filter({ hasText: 'CustomerMemo.value' }));
    await page.locator('[aria-live]').getByText('Currency goes into Customer memo › Value now.').waitFor();
    const save = main(page).getByRole('button', { name: 'Save', exact: true });
    await expect.poll(() => save.getAttribute('aria-disabled')).toBeNull();
    await press(save);
    await expectFocus(dialog(page).getByLabel('Why'));
    await page.keyboard.type('Tells the currency');
    await page.keyboard.press('Enter');
    await page.getByText('Own version 1').waitFor();
  });

  it('one makes a schedule', async () => {
    const page = await stage.open('/');
    await go(page, 'Schedules');
    await press(button(page, 'New schedule'));
    await select(page, 'Records', 'Customers');
    await choose(dialog(page).getByRole('radio', { name: 'Everything', exact: true }));
    await select(page, 'Repeats', 'On days of the week');
    await press(dialog(page).getByRole('button', { name: 'Thu' }), 'Space');
    await type(dialog(page).getByLabel('Name', { exact: true }), 'Market days');
    await page.keyboard.press('Enter');
    await button(page, 'Market days').waitFor();
    const { json } = await stage.product.call('GET', '/api/schedules');
    const made = (json.items as readonly Record<string, unknown>[]).find(({ name }) => name === 'Market days');
    expect(made).toMatchObject({ entity: 'customers', mode: 'full', expression: 'cron(30 3 ? * MON,THU *)' });
  });

  it('one decides a conflict field by field', async () => {
    const { product } = stage;
    await contest(product);
    const page = await stage.open('/');
    await go(page, 'Conflicts');
    await press(link(page, /Contested/));
    const phone = page.getByRole('row').filter({ hasText: '555 0202' });
    await choose(phone.getByRole('radio', { name: 'QuickBooks' }));
    await page.keyboard.press('Space');
    await press(button(page, 'Decide'));
    await press(dialog(page).getByRole('button', { name: 'Decide' }));
    await page.getByText(/went on, decided by/).waitFor();
  });

  it('one closes a month', async () => {
    const page = await stage.open('/');
    await go(page, 'Reconciliation');
    await type(page.getByLabel('First day'), '01012025');
    await type(page.getByLabel('Last day'), '01312025');
    await page.keyboard.press('Enter');
    await page.getByText('All systems agree to the cent.').waitFor();
    await press(button(page, 'Close month'));
    await expectFocus(dialog(page).getByLabel('Type “2025-01” to confirm'));
    await page.keyboard.type('2025-01');
    await page.keyboard.press('Enter');
    await page.getByText('2025-01 is closed').first().waitFor();
  });

  it('one goes past choices that are saved at once, and makes the one that is meant', async () => {
    const page = await stage.open('/');
    await go(page, 'Settings');
    await choose(page.getByRole('radio', { name: 'Nothing' }));
    await choose(page.getByRole('radio', { name: 'From the shop outwards' }));
    await page.keyboard.press('Space');
    await page.getByRole('radio', { name: 'From the shop outwards', checked: true }).waitFor();
    await choose(page.getByRole('radio', { name: 'Both ways' }));
    await page.keyboard.press('Space');
    await page.getByRole('radio', { name: 'Both ways', checked: true }).waitFor();
    const { json } = await stage.product.call('GET', '/api/audit?action=putSyncDirection');
    const made = (json.items as readonly { readonly after: { readonly all: string } }[]).map(({ after }) => after.all);
    expect(made).toEqual(['bidirectional', 'push']);
  });

  it('one takes the history home as a file', async () => {
    const page = await stage.open('/');
    await go(page, 'Runs');
    await reach(page.getByRole('tab', { name: 'Syncs' }));
    await page.keyboard.press('ArrowRight');
    await press(button(page, 'Export'));
    await choose(dialog(page).getByRole('radio', { name: 'JSON' }));
    await press(dialog(page).getByRole('button', { name: 'Make the file' }));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      press(dialog(page).getByRole('link', { name: 'Download' })),
    ]);
    expect(download.suggestedFilename()).toMatch(/^history-[\d-]+\.json/);
  });
});
