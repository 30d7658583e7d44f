import { routes as allRoutes, type Route } from './routes.ts';

/** Names of the entities that can be synced, as the API spells them. */
export function entityNames(routes: readonly Route[] = allRoutes): readonly string[] {
  return [...new Set(routes.map(({ name }) => name))];
}

/** Names of the platforms at either end of a route. */
export function platformNames(routes: readonly Route[] = allRoutes): readonly string[] {
  return [...new Set(routes.flatMap(({ source, target }) => [source.platform, target.platform]))];
}

export function findRoute(id: string, routes: readonly Route[] = allRoutes): Route | undefined {
  return routes.find((route) => route.id === id);
}

/** Routes of an entity, optionally only from or to a platform. */
export function routesFor(
  name: string,
  ends: { source?: string | undefined; target?: string | undefined },
  routes: readonly Route[] = allRoutes,
): readonly Route[] {
  return routes.filter(
    (route) =>
      route.name === name &&
      (ends.source === undefined || route.source.platform === ends.source) &&
      (ends.target === undefined || route.target.platform === ends.target),
  );
}

/** The route that brings a referenced entity from the same source to the same target. */
export function dependencyRoute(route: Route, entity: string, routes: readonly Route[] = allRoutes): Route | undefined {
  return routes.find(
    (other) =>
      other.source.platform === route.source.platform &&
      other.source.entity === entity &&
      other.target.platform === route.target.platform,
  );
}
