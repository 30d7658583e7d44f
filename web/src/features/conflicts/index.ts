import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  conflicts: createRoute({
    getParentRoute: () => rootRoute,
    path: '/conflicts',
    component: lazyRouteComponent(() => import('./conflicts-page.tsx'), 'ConflictsPage'),
  }),
};
