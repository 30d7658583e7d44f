import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Product } from '#test/support/product.ts';
import { faultsOfTab } from './keyboard.ts';

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.1 A and AA, as far as a program can tell. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

interface Finding {
  readonly rule: string;
  readonly what: string;
  readonly where: readonly string[];
}

async function findings(page: Page): Promise<readonly Finding[]> {
  // Evaluated by the debugger, which the content security policy of the page does not bind.
  await page.evaluate(await axeSource);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: rules } });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({ rule: id, what: help, where: nodes.map(({ html }) => html.slice(0, 200)) }));
}

/** Waits until every part of the page has loaded or failed, and a text is to be seen, where one is given. */
export async function loaded(page: Page, text?: string): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  if (text !== undefined) await page.getByText(text).filter({ visible: true }).first().waitFor();
  await page.locator('[data-pending]').first().waitFor({ state: 'detached' });
}

/** Colours that change do so over a moment, in which they are neither. */
const settledLook = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  .then(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined))))
  .then(() => undefined)`;

/** Nothing serious for axe in light and dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(settledLook);
    expect(await findings(page), `accessibility in ${colorScheme}, ${page.url()}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: 'reduce' });
}

const overEdge = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** The page fits every screen; what is wider scrolls within itself. */
export async function expectNoHorizontalScroll(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const width of [360, 768, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const over = await page.evaluate<number>(overEdge);
    expect(over, `pixels over the edge at ${width}, ${page.url()}`).toBeLessThanOrEqual(0);
  }
  if (before) await page.setViewportSize(before);
}

/** All of a page that the table of screens has not, because something has to happen before it is there. */
export async function expectFit(page: Page): Promise<void> {
  expect(await faultsOfTab(page), `by keyboard, ${page.url()}`).toEqual([]);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
}

/** What was asked for goes on, and the cause is gone with its records when all has come to rest. */
export async function expectHealed(page: Page, cause: Locator, { cloud }: Pick<Product, 'cloud'>): Promise<void> {
  await page
    .getByRole('status')
    .getByText(/Trying/)
    .waitFor();
  await cloud.idle(60_000);
  await cause.waitFor({ state: 'detached' });
}

/** A control of a viewer: it cannot be used, and says which role could. */
export async function expectDenied(control: Locator, role: 'Manager' | 'Admin'): Promise<void> {
  expect(await control.getAttribute('aria-disabled')).toBe('true');
  await control.focus();
  await control.page().getByRole('tooltip').getByText(`This needs the role ${role}; yours is Viewer.`).waitFor();
}
