import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { day, search, text } from '#web/lib/search.ts';

export const routes = {
  reconciliation: createRoute({
    getParentRoute: () => rootRoute,
    path: '/reconciliation',
    component: lazyRouteComponent(() => import('./reconciliation-page.tsx'), 'ReconciliationPage'),
  }),
  reconciliationReport: createRoute({
    getParentRoute: () => rootRoute,
    path: '/reconciliation/$id',
    validateSearch: search({ day, system: text }),
    component: lazyRouteComponent(() => import('./report-page.tsx'), 'ReportPage'),
  }),
};
