import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visit, watch } from './support/browser.ts';
import { openConsole, type Stage } from './support/console.ts';
import { expectAccessible, expectNoHorizontalScroll, loaded } from './support/expectations.ts';
import { expectOpens, faultsOfArrows, faultsOfTab } from './support/keyboard.ts';
import { setScene } from './support/scene.ts';
import { pathOf, type Screen, screens } from './support/screens.ts';

/** One shop from before its first connection to its first days. */
let stage: Stage;
/** Sessions that go from screen to screen. */
let admin: Page;
let viewer: Page;
beforeAll(async () => {
  stage = await openConsole({ orders: 12 });
  admin = await visit(stage.browser, stage.url);
  viewer = await visit(stage.browser, stage.url, { role: 'viewer', width: 390, height: 844 });
});
afterAll(() => stage.close());

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

/** For all screens in one test. Each of them fails much sooner where something never comes. */
const walk = { timeout: 600_000 };

/** Screens shared out among so many pages at once: most of it is waiting. */
const pagesAtOnce = 6;

async function onEach(
  shown: readonly Screen[],
  look: (page: Page, screen: Screen, url: string) => Promise<void>,
): Promise<void> {
  const left = [...shown];
  await Promise.all(
    Array.from({ length: pagesAtOnce }, async () => {
      const page = await stage.open('/');
      for (let screen = left.shift(); screen; screen = left.shift()) {
        await look(page, screen, `${stage.url}${await pathOf(screen, stage.product)}`);
      }
    }),
  );
}

describe('every screen before anything is connected', () => {
  it('says what is not there yet', walk, async () => {
    await onEach(
      screens.filter(({ id }) => id === undefined),
      async (page, screen, url) => {
        const main = page.getByRole('main');
        await page.goto(url);
        await loaded(page);
        if (screen.empty !== undefined) await main.getByText(screen.empty).first().waitFor();
        expect(await main.getByRole('alert').allInnerTexts(), screen.name).toEqual([]);
      },
    );
  });
});

describe('every screen after the first days', () => {
  beforeAll(() => setScene(stage.product));

  it('says that it loads, that nothing can be reached, and goes on when it can', walk, async () => {
    await onEach(screens, async (page, screen, url) => {
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

  describe.each(screens)('$name', (screen) => {
    const show = async (page: Page): Promise<Page> => {
      await watch(page, { isKept: true }).goto(`${stage.url}${await pathOf(screen, stage.product)}`);
      return page;
    };

    it('has no serious fault of accessibility and no sideways scroll, light and dark, 360 to 1920 px; by keyboard everything is reached, seen, in order, and opened', async () => {
      const page = await show(admin);
      await loaded(page, screen.shows);
      expect(await faultsOfTab(page), 'by Tab').toEqual([]);
      expect(await faultsOfArrows(page), 'by arrow keys').toEqual([]);
      for (const opener of screen.opens?.(page) ?? []) await expectOpens(opener);
      await expectAccessible(page);
      await expectNoHorizontalScroll(page);
    });

    it('on the phone of a viewer is gone back through by Shift+Tab, and says why what cannot be used cannot', async () => {
      const page = await show(viewer);
      await loaded(page);
      expect(await faultsOfTab(page, { isBackward: true })).toEqual([]);
    });
  });
});
