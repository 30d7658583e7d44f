import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  records: createRoute({
    getParentRoute: () => rootRoute,
    path: '/records',
    component: lazyRouteComponent(() => import('./records-page.tsx'), 'RecordsPage'),
  }),
};
