import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { oneOf, search } from '#web/lib/search.ts';

export const routes = {
  conflicts: createRoute({
    getParentRoute: () => rootRoute,
    path: '/conflicts',
    validateSearch: search({ state: oneOf(['settled', 'resolved']) }),
    component: lazyRouteComponent(() => import('./conflicts-page.tsx'), 'ConflictsPage'),
  }),
  conflict: createRoute({
    getParentRoute: () => rootRoute,
    path: '/conflicts/$id',
    component: lazyRouteComponent(() => import('./conflict-page.tsx'), 'ConflictPage'),
  }),
};
