import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleKeys, openConsole, type Stage } from './support/console.ts';
import { expectDenied, expectFit } from './support/expectations.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openConsole({ orders: 5 });
  // People see the consent page of QuickBooks; programs skip it.
  stage.product.books.setAutoApprove(undefined);
});
afterAll(() => stage.close());

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const connected = (page: Page) => page.getByRole('main').getByText('Connected', { exact: true }).first();
const why = async (page: Page, name: string): Promise<string> => {
  await page.getByRole('button', { name, exact: true }).focus();
  return page.getByRole('tooltip').innerText();
};

describe('an empty shop', () => {
  it('connects WooCommerce: what is wrong is said at its field, keys are asked for once and never shown again', async () => {
    const page = await stage.open('/connections');
    await page.getByText('Still to connect: WooCommerce, Supabase, and QuickBooks Online.').waitFor();
    expect(await why(page, 'To the first sync')).toBe('First finish what is still open in the list.');
    await page.getByRole('link', { name: 'Set up WooCommerce' }).click();
    await page.getByText('WooCommerce > Settings > Advanced > REST API').waitFor();
    const connect = page.getByRole('button', { name: 'Connect WooCommerce' });

    await connect.click();
    await page.getByText('Please fill this in').first().waitFor();
    await field(page, 'Address of the shop').fill(stage.product.shop.url);
    await field(page, 'Consumer key').fill(consoleKeys.consumerKey);
    await field(page, 'Consumer secret').fill(consoleKeys.consumerSecret.replace(/.$/, '9'));
    expect(await field(page, 'Consumer secret').getAttribute('type')).toBe('password');
    await connect.click();
    const wrong = page.locator('[aria-invalid=true]');
    await page.getByText('The shop does not know this consumer secret').waitFor();
    expect(await wrong.getAttribute('name')).toBe('consumer_secret');

    await field(page, 'Consumer secret').fill(consoleKeys.consumerSecret);
    await connect.click();
    await connected(page).waitFor();
    await page.getByText('cs_…0000').waitFor();
    const { consumerKey, consumerSecret } = consoleKeys;
    for (const secret of [consumerKey, consumerSecret]) expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('WooCommerce answers and everything is in order.').waitFor();
  });

  it('connects Supabase: the SQL to paste, then the key, then a look at the tables', async () => {
    const page = await stage.open('/connections/supabase');
    const script = await page.getByLabel('Script that makes the tables').innerText();
    expect(script).toContain('create table');
    await field(page, 'Address of the project').fill(stage.product.warehouse.url);
    await field(page, 'Secret key').fill('sb_publishable_0123456789');
    await page.getByRole('button', { name: 'Connect Supabase' }).click();
    await page.getByText('This is the publishable key').waitFor();
    await field(page, 'Secret key').fill(consoleKeys.supabaseSecret);
    await page.keyboard.press('Enter');
    await connected(page).waitFor();
    await page.getByText('All there').waitFor();
  });

  it('signs in to QuickBooks: in this tab where the browser blocks windows, else in a window that closes by itself', async () => {
    const page = await stage.open('/connections/quickbooks');
    await page.evaluate('window.openWindow = window.open; window.open = () => null');
    const signIn = page.getByRole('button', { name: 'Sign in to QuickBooks Online' });
    await signIn.click();
    await page.getByText('Your browser blocked the window').waitFor();
    await page.getByRole('button', { name: 'Sign in in this tab' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('You did not allow access').waitFor();
    await page.getByRole('link', { name: 'Back to EasySale Sync' }).click();
    await page.getByText('You are back, but QuickBooks Online is not connected.').waitFor();

    const [popup] = await Promise.all([page.waitForEvent('popup'), signIn.click()]);
    await page.getByText('Waiting for you to sign in').waitFor();
    const closed = popup.waitForEvent('close');
    await popup.getByRole('link', { name: 'Connect' }).click();
    await connected(page).waitFor();
    await closed;
  });

  it('is then ready for the first sync', async () => {
    const page = await stage.open('/connections');
    await page.getByText('6 of 6 done').waitFor();
    await page.getByRole('button', { name: 'To the first sync' }).click();
    await page.waitForURL('**/sync');
  });
});

describe('a connection', () => {
  it('is switched off and on, its news too, and ends only after its name was typed', async () => {
    const page = await stage.open('/connections/woocommerce');
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('WooCommerce is switched on.').waitFor();
    await page.getByRole('switch', { name: 'News from this system', checked: true }).waitFor();
    const news = page.getByRole('switch', { name: 'News from this system' });
    await news.click();
    await page.getByText('Changes are found by scheduled syncs only.').waitFor();
    await page.getByRole('switch', { name: 'News from this system', checked: false }).waitFor();
    await news.click();
    await page.getByText('Changes are told at once.').waitFor();

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Disconnect' }).click({ force: true });
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByRole('textbox').fill('WooCommerce');
    await page.keyboard.press('Enter');
    await page.getByText('WooCommerce is disconnected.').waitFor();
    await page.getByRole('button', { name: 'Connect WooCommerce' }).waitFor();
  });

  it('shows a viewer everything, and why nothing can be changed', async () => {
    const page = await stage.open('/connections/quickbooks', { role: 'viewer' });
    await connected(page).waitFor();
    for (const [name, role] of [
      ['Test', 'Manager'],
      ['Switch off', 'Admin'],
    ] as const) {
      expect(await why(page, name)).toBe(`This needs the role ${role}; yours is Viewer.`);
      await page.getByRole('button', { name, exact: true }).click({ force: true });
    }
    await page.goto(`${stage.url}/settings?tab=posting`);
    expect(await page.getByRole('combobox', { name: 'Income account' }).isDisabled()).toBe(true);
    await page.goto(`${stage.url}/settings?tab=audit`);
    await page.getByText('The audit log is not for your role').waitFor();
    const { json } = await stage.product.call('GET', '/api/integrations/quickbooks/status');
    expect(json).toMatchObject({ status: 'connected', enabled: true });
  });
});

describe('settings', () => {
  it('of posting are chosen by name, refused at their field, and found in the audit log with what they were', async () => {
    const page = await stage.open('/settings?tab=posting');
    const limit = page.getByRole('textbox', { name: 'Largest rounding difference' });
    await limit.fill('5');
    await page.getByRole('combobox', { name: 'Payments go to' }).selectOption({ label: 'Checking' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[aria-invalid=true]').waitFor();
    expect(await limit.getAttribute('aria-invalid')).toBe('true');
    await limit.fill('0.10');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Settings saved').waitFor();
    const { json } = await stage.product.call('GET', '/api/integrations/quickbooks/settings');
    expect(json.chosen).toMatchObject({ rounding_limit: '0.10', deposit_account: '35' });

    await page.getByRole('tab', { name: 'Audit log' }).click();
    await field(page, 'What').selectOption({ label: 'Change settings of a connection' });
    await page.waitForURL(/action=putConnectionSettings/);
    await page.getByRole('button', { name: /Change settings of a connection/ }).click();
    const dialog = page.getByRole('dialog');
    const row = dialog.getByRole('listitem').filter({ hasText: 'Largest rounding difference' });
    expect(await row.locator('del').innerText()).toContain('0.05');
    expect(await row.locator('ins').innerText()).toContain('0.10');
  });

  it('of a flow say which records go: faults at their places, and the filter in words', async () => {
    const page = await stage.open('/settings');
    const orders = 'Orders from WooCommerce to QuickBooks';
    await page.getByRole('button', { name: `All records: ${orders}` }).click();
    const dialog = page.getByRole('dialog', { name: 'Which records go' });
    const save = dialog.getByRole('button', { name: 'Save' });
    const condition = (number: number) => dialog.getByRole('group', { name: `Condition ${number}`, exact: true });
    await dialog.getByRole('button', { name: 'Add a condition' }).click();
    await save.click();
    await dialog.getByText('Choose what to look at.').waitFor();
    await condition(1).getByLabel('Look at').selectOption({ label: 'Status' });
    await condition(1).getByLabel('Holds when it').selectOption({ label: 'is one of' });
    await dialog.getByText('Enter what to compare it with.').waitFor();
    await condition(1).getByRole('textbox', { name: 'One of' }).fill('completed, processing');
    await dialog.getByRole('button', { name: 'Add a condition' }).click();
    await condition(2).getByLabel('Look at').selectOption({ label: 'Placed at' });
    await condition(2).getByLabel('Holds when it').selectOption({ label: 'is in a span of days' });
    await condition(2).getByLabel('From').fill('2026-06-01');
    await condition(2).getByLabel('To').fill('2026-05-01');
    await expectFit(page);
    await save.click();
    await condition(2).getByText('from must not be after to.').waitFor();
    await condition(2).getByLabel('To').fill('');
    await save.click();
    await dialog.waitFor({ state: 'detached' });
    const some = page.getByRole('button', { name: `Some records: ${orders}` });
    await some.waitFor();
    await page
      .getByText('only if Status is one of completed, processing and Placed at is not before Jun 1, 2026')
      .waitFor();

    const viewer = await stage.open('/settings', { role: 'viewer' });
    await viewer.getByRole('button', { name: `Some records: ${orders}` }).click();
    const seen = viewer.getByRole('dialog', { name: 'Which records go' });
    await seen.getByText('This needs the role Admin; yours is Viewer.').first().waitFor();
    expect(await seen.getByRole('textbox', { name: 'One of' }).inputValue()).toBe('completed, processing');
    expect(await seen.getByRole('textbox', { name: 'One of' }).isDisabled()).toBe(true);
    await expectDenied(seen.getByRole('button', { name: 'Save' }), 'Admin');

    await some.click();
    for (const number of [2, 1]) await dialog.getByRole('button', { name: `Remove condition ${number}` }).click();
    await dialog.getByText('All records go').waitFor();
    await save.click();
    await page.getByRole('button', { name: `All records: ${orders}` }).waitFor();
    await page.goto(`${stage.url}/settings?tab=audit&action=putFlow`);
    await page
      .getByRole('cell', { name: `Flow: ${orders}` })
      .first()
      .waitFor();
  });

  it('that would delete documents are confirmed by a word, and leave an entry', async () => {
    const page = await stage.open('/settings?tab=deletes');
    const policy = page.getByLabel('When a record is gone: Orders from WooCommerce to QuickBooks');
    await policy.selectOption({ label: 'Delete it' });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('delete');
    await dialog.getByRole('button', { name: 'Let documents be deleted' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await expect.poll(() => policy.inputValue()).toBe('delete_remote');
    await page.goto(`${stage.url}/settings?tab=audit&action=putFlow`);
    await page
      .getByRole('button', { name: /Change a flow/ })
      .first()
      .click();
    const row = dialog.getByRole('listitem').filter({ hasText: /^Delete policy/ });
    expect(await row.locator('del').innerText()).toContain('Keep the document');
    expect(await row.locator('ins').innerText()).toContain('Delete it');
  });

  it('of notifications name the recipient that is none, and have a test message answered', async () => {
    const page = await stage.open('/settings?tab=notifications');
    const recipients = page.getByRole('textbox', { name: 'Recipients' });
    await recipients.fill('ann@example.test\nnonsense');
    await page.getByRole('switch', { name: 'E-mail' }).click();
    expect(await why(page, 'Send a test: E-mail')).toBe('Save first, then test.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('textarea[aria-invalid=true]').waitFor();
    await recipients.fill('ann@example.test');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByText('Nothing was changed.')
      .or(page.getByText('Saved', { exact: true }))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Send a test: E-mail' }).click();
    await page.getByText('E-mail: the test message was taken.').waitFor();
    await page.getByRole('table', { name: 'Messages' }).getByText('Delivered').waitFor();
    expect(stage.product.cloud.mails().at(-1)?.to).toEqual(['ann@example.test']);
  });

  it('of the sandbox show connections of its own, and leave the live ones as they were', async () => {
    const page = await stage.open('/settings?tab=sandbox');
    await page.getByRole('switch', { name: 'Sandbox mode' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('Sandbox mode: everything here is test data').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'QuickBooks' }).click();
    await page.getByText('You see the connections of the sandbox').waitFor();
    await page.getByRole('button', { name: 'Sign in to QuickBooks Online' }).waitFor();
    await page.getByRole('link', { name: 'Sandbox settings' }).click();
    await page.getByRole('switch', { name: 'Sandbox mode' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Back to live' }).click();
    await page.getByText('Sandbox mode: everything').waitFor({ state: 'detached' });
    const { json } = await stage.product.call('GET', '/api/integrations/quickbooks/status');
    expect(json).toMatchObject({ sandbox: false, status: 'connected' });
  });
});
