import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, serveHttp } from '#local/cloud/ports.ts';
import { createConsole } from '#local/demo/console.ts';
import { buildGallery } from '../../scripts/console.ts';
import { launchBrowser, watch } from './support/browser.ts';
import { expectAccessible, expectNoHorizontalScroll } from './support/expectations.ts';

let folder: string;
let server: Listening;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easysale-kit-'));
  [browser] = await Promise.all([launchBrowser(), buildGallery(folder)]);
  const config = { apiUrl: '', auth: { kind: 'local', tenant: 'demo', roles: [] } } as const;
  const site = createConsole({ folder, config });
  server = await serveHttp(async (incoming, outgoing) => {
    const { method = 'GET', url: target = '/', headers } = incoming;
    const answer = await site({ method, target, headers, body: Buffer.alloc(0), sourceIp: '' });
    for (const [name, value] of Object.entries(answer?.headers ?? {})) outgoing.setHeader(name, value);
    outgoing.writeHead(answer?.status ?? 404).end(answer?.body);
  });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  const page = watch(await context.newPage());
  await page.goto(`${server.url}/gallery/index.html`);
  await page.getByRole('heading', { name: 'The kit', level: 1 }).waitFor();
  return page;
}

const hasFocus = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).evaluate((one) => one === one.ownerDocument.activeElement);

describe('the kit', () => {
  it('is accessible in all its parts, with open dialog and open menu too, and fits every screen', async () => {
    const page = await open();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Choices' }).click();
    await page.getByRole('button', { name: 'Menu' }).click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete documents' }).click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expectNoHorizontalScroll(page);
  });

  it('has ten thousand rows without having ten thousand elements: scrolled, sorted and chosen as if it had', async () => {
    const page = await open();
    const table = page.getByRole('table', { name: 'Orders' });
    const rows = table.getByRole('row');
    expect(await table.getAttribute('aria-rowcount')).toBe('10001');
    expect(await rows.count()).toBeLessThan(80);
    await table.getByRole('button', { name: 'Amount' }).click();
    await table.getByRole('button', { name: 'Amount' }).click();
    expect(await table.getByRole('columnheader', { name: 'Amount' }).getAttribute('aria-sort')).toBe('ascending');
    await rows.nth(1).getByText('$0.50').waitFor();
    const began = performance.now();
    await page.getByRole('region', { name: 'Orders' }).evaluate((area) => area.scrollTo(0, area.scrollHeight));
    await table.getByText('$10,006.50').waitFor();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(await rows.count()).toBeLessThan(80);
    await table.getByRole('checkbox', { name: 'Select all rows' }).click();
    expect(await table.getByRole('checkbox', { name: 'Select all rows' }).getAttribute('aria-checked')).toBe('true');
    await rows.last().getByRole('checkbox').click();
    expect(await table.getByRole('checkbox', { name: 'Select all rows' }).getAttribute('aria-checked')).toBe('mixed');
  });

  it('keeps the focus in a dialog, closes it by Escape and gives the focus back', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Open a dialog' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Schedule' });
    expect(await dialog.getByLabel('Name').evaluate((box) => box === box.ownerDocument.activeElement)).toBe(true);
    for (let press = 0; press < 8; press += 1) {
      await page.keyboard.press('Tab');
      expect(
        await dialog.evaluate(
          (box) =>
            box.contains(box.ownerDocument.activeElement) || box.ownerDocument.activeElement === box.ownerDocument.body,
        ),
      ).toBe(true);
    }
    await dialog.getByRole('button', { name: 'Preview' }).hover();
    await page.getByRole('tooltip').getByText('Give it a name first').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await hasFocus(page, 'Open a dialog')).toBe(true);
  });

  it('destroys nothing before the number is typed, with or without its separator', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Delete documents' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 1,234 documents?' });
    const confirm = dialog.getByRole('button', { name: 'Delete documents' });
    await confirm.click({ force: true });
    await dialog.getByLabel('Type 1,234 to confirm').fill('12345');
    await page.keyboard.press('Enter');
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByLabel('Type 1,234 to confirm').fill('1,234');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('status', { name: 'Notifications' }).getByText('Deleted').waitFor();
  });

  it('takes a number that is cleared for none, and not for 0', async () => {
    const page = await open();
    const box = page.getByLabel('At most');
    await box.fill('');
    await page.getByText('No limit').waitFor();
    expect(await box.inputValue()).toBe('');
    await box.pressSequentially('1.50');
    await page.getByText('Stops at 1.5').waitFor();
    expect(await box.inputValue()).toBe('1.50');
  });

  it('lets disabled controls be reached and say why, and does nothing when they are used', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'For managers' }).focus();
    await page.getByRole('tooltip').getByText('This needs the role Manager; yours is Viewer.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Choices' }).click();
    const forAdmins = page.getByRole('switch', { name: 'For admins' });
    await forAdmins.focus();
    await page.keyboard.press('Space');
    expect(await forAdmins.getAttribute('aria-checked')).toBe('false');
    await page.getByRole('button', { name: 'Primary' }).click();
    const messages = page.getByRole('status', { name: 'Notifications' });
    await messages.getByText('Started').waitFor();
    expect(await messages.getByText('Must not happen').count()).toBe(0);
  });
});
