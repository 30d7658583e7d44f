import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDay, openConsole, type Stage } from './support/console.ts';
import { expectDenied } from './support/expectations.ts';

const mappingId = 'woocommerce.order-quickbooks.invoice';
const editor = `/mappings/edit?mapping=${mappingId}`;
const memo = 'CustomerMemo.value';

let stage: Stage;
beforeAll(async () => {
  stage = await openConsole({ orders: 12 });
  await firstDay(stage.product);
});
afterAll(() => stage.close());

const place = (page: Page, name: string) =>
  page.getByRole('region', { name: 'WooCommerce: order' }).getByRole('button', { name: new RegExp(`^${name}\\b`) });
const field = (page: Page, to: string) =>
  page.getByRole('region', { name: 'QuickBooks: invoice' }).getByRole('button').filter({ hasText: to });
const shownOutput = (page: Page, to: string) => field(page, to).getByRole('status');
const saveButton = (page: Page) => page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).first();

/** Where the memo of an invoice comes from, in the version in use. */
async function memoInUse() {
  const { json } = await stage.product.call('GET', `/api/mappings/${mappingId}`);
  const { fields } = json.document as { readonly fields: readonly { readonly to: string; readonly from?: string }[] };
  return { version: json.version, isDefault: json.is_default, from: fields.find(({ to }) => to === memo)?.from };
}

/** What the API checks while one types has the time a loaded machine takes. */
const patient = { timeout: 10_000 };

describe('the editor of mappings', () => {
  it('[M-PREVIEW] [M-VERSIONS] takes a field that is dragged, shows what a real order becomes, saves it as a version and restores the one before', async () => {
    const page = await stage.open(editor);
    const paid = [...stage.product.shop.shop.orders.values()].find(({ status }) => status === 'processing');
    const { id, paymentMethod } = paid ?? { id: 0, paymentMethod: '' };
    await page.getByRole('searchbox', { name: 'Order number or id' }).fill(String(id));
    await page.getByRole('button', { name: 'Try it on a record' }).click();
    await page.getByText(`Order ${id}`, { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('record')).toContain(String(id));
    await place(page, 'Payment › Method').waitFor();
    expect(await shownOutput(page, 'DocNumber').textContent()).toContain(String(id));

    // Both in view: what scrolls under the pointer would be another place.
    await field(page, memo).scrollIntoViewIfNeeded();
    await page.getByRole('searchbox', { name: 'Search what can be read' }).fill('payment');
    await place(page, 'Payment › Method').dragTo(field(page, memo));
    await page.locator('[aria-live]').getByText('Payment › Method goes into Customer memo › Value now.').waitFor();
    await shownOutput(page, memo).getByText(paymentMethod, { exact: true }).waitFor();
    await page.getByText('Show every step').click();
    const steps = page.getByRole('listitem').filter({ hasText: memo });
    expect(await steps.first().textContent()).toContain(paymentMethod);

    await expect.poll(() => saveButton(page).getAttribute('aria-disabled'), patient).toBeNull();
    await saveButton(page).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('payment.method').waitFor();
    await dialog.getByLabel('Why').fill('The memo names the payment');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Own version 1').waitFor();
    expect(await memoInUse()).toEqual({ version: 1, isDefault: false, from: 'payment.method' });

    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByText('The memo names the payment').waitFor();
    await page.getByRole('button', { name: 'Restore Default' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Version 2').waitFor();
    expect(await memoInUse()).toEqual({ version: 2, isDefault: true, from: 'note' });
  });

  it('[M-VERSIONS] goes back to an earlier version, is exported as a file, and takes such a file: all of it, or nothing', async () => {
    const page = await stage.open(`${editor}&tab=versions`);
    const versions = page.getByRole('table', { name: 'Versions' });
    await versions.getByRole('button', { name: 'Compare with Version 1' }).click();
    const compared = page.getByRole('dialog');
    await compared.getByText('payment.method').waitFor();
    await compared.getByRole('button', { name: 'Close' }).click();
    await versions.getByRole('button', { name: 'Restore Version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await versions.getByText('Version 3').waitFor();
    expect(await memoInUse()).toEqual({ version: 3, isDefault: false, from: 'payment.method' });

    await page.getByRole('button', { name: 'More actions' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as a file' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    const file = (content: string) => ({ name: 'm.json', mimeType: 'application/json', buffer: Buffer.from(content) });
    // The editor takes it as a draft, to be looked at before it is saved.
    await page.getByLabel('Open a file as draft').setInputFiles(file(text.replace('"payment.method"', '"currency"')));
    await page.getByText('Not saved').waitFor();
    await page.getByRole('tab', { name: 'Fields' }).click();
    await field(page, memo).getByText('Currency', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard changes' }).click();
    await page.getByText('Not saved').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Mappings', exact: true }).first().click();
    const files = page.getByLabel('File to import');
    const take = page.getByRole('dialog', { name: 'Put 1 mapping to use?' });
    await files.setInputFiles(file('no JSON'));
    await page.getByRole('status').getByText(/JSON/).first().waitFor();
    await files.setInputFiles(file(text.replace('"payment.method"', '"no.such.place"')));
    await take.getByText('Order to invoice').waitFor();
    await take.getByRole('button', { name: 'Import' }).click();
    await take
      .getByRole('alert')
      .getByText(/no\.such\.place/)
      .first()
      .waitFor();
    await take.getByRole('button', { name: 'Cancel' }).click();
    expect((await memoInUse()).version).toBe(3);
    await files.setInputFiles(file(text.replace('"payment.method"', '"currency"')));
    await take.getByRole('button', { name: 'Import' }).click();
    await page.getByText('1 mapping was imported').waitFor();
    expect(await memoInUse()).toEqual({ version: 4, isDefault: false, from: 'currency' });
    await stage.product.call('POST', `/api/mappings/${mappingId}/versions/2/restore`, { expected_version: 4 });
  });

  it('is worked by keyboard alone, tells what happens, and does not let changes be lost', async () => {
    const page = await stage.open(editor);
    await place(page, 'Currency').focus();
    await page.keyboard.press('Enter');
    await page.locator('[aria-live]').getByText('Currency is chosen').waitFor();
    await page.keyboard.press('Escape');
    expect(await place(page, 'Currency').getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('Enter');
    await field(page, memo).focus();
    await page.keyboard.press('Enter');
    await page.locator('[aria-live]').getByText('Currency goes into Customer memo › Value now.').waitFor();
    await shownOutput(page, memo).getByText('USD').waitFor();

    await page.getByRole('navigation').getByRole('link', { name: 'Schedules' }).click();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Not saved').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Schedules' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Schedules', level: 1 }).waitFor();
  });

  it('[M-VALIDATION] [M-REPLAY] shows what is wrong with an expression at its place and keeps it from being saved; a right one is compared over the last orders', async () => {
    const page = await stage.open(editor);
    await field(page, memo).click();
    await page.getByLabel('Add a step').selectOption('expression');
    const expression = page.getByRole('textbox', { name: 'Expression' });
    await expression.fill('value +');
    await expect.poll(() => expression.getAttribute('aria-invalid'), patient).toBe('true');
    const faultId = (await expression.getAttribute('aria-describedby'))?.split(' ').at(-1) ?? '';
    expect(await page.locator(`[id="${faultId}"]`).textContent()).toContain('Unexpected');
    expect(await saveButton(page).getAttribute('aria-disabled')).toBe('true');
    await saveButton(page).hover();
    await page
      .getByRole('tooltip')
      .getByText(/Correct \d faults? first/)
      .waitFor();

    await expression.fill('"Order " + number');
    await page.getByLabel('Add a step').selectOption('truncate');
    await expect.poll(() => expression.getAttribute('aria-invalid'), patient).toBeNull();
    await shownOutput(page, memo)
      .getByText(/^Order \d+$/)
      .waitFor();
    await page.getByRole('tab', { name: 'Try on many' }).click();
    const compare = page.getByRole('button', { name: 'Compare' });
    await expect.poll(() => compare.getAttribute('aria-disabled'), patient).toBeNull();
    await compare.click();
    const differences = page.getByRole('region', { name: 'Differences' });
    await differences.getByText(/of \d+ records come out differently/).waitFor({ timeout: 20_000 });
    await differences.getByText('Customer memo › Value').first().waitFor();
    expect(await differences.getByRole('insertion').first().textContent()).toMatch(/Order \d+$/);
    expect((await memoInUse()).from, 'a comparison saves nothing').toBe('note');
  });
});

describe('schedules', () => {
  it('are made in plain words, with the next five times in the zone that was chosen', async () => {
    const page = await stage.open('/schedules');
    await page.getByRole('button', { name: 'New schedule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Repeats').selectOption('weekly');
    await dialog.getByRole('button', { name: 'Thu' }).click();
    await dialog.getByLabel('At', { exact: true }).fill('06:15');
    await dialog.getByLabel('Time zone').selectOption('Europe/Berlin');
    const times = dialog.getByRole('list', { name: 'Next five runs' }).getByRole('listitem');
    await expect
      .poll(async () => (await times.allTextContents()).filter((text) => /06:15/.test(text)).length, patient)
      .toBe(5);
    expect((await times.allTextContents()).every((text) => /^(Mon|Thurs)day/.test(text))).toBe(true);

    await dialog.getByLabel('Repeats').selectOption('own');
    const own = dialog.getByLabel('Expression');
    expect(await own.inputValue()).toBe('cron(15 6 ? * MON,THU *)');
    await own.fill('99 * * * *');
    await dialog.getByText('minutes: "99" is not a number from 0 to 59').waitFor();
    await own.fill('15 6 * * 1,4');
    await dialog.getByLabel('Name').fill('Market days');
    await expect
      .poll(() => dialog.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled'), patient)
      .toBeNull();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Market days' }).waitFor();
    const { json } = await stage.product.call('GET', '/api/schedules');
    const made = (json.items as readonly Record<string, unknown>[]).find(({ name }) => name === 'Market days');
    expect(made).toMatchObject({
      expression: 'cron(15 6 ? * MON,THU *)',
      time_zone: 'Europe/Berlin',
      entity: 'orders',
      mode: 'incremental',
      overlap: 'skip',
      enabled: true,
    });

    await page.getByRole('switch', { name: 'Market days: on or off' }).click();
    await page.getByText('Market days is off').waitFor();
    await page.getByRole('button', { name: 'Market days' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete “Market days”?' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Market days was deleted').waitFor();
    const after = await stage.product.call('GET', `/api/schedules/${made?.schedule_id}`);
    expect(after.status).toBe(404);
  });

  it('of the product that were deleted are made again, and no others', async () => {
    const { call } = stage.product;
    const names = async () => {
      const { json } = await call('GET', '/api/schedules?limit=100');
      return (json.items as readonly { readonly name: string }[]).map(({ name }) => name).toSorted();
    };
    const before = await names();
    const [gone = ''] = before;
    const page = await stage.open('/schedules');
    await page.getByRole('button', { name: gone, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: `Delete “${gone}”?` })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByText(`${gone} was deleted`).waitFor();
    expect(await names()).toEqual(before.slice(1));
    await page.getByRole('button', { name: 'Restore defaults' }).click();
    const asked = page.getByRole('dialog', { name: 'Restore the default schedules?' });
    await asked.getByRole('button', { name: 'Restore defaults' }).click();
    await page.getByText('1 schedule was made').waitFor();
    await page.getByRole('button', { name: gone, exact: true }).waitFor();
    expect(await names()).toEqual(before);
  });
});

describe('a viewer', () => {
  it('sees controls of schedules and mappings disabled, with the reason', async () => {
    const page = await stage.open('/schedules', { role: 'viewer' });
    const reason = 'This needs the role Admin; yours is Viewer.';
    const create = page.getByRole('button', { name: 'New schedule' });
    await expectDenied(create, 'Admin');
    await create.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);

    await page.getByRole('navigation').getByRole('link', { name: 'Mappings' }).click();
    await page.getByRole('link', { name: 'Order to invoice' }).click();
    await field(page, memo).click();
    expect(await page.getByLabel('Place of the record').isDisabled()).toBe(true);
    await saveButton(page).hover();
    await page.getByRole('tooltip').getByText(reason).waitFor();
    await page.getByText('This needs the role Manager; yours is Viewer.').first().waitFor();
  });
});
