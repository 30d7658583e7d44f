import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  reconciliation: createRoute({
    getParentRoute: () => rootRoute,
    path: '/reconciliation',
    component: lazyRouteComponent(() => import('./reconciliation-page.tsx'), 'ReconciliationPage'),
  }),
};
