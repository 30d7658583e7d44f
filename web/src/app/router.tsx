import { createRouter } from '@tanstack/react-router';
import { routes as conflicts } from '#web/features/conflicts/index.ts';
import { routes as connections } from '#web/features/connections/index.ts';
import { routes as failures } from '#web/features/failures/index.ts';
import { routes as faultLab } from '#web/features/fault-lab/index.ts';
import { routes as mappings } from '#web/features/mappings/index.ts';
import { routes as overview } from '#web/features/overview/index.ts';
import { routes as reconciliation } from '#web/features/reconciliation/index.ts';
import { routes as records } from '#web/features/records/index.ts';
import { routes as runs } from '#web/features/runs/index.ts';
import { routes as schedules } from '#web/features/schedules/index.ts';
import { routes as settings } from '#web/features/settings/index.ts';
import { routes as stock } from '#web/features/stock/index.ts';
import { routes as sync } from '#web/features/sync/index.ts';
import { rootRoute } from '#web/lib/root-route.ts';
import { NotFound, PageCrashed, PagePending } from './fallbacks.tsx';
import { Shell } from './shell.tsx';

rootRoute.update({ component: Shell, notFoundComponent: NotFound });

export const router = createRouter({
  routeTree: rootRoute.addChildren({
    ...overview,
    ...connections,
    ...sync,
    ...runs,
    ...failures,
    ...records,
    ...mappings,
    ...schedules,
    ...conflicts,
    ...reconciliation,
    ...stock,
    ...settings,
    ...faultLab,
  }),
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageCrashed,
  scrollRestoration: true,
});

/** Brings the code of all pages when there is nothing else to do: they open at once then, without a network too. */
export function loadPages(): void {
  for (const route of Object.values(router.routesById)) void router.loadRouteChunk(route);
}

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router;
  }
}
