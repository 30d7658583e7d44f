import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  faultLab: createRoute({
    getParentRoute: () => rootRoute,
    path: '/fault-lab',
    component: lazyRouteComponent(() => import('./fault-lab-page.tsx'), 'FaultLabPage'),
  }),
};
