import type { RouteBlueprint } from '#local/cloud/template/api.ts';

export interface Matched {
  readonly route: RouteBlueprint;
  /** Decoded path parameters; undefined when the route has none. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
}

export type Router = (method: string, path: string) => Matched | undefined;

interface Candidate {
  readonly route: RouteBlueprint;
  readonly method: string;
  readonly segments: readonly string[];
  /** Sorts the most specific route first. */
  readonly rank: string;
}

/**
 * Chooses a route as API Gateway does: the most specific path wins, a method before ANY, `$default` last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function createRouter(routes: readonly RouteBlueprint[]): Router {
  const fallback = routes.find(({ key }) => key === '$default');
  const candidates = routes
    .filter((route) => route !== fallback)
    .map(toCandidate)
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of candidates) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const parameters = parametersOf(candidate.segments, segments);
      if (!parameters) continue;
      const some = Object.keys(parameters).length > 0;
      return { route: candidate.route, parameters: some ? parameters : undefined };
    }
    return fallback && { route: fallback, parameters: undefined };
  };
}

function toCandidate(route: RouteBlueprint): Candidate {
  const [method = 'ANY', path = '/'] = route.key.split(' ');
  const segments = path.split('/').slice(1);
  // Per segment: 0 literal, 1 variable, 2 the rest of the path; a method beats ANY on the same path.
  const rank = segments.map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0')).join('');
  return { route, method, segments, rank: `${rank}${method === 'ANY' ? '9' : ''}` };
}

function parametersOf(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (part.endsWith('+}')) {
      if (segment === undefined || segment === '') return undefined;
      parameters[part.slice(1, -2)] = decoded(segments.slice(index).join('/'));
      return parameters;
    }
    if (segment === undefined) return undefined;
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      parameters[part.slice(1, -1)] = decoded(segment);
    } else if (part !== decoded(segment)) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

/** A broken escape stays as it is: an odd URL must not end the server. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
