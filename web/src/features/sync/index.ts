import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  sync: createRoute({
    getParentRoute: () => rootRoute,
    path: '/sync',
    component: lazyRouteComponent(() => import('./sync-page.tsx'), 'SyncPage'),
  }),
};
