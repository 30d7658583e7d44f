import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { oneOf, search, text } from '#web/lib/search.ts';

export const routes = {
  failures: createRoute({
    getParentRoute: () => rootRoute,
    path: '/failures',
    validateSearch: search({ state: oneOf(['acknowledged']), cause: text }),
    component: lazyRouteComponent(() => import('./failures-page.tsx'), 'FailuresPage'),
  }),
  failure: createRoute({
    getParentRoute: () => rootRoute,
    path: '/failures/$id',
    component: lazyRouteComponent(() => import('./failure-page.tsx'), 'FailurePage'),
  }),
};
