import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  failures: createRoute({
    getParentRoute: () => rootRoute,
    path: '/failures',
    component: lazyRouteComponent(() => import('./failures-page.tsx'), 'FailuresPage'),
  }),
};
