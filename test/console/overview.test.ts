import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { watch } from './support/browser.ts';
import { firstDay, openConsole, type Stage } from './support/console.ts';
import { expectAccessible, expectDenied, loaded } from './support/expectations.ts';
import { type Person, serveDeployed, startIdentityProvider } from './support/identity-provider.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openConsole({ orders: 25 });
});
afterAll(() => stage.close());

const card = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true });

describe('the overview', () => {
  it('leads a shop without connections to its first ones, and says how it gets filled', async () => {
    const page = await stage.open('/');
    await card(page, 'What needs you first').getByText('WooCommerce is not connected').waitFor();
    await card(page, 'Running now').getByText('Nothing has been synced yet').waitFor();
    await card(page, 'Money').getByText('Not compared yet').waitFor();
    await expectAccessible(page);
    await card(page, 'What needs you first').getByRole('link', { name: 'Connect' }).first().click();
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
  });

  it('[C4] shows each connection, follows a sync live, and says what did not arrive, why, and what to do', async () => {
    const fault = { code: '6200', Message: 'Account Period Closed', Detail: 'The account period has closed.' };
    stage.product.company.failNext({ entity: 'Invoice', operation: 'create', fault, times: 2 });
    await firstDay(stage.product);
    const page = await stage.open('/');
    for (const name of ['WooCommerce', 'QuickBooks Online', 'Supabase']) {
      await card(page, 'Connections').getByRole('listitem').filter({ hasText: name }).getByText('Connected').waitFor();
    }
    const attention = card(page, 'What needs you first');
    await attention.getByText('2 records did not arrive: QuickBooks: The account period has closed.').waitFor();
    await attention.getByText('Move the closing date in QuickBooks').waitFor();

    stage.product.shop.addFault({ kind: 'delay', path: '/orders', delay_ms: 1500, times: 20 });
    const started = await stage.product.call('POST', '/api/sync/dry-run/orders', { mode: 'full' });
    await card(page, 'Running now').getByRole('progressbar', { name: 'Progress of Orders' }).waitFor();
    stage.product.shop.clearFaults();
    await stage.product.finished(String(started.json.sync_id));
    await card(page, 'Running now').getByRole('progressbar').waitFor({ state: 'detached' });
    await expectAccessible(page);
  });

  it('compares the money of all systems on a click, and shows it by system and day', async () => {
    const page = await stage.open('/', { role: 'manager' });
    await card(page, 'Money').getByRole('button', { name: 'Compare now' }).click();
    const rows = card(page, 'Money').getByRole('row');
    await rows.filter({ hasText: 'WooCommerce' }).waitFor({ timeout: 60_000 });
    await rows
      .filter({ hasText: 'QuickBooks' })
      .getByText(/^\$[\d,]+\.\d\d$/)
      .first()
      .waitFor();
    const chart = page.getByRole('figure', { name: /Sales per day and system/ });
    await chart.waitFor();
    // The picture is for those who see it; everybody has the numbers.
    expect(await chart.getByRole('row').count()).toBe(31);
    await page.getByRole('radio', { name: 'Records' }).click();
    await page.getByRole('figure', { name: /Records written and failed/ }).waitFor();
  });

  it('lets a viewer look, and says why a viewer may not start a comparison', async () => {
    const page = await stage.open('/', { role: 'viewer' });
    const button = card(page, 'Money').getByRole('button', { name: 'Compare now' });
    await expectDenied(button, 'Manager');
    const before = await stage.product.call('GET', '/api/reconciliation');
    await page.keyboard.press('Enter');
    await loaded(page);
    expect((await stage.product.call('GET', '/api/reconciliation')).json).toEqual(before.json);
  });
});

describe('the shell', () => {
  it('works by keyboard: skips to the content, and a new page has the focus', async () => {
    const page = await stage.open('/');
    await loaded(page);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    expect(await skip.evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    const main = page.getByRole('main');
    expect(await main.evaluate((part) => part === part.ownerDocument.activeElement)).toBe(true);
    await page.getByRole('link', { name: 'Runs', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    expect(await main.evaluate((part) => part === part.ownerDocument.activeElement)).toBe(true);
    expect(await page.title()).toBe('Runs · EasySale Sync');
  });

  it('says when there is no network, keeps what it showed, and goes on by itself', async () => {
    const page = await stage.open('/');
    await loaded(page);
    await page.context().setOffline(true);
    await page.getByText('No connection to EasySale Sync.').waitFor();
    await card(page, 'Connections').getByText('WooCommerce').waitFor();
    await page.getByRole('link', { name: 'Stock', exact: true }).click();
    await page.getByRole('heading', { name: 'Stock', level: 1 }).waitFor();
    await page.context().setOffline(false);
    await page.getByText('No connection to EasySale Sync.').waitFor({ state: 'detached' });
  });

  it('remembers a chosen appearance, and follows the device until one is chosen', async () => {
    const page = await stage.open('/', { theme: 'dark' });
    const canvas = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const dark = await canvas();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await canvas();
    expect(light).not.toBe(dark);
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.reload();
    await loaded(page);
    expect(await canvas()).toBe(dark);
  });

  it('asks to sign in again when the session is gone, and comes back to the same page', async () => {
    const page = await stage.open('/schedules');
    await page.evaluate('sessionStorage.clear()');
    await page.reload();
    await page.getByRole('button', { name: 'Continue as Viewer' }).click();
    await page.getByRole('heading', { name: 'Schedules', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/schedules');
  });

  it('has its menu behind a button on a phone, and says when an address leads nowhere', async () => {
    const page = await stage.open('/no/such/page', { width: 360 });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    const link = page.getByRole('link', { name: 'Failures', exact: true });
    expect(await link.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Open menu' }).click();
    await link.click();
    await page.getByRole('heading', { name: 'Failures', level: 1 }).waitFor();
    expect(await link.isVisible()).toBe(false);
  });

  it('writes numbers and dates as the device does', async () => {
    const page = await stage.open('/', { locale: 'de-DE' });
    await card(page, 'Money')
      .getByText(/\d,\d\d\s\$/)
      .first()
      .waitFor();
  });
});

describe('signing in at an identity provider', () => {
  async function arrive(person: Person) {
    const provider = await startIdentityProvider(stage.product, { person });
    const site = await serveDeployed(stage.product, provider.url);
    onTestFinished(async () => {
      await Promise.all([provider.close(), site.close()]);
    });
    const context = await stage.browser.newContext({ locale: 'en-US' });
    const page = watch(await context.newPage());
    await page.goto(`${site.url}/runs?status=failed`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return { page, provider, site };
  }

  it('goes by authorization code and PKCE, comes back to where one wanted to go, and out again', async () => {
    const { page, provider, site } = await arrive({ role: 'manager', name: 'ann' });
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/runs');
    expect(page.url()).not.toContain('code=');
    const asked = Object.fromEntries(provider.asked[0]?.searchParams ?? []);
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: 'console',
      redirect_uri: `${site.url}/signed-in`,
      code_challenge_method: 'S256',
    });
    expect(asked.code_challenge).toMatch(/^[\w-]{43}$/);
    await page.reload();
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    // A session of a tab is nobody else's: nothing of it is left in what tabs share.
    expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('eyJ');
    await page.getByRole('button', { name: /Manager/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('tells somebody whom nobody gave a role, instead of asking again and again', async () => {
    const { page } = await arrive({ role: 'stranger', name: 'eve' });
    await page.getByRole('alert').getByText('Your account belongs to no business here yet.').waitFor();
  });
});
