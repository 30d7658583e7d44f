import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { oneOf, search } from '#web/lib/search.ts';

export const routes = {
  stock: createRoute({
    getParentRoute: () => rootRoute,
    path: '/stock',
    validateSearch: search({ show: oneOf(['different']) }),
    component: lazyRouteComponent(() => import('./stock-page.tsx'), 'StockPage'),
  }),
  stockOfSku: createRoute({
    getParentRoute: () => rootRoute,
    path: '/stock/$sku',
    component: lazyRouteComponent(() => import('./sku-page.tsx'), 'SkuPage'),
  }),
};
