import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { oneOf, search, text } from '#web/lib/search.ts';
import { tabs } from './tabs.ts';

export const routes = {
  mappings: createRoute({
    getParentRoute: () => rootRoute,
    path: '/mappings',
    /** `q`: what its name contains. `state`: only those with a version of their own, or without. */
    validateSearch: search({ q: text, state: oneOf(['own', 'default']) }),
    component: lazyRouteComponent(() => import('./mappings-page.tsx'), 'MappingsPage'),
  }),
  mapping: createRoute({
    getParentRoute: () => rootRoute,
    path: '/mappings/edit',
    /** `mapping`: its id, which has points as only names of files have them in a path. `record`: on which it is tried. */
    validateSearch: search({
      mapping: text,
      tab: oneOf(tabs),
      record: text,
    }),
    component: lazyRouteComponent(() => import('./mapping-page.tsx'), 'MappingPage'),
  }),
};
