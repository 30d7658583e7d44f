import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { flag, search } from '#web/lib/search.ts';

export const routes = {
  connections: createRoute({
    getParentRoute: () => rootRoute,
    path: '/connections',
    component: lazyRouteComponent(() => import('./connections-page.tsx'), 'ConnectionsPage'),
  }),
  connection: createRoute({
    getParentRoute: () => rootRoute,
    path: '/connections/$platform',
    /** `back`: the person comes back from signing in at the platform. */
    validateSearch: search({ back: flag }),
    component: lazyRouteComponent(() => import('./connection-page.tsx'), 'ConnectionPage'),
  }),
};
