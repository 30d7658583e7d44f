import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDay, openConsole, type Stage } from './support/console.ts';
import { loaded } from './support/expectations.ts';
import { pathOf, type Screen, screens } from './support/screens.ts';

const api = '**/api/**';
const unreachable = 'No connection to EasySale Sync.';

/** Answers do not come until it is opened, and then never. */
async function closeGate(page: Page): Promise<() => void> {
  const gate = Promise.withResolvers<void>();
  await page.route(api, async (route) => {
    await gate.promise;
    await route.abort('connectionrefused');
  });
  return gate.resolve;
}

/** Screens shared out among so many pages at once: most of it is waiting. */
const pagesAtOnce = 6;

async function onEach(stage: Stage, visit: (page: Page, screen: Screen, url: string) => Promise<void>): Promise<void> {
  const left = [...screens];
  await Promise.all(
    Array.from({ length: pagesAtOnce }, async () => {
      const page = await stage.open('/');
      for (let screen = left.shift(); screen; screen = left.shift()) {
        await visit(page, screen, `${stage.url}${await pathOf(screen, stage.product)}`);
      }
    }),
  );
}

describe('every screen with records', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openConsole({ orders: 20 });
    await firstDay(stage.product);
  });
  afterAll(() => stage.close());

  it('says that it loads, that nothing can be reached, and goes on when it can', async () => {
    await onEach(stage, async (page, screen, url) => {
      const main = page.getByRole('main');
      const giveUp = await closeGate(page);
      await page.goto(url);
      await main.getByRole('heading', { level: 1 }).waitFor();
      if (!screen.isStill) await main.locator('[data-pending]').first().waitFor();
      giveUp();
      if (!screen.isStill) await main.getByRole('alert').first().waitFor();
      await page.getByText(unreachable).waitFor();
      await page.unroute(api);
      // It is tried again by itself, as by whoever presses the button.
      await page.getByText(unreachable).waitFor({ state: 'detached' });
      await loaded(page, screen.shows);
      await main.getByRole('alert').first().waitFor({ state: 'detached' });
    });
  });
});

describe('every screen before anything is connected', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openConsole({ orders: 0 });
  });
  afterAll(() => stage.close());

  it('says what is not there yet', async () => {
    await onEach(stage, async (page, screen, url) => {
      if (typeof screen.path !== 'string') return;
      const main = page.getByRole('main');
      await page.goto(url);
      await loaded(page);
      if (screen.empty !== undefined) await main.getByText(screen.empty).first().waitFor();
      expect(await main.getByRole('alert').allInnerTexts(), screen.name).toEqual([]);
    });
  });
});
