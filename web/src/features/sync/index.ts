import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { PlannedChange } from '#web/lib/api.ts';
import { rootRoute } from '#web/lib/root-route.ts';
import { day, oneOf, search, text } from '#web/lib/search.ts';

const actions = [
  'create',
  'update',
  'archive',
  'delete',
  'link',
  'skip',
  'conflict',
  'fail',
] as const satisfies readonly PlannedChange['action'][];

export const routes = {
  sync: createRoute({
    getParentRoute: () => rootRoute,
    path: '/sync',
    validateSearch: search({
      entity: text,
      way: text,
      mode: oneOf(['incremental', 'full', 'sweep']),
      ids: text,
      status: text,
      from: day,
      to: day,
    }),
    component: lazyRouteComponent(() => import('./sync-page.tsx'), 'SyncPage'),
  }),
  plan: createRoute({
    getParentRoute: () => rootRoute,
    path: '/sync/plan/$planId',
    validateSearch: search({ action: oneOf(actions), document: text }),
    component: lazyRouteComponent(() => import('./plan-page.tsx'), 'PlanPage'),
  }),
};
