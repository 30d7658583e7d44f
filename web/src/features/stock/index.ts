import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';

export const routes = {
  stock: createRoute({
    getParentRoute: () => rootRoute,
    path: '/stock',
    component: lazyRouteComponent(() => import('./stock-page.tsx'), 'StockPage'),
  }),
};
