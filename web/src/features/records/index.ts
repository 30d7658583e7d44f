import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { search, text } from '#web/lib/search.ts';

export const routes = {
  records: createRoute({
    getParentRoute: () => rootRoute,
    path: '/records',
    validateSearch: search({ search: text }),
    component: lazyRouteComponent(() => import('./records-page.tsx'), 'RecordsPage'),
  }),
  record: createRoute({
    getParentRoute: () => rootRoute,
    path: '/records/$connection/$entity/$id',
    component: lazyRouteComponent(() => import('./record-page.tsx'), 'RecordPage'),
  }),
};
