import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  mappings: createRoute({
    getParentRoute: () => rootRoute,
    path: '/mappings',
    component: lazyRouteComponent(() => import('./mappings-page.tsx'), 'MappingsPage'),
  }),
};
