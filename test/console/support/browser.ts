import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type ConsoleMessage, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { Role } from '#shared/api/contract.ts';
import { findBrowser } from '../../../scripts/browser.ts';

export interface Visit {
  /** As whom; admin unless given. */
  readonly role?: Role;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** Of the device: decides how numbers and dates are written. */
  readonly locale?: string;
}

/** @throws Error with what to do when this machine has no browser. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no Chromium: npm run browser');
  return chromium.launch({ executablePath });
}

/** A page of its own session, signed in as a person would: by choosing the role. */
export async function visit(browser: Browser, url: string, options: Visit = {}): Promise<Page> {
  const { role = 'admin', theme = 'light', width = 1280, height = 860, locale = 'en-US' } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    // What moves is drawn sixty times a second, by the same processors that the product runs on.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: new RegExp(`Continue as ${role}`, 'i') }).click();
  // The page of signing in has a heading too.
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor({ state: 'detached' });
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** Answers of the API are the test's business; what the browser itself objects to is a fault of the console. */
const isExpected = (message: string): boolean => message.startsWith('Failed to load resource');

/**
 * Watches a page for the rest of the test: a script or style error fails it, and a failed test leaves a picture. Then its
 * session ends, unless the next test goes on with it.
 */
export function watch(page: Page, { isKept = false }: { readonly isKept?: boolean } = {}): Page {
  const faults: string[] = [];
  const onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error' && !isExpected(message.text())) faults.push(message.text());
  };
  const onError = (error: Error) => void faults.push(String(error));
  page.on('console', onConsole).on('pageerror', onError);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const folder = await mkdtemp(join(tmpdir(), 'easysale-console-'));
      const path = join(folder, `${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}.png`);
      await page.screenshot({ path, fullPage: true }).catch(() => undefined);
      console.log(`${task.name}: ${path}`);
    }
    page.off('console', onConsole).off('pageerror', onError);
    if (!isKept) await page.context().close();
    expect(faults, 'errors of the browser').toEqual([]);
  });
  return page;
}
