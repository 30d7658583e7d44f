import { afterAll, beforeAll, describe, it } from 'vitest';
import { firstDay, openConsole, type Stage } from './support/console.ts';
import { expectAccessible, expectNoHorizontalScroll, loaded } from './support/expectations.ts';
import { pathOf, screens } from './support/screens.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openConsole({ orders: 20 });
  await firstDay(stage.product);
});
afterAll(() => stage.close());

describe('every screen', () => {
  it.each(screens)(
    '$name has no serious fault of accessibility and no sideways scroll, light and dark, 360 to 1920 px',
    async (screen) => {
      const page = await stage.open(await pathOf(screen, stage.product));
      await loaded(page, screen.shows);
      await expectAccessible(page);
      await expectNoHorizontalScroll(page);
    },
  );
});
