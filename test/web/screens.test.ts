import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRoute } from '@tanstack/react-router';
import { expect, it } from 'vitest';
import { screens } from '#test/console/support/screens.ts';
import { tabs as mappingTabs } from '#web/features/mappings/tabs.ts';
import { tabs as settingsTabs } from '#web/features/settings/tabs.ts';

const features = join(import.meta.dirname, '../../web/src/features');
const shown = screens.map(({ path }) => new URL(path, 'http://console'));

it('each page of the console is in the table of screens, in which pages are walked and photographed', async () => {
  const modules = globSync('*/index.ts', { cwd: features }).map((file) => import(join(features, file)));
  const routes = (await Promise.all(modules)).flatMap((module) => Object.values<AnyRoute>(module.routes));
  const paths = routes.map(({ options }) => String(options.path));
  expect(paths.length).toBeGreaterThan(15);
  const isShown = (path: string): boolean => {
    const pattern = new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/]+')}$`);
    return shown.some(({ pathname }) => pattern.test(pathname));
  };
  expect(paths.filter((path) => !isShown(path))).toEqual([]);
});

it.each([
  { path: '/settings', tabs: settingsTabs },
  { path: '/mappings/edit', tabs: mappingTabs },
])('and so is each tab of $path', ({ path, tabs }) => {
  const own = shown
    .filter(({ pathname }) => pathname === path)
    .map(({ searchParams }) => searchParams.get('tab') ?? tabs[0]);
  expect(own.toSorted()).toEqual([...tabs].toSorted());
});
