import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { day, oneOf, search, text } from '#web/lib/search.ts';
import { outcomes, statuses } from './filters.ts';

export const routes = {
  runs: createRoute({
    getParentRoute: () => rootRoute,
    path: '/runs',
    validateSearch: search({
      view: oneOf(['history']),
      entity: text,
      status: oneOf(statuses),
      outcome: oneOf(outcomes),
      connection: text,
      from: day,
      to: day,
      sync: text,
      record: text,
    }),
    component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
  }),
  run: createRoute({
    getParentRoute: () => rootRoute,
    path: '/runs/$syncId',
    validateSearch: search({ outcome: oneOf(outcomes) }),
    component: lazyRouteComponent(() => import('./run-page.tsx'), 'RunPage'),
  }),
};
