import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { visit } from './support/browser.ts';
import { openConsole } from './support/console.ts';
import { loaded } from './support/expectations.ts';
import { setScene } from './support/scene.ts';
import { pathOf, screens } from './support/screens.ts';

/**
 * `npm run screens`: photographs every screen of a shop after a few days of use into `docs/screens`: light, dark, phone.
 * Names after it choose: `npm run screens -- overview runs`.
 */
const folder = resolve(import.meta.dirname, '../../docs/screens');
const looks = [
  { look: 'light', theme: 'light', width: 1280, height: 860 },
  { look: 'dark', theme: 'dark', width: 1280, height: 860 },
  { look: 'phone', theme: 'light', width: 390, height: 844 },
] as const;

/** The only page that those see who are not signed in. */
const signIn = 'sign-in';

/** A machine that does other things beside has time. */
const patienceMs = 120_000;

/** WebP by the browser's own encoder: a third of the size of PNG. */
async function photograph(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 75 });
  await writeFile(file, Buffer.from(data, 'base64'));
}

/** The part of the README between its two marks: every screen in every look. */
async function showInReadme(): Promise<void> {
  const file = resolve(folder, '../../README.md');
  const row = (name: string) =>
    `| ${name} | ${looks.map(({ look }) => `![${name}, ${look}](docs/screens/${name}-${look}.webp)`).join(' | ')} |`;
  const table = [
    '| Screen | Light | Dark | Phone |',
    '| --- | --- | --- | --- |',
    row(signIn),
    ...screens.map(({ name }) => row(name)),
  ].join('\n');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/(<!-- screens -->\n)[\s\S]*(<!-- \/screens -->)/, `$1\n${table}\n\n$2`));
}

const names = process.argv.slice(2);
const isChosen = (name: string) => names.length === 0 || names.includes(name);
const chosen = screens.filter(({ name }) => isChosen(name));
await mkdir(folder, { recursive: true });
const stage = await openConsole({ orders: 120 });
try {
  await setScene(stage.product);
  for (const { look, ...options } of looks) {
    const page = await visit(stage.browser, stage.url, options);
    page.setDefaultTimeout(patienceMs);
    if (isChosen(signIn)) {
      const outside = await page.context().newPage();
      await outside.goto(stage.url);
      await outside.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      await photograph(outside, join(folder, `${signIn}-${look}.webp`));
      await outside.close();
    }
    for (const screen of chosen) {
      const { name, shows } = screen;
      await page.goto(`${stage.url}${await pathOf(screen, stage.product)}`);
      await loaded(page, shows);
      await photograph(page, join(folder, `${name}-${look}.webp`));
    }
    await page.context().close();
    console.log(`${look}: ${chosen.length} screens`);
  }
  await showInReadme();
} finally {
  await stage.close();
}
process.exit();
