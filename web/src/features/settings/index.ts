import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '#web/lib/root-route.ts';
import { day, oneOf, search, text } from '#web/lib/search.ts';
import { tabs } from './tabs.ts';

export const routes = {
  settings: createRoute({
    getParentRoute: () => rootRoute,
    path: '/settings',
    /** Beside the tab: the filters of the audit log. */
    validateSearch: search({ tab: oneOf(tabs), action: text, user: text, from: day, to: day }),
    component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
  }),
};
