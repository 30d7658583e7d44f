import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { search, text } from '#web/lib/search.ts';

export const routes = {
  schedules: createRoute({
    getParentRoute: () => rootRoute,
    path: '/schedules',
    /** `schedule`: whose details are open. `q`: what its name or entity contains. */
    validateSearch: search({ q: text, schedule: text }),
    component: lazyRouteComponent(() => import('./schedules-page.tsx'), 'SchedulesPage'),
  }),
};
