import type { IncomingHttpHeaders } from 'node:http';
import type { CorsBlueprint } from '#local/cloud/template/api.ts';
import type { HttpAnswer } from './response.ts';

/**
 * CORS as API Gateway handles it once it is configured: preflights never reach a function, and the function's own CORS
 * headers are replaced. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function preflight(cors: CorsBlueprint, method: string, headers: IncomingHttpHeaders): HttpAnswer | undefined {
  const isPreflight = method === 'OPTIONS' && headers.origin && headers['access-control-request-method'];
  if (!isPreflight) return undefined;
  const origin = allowedOrigin(cors, headers.origin);
  if (origin === undefined) return { status: 204, headers: {}, body: '' };
  const maxAge = cors.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(cors.maxAgeSeconds) };
  return {
    status: 204,
    headers: {
      ...common(cors, origin),
      'access-control-allow-methods': cors.methods.join(','),
      'access-control-allow-headers': cors.headers.join(','),
      ...maxAge,
    },
    body: '',
  };
}

export function withCors(cors: CorsBlueprint, headers: IncomingHttpHeaders, answer: HttpAnswer): HttpAnswer {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const origin = allowedOrigin(cors, headers.origin);
  const exposed = cors.exposed.length === 0 ? {} : { 'access-control-expose-headers': cors.exposed.join(',') };
  const added = origin === undefined ? {} : { ...common(cors, origin), ...exposed };
  return { ...answer, headers: { ...Object.fromEntries(own), ...added } };
}

function allowedOrigin(cors: CorsBlueprint, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (cors.origins.includes('*')) return cors.credentials ? origin : '*';
  return cors.origins.includes(origin) ? origin : undefined;
}

function common(cors: CorsBlueprint, origin: string): Readonly<Record<string, string>> {
  const vary: Readonly<Record<string, string>> = origin === '*' ? {} : { vary: 'Origin' };
  const credentials: Readonly<Record<string, string>> = cors.credentials
    ? { 'access-control-allow-credentials': 'true' }
    : {};
  return { 'access-control-allow-origin': origin, ...vary, ...credentials };
}
