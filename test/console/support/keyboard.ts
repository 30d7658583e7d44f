import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { FocusProbe, Stop } from '../page/probe.ts';

const probeSource = readFile(join(import.meta.dirname, '../page/focus.ts'), 'utf8').then(
  (source) => `(() => { ${stripTypeScriptTypes(source).replaceAll(/^export /gm, '')} })()`,
);

type Asked = keyof FocusProbe;
const ask = <Name extends Asked>(page: Page, name: Name, ...input: Parameters<FocusProbe[Name]>) =>
  page.evaluate<ReturnType<FocusProbe[Name]>>(`focusProbe.${name}(...${JSON.stringify(input)})`);

/** More than any screen has: who presses Tab so often is in a trap. */
const mostStops = 800;
/** A page that gets more while it is gone through is gone through again. */
const mostRounds = 3;

export interface Walk {
  /** Back from the end, by Shift+Tab. */
  readonly isBackward?: boolean;
}

/**
 * Goes through the page, or the dialog that is open, by Tab, from its beginning to its end or back, and says what is wrong
 * with it: a stop whose focus is not to be seen or out of order, a control that does not say why it cannot be used, or one
 * that Tab never came to.
 */
export async function faultsOfTab(page: Page, { isBackward = false }: Walk = {}): Promise<readonly string[]> {
  await page.evaluate(await probeSource);
  await ask(page, 'begin', 'dialog:modal, html');
  const faults: string[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    faults.push(...(await once(page, isBackward)));
    if ((await ask(page, 'missed')).length === 0) return faults;
  }
  return [...faults, ...(await ask(page, 'missed')).map((name) => `${name} is never reached`)];
}

async function once(page: Page, isBackward: boolean): Promise<readonly string[]> {
  const faults: string[] = [];
  const seen: Stop[] = [];
  for (let press = 0; press < mostStops; press += 1) {
    await page.keyboard.press(isBackward ? 'Shift+Tab' : 'Tab');
    const stop = await ask(page, 'stop', isBackward);
    if (stop.isOutside && seen.length === 0) continue;
    if (stop.isOutside || stop.id === seen[0]?.id) return faults;
    if (stop.id === seen.at(-1)?.id && !stop.isInParts) return [...faults, `${stop.name} does not let go of the focus`];
    if (stop.id === seen.at(-1)?.id) continue;
    seen.push(stop);
    faults.push(...stop.faults.map((fault) => `${stop.name} ${fault}`));
    if (stop.isOff && !(await becomes(page, 'focusProbe.reason() !== ""')))
      faults.push(`${stop.name} does not say why it cannot be used`);
  }
  return [...faults, 'Tab does not come to an end'];
}

const patienceMs = 5_000;

/**
 * Whether it becomes so: hints, and the focus where the page moves it, come with one of the next pictures. Not by
 * `waitForFunction`, which the content security policy of the page refuses.
 */
const becomes = (page: Page, condition: string): Promise<boolean> =>
  page.evaluate<boolean>(`new Promise((resolve) => {
    const end = performance.now() + ${patienceMs};
    const look = () => {
      if (${condition}) resolve(true);
      else if (performance.now() > end) resolve(false);
      else requestAnimationFrame(look);
    };
    look();
  })`);

/** So many of a long list stand for all of it. */
const enoughMembers = 12;

/** To the next of a group. The key is held until the focus has moved, as by a hand: choices follow the focus as long as it is. */
async function goOn(page: Page, isVertical: boolean): Promise<void> {
  const key = isVertical ? 'ArrowDown' : 'ArrowRight';
  const last = await ask(page, 'current');
  await page.keyboard.down(key);
  await becomes(page, `focusProbe.current() !== ${last}`);
  await page.keyboard.up(key);
}

/** What Tab stops at once for several, as tabs and choices: the arrow keys come to each of them. */
export async function faultsOfArrows(page: Page, within = 'html'): Promise<readonly string[]> {
  await page.evaluate(await probeSource);
  await ask(page, 'begin', within);
  const faults: string[] = [];
  const count = await ask(page, 'groups');
  for (let index = 0; index < count; index += 1) {
    await ask(page, 'begin', within);
    const { name, members, isRound } = await ask(page, 'enter', index);
    const isVertical = await ask(page, 'isVertical');
    const wanted = members < 2 ? 0 : Math.min(members, enoughMembers);
    const met = new Set([await ask(page, 'current')]);
    for (let press = isRound ? 0 : 1; press < wanted; press += 1) {
      await goOn(page, isVertical);
      const stop = await ask(page, 'stop', false);
      met.add(stop.id);
      faults.push(...stop.faults.filter((fault) => !/order/.test(fault)).map((fault) => `${stop.name} ${fault}`));
    }
    if (met.size < wanted) faults.push(`${name}: arrow keys come to ${met.size} of ${wanted}`);
  }
  return faults;
}

const hasFocus = (control: Locator): Promise<boolean> =>
  control.evaluate((one) => one === one.ownerDocument.activeElement);

const opened = 'dialog[open], [role=menu]';

/** Opens a dialog or a menu by Enter and by Space: it takes the focus, closes by Escape and gives the focus back. */
export async function expectOpens(opener: Locator): Promise<void> {
  const page = opener.page();
  const isMenu = (await opener.getAttribute('aria-haspopup')) === 'menu';
  await opener.focus();
  const open = async (key: string) => {
    await page.keyboard.press(key);
    await page.locator(opened).waitFor();
    const isInside = `document.querySelector('${opened}')?.contains(document.activeElement)`;
    expect(await becomes(page, isInside), `the focus is in what ${opener} opened`).toBe(true);
  };
  await open('Enter');
  await page.keyboard.press('Escape');
  await page.locator(opened).waitFor({ state: 'detached' });
  await expectFocus(opener);
  await open('Space');
  const faults = isMenu ? await faultsOfArrows(page, '[role=menu]') : await faultsOfTab(page);
  expect(faults, `in what ${opener} opened`).toEqual([]);
  // A hint of what has the focus goes first.
  if ((await page.getByRole('tooltip').count()) > 0) await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator(opened).waitFor({ state: 'detached' });
  await expectFocus(opener);
}

/** It has the focus, or gets it in a moment. */
export const expectFocus = (control: Locator): Promise<void> => control.and(control.page().locator(':focus')).waitFor();

/** Presses Tab until a control has the focus: as somebody comes to it who has no mouse. */
export async function reach(control: Locator): Promise<void> {
  await control.waitFor();
  const page = control.page();
  for (let press = 0; press < mostStops; press += 1) {
    if (await hasFocus(control)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${control}`);
}

/** Comes to a control by Tab and presses a key on it. */
export async function press(control: Locator, key = 'Enter'): Promise<void> {
  await reach(control);
  await control.page().keyboard.press(key);
}

/** Comes to a field by Tab and types, in the place of what stood there. */
export async function type(field: Locator, text: string): Promise<void> {
  await reach(field);
  await field.page().keyboard.press('ControlOrMeta+a');
  await field.page().keyboard.type(text);
}

const groups = ['radiogroup', 'group', 'toolbar', 'tablist', 'menu'].map((role) => `@role="${role}"`).join(' or ');

/** Comes to a group by Tab, and by arrow keys to one of it. */
export async function choose(option: Locator): Promise<void> {
  const page = option.page();
  await option.waitFor();
  const group = option.locator(`xpath=ancestor::*[${groups}][1]`);
  const isInside = () => group.evaluate((one) => one.contains(one.ownerDocument.activeElement));
  for (let presses = 0; presses < mostStops && !(await isInside()); presses += 1) await page.keyboard.press('Tab');
  await page.evaluate(await probeSource);
  for (let presses = 0; presses < mostStops && !(await hasFocus(option)); presses += 1) {
    await goOn(page, await ask(page, 'isVertical'));
  }
  await expectFocus(option);
}
