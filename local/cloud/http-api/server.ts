import type { IncomingMessage, ServerResponse } from 'node:http';
import { isGranted } from '#local/cloud/http-api/permissions.ts';
import type { Issuer } from '#local/cloud/issuer.ts';
import { type Listening, serveHttp } from '#local/cloud/ports.ts';
import { type LambdaRuntime, payloadLimit } from '#local/cloud/runtime/lambda.ts';
import type { Outcome } from '#local/cloud/runtime/types.ts';
import type { ApiBlueprint } from '#local/cloud/template/api.ts';
import type { PermissionBlueprint } from '#local/cloud/template/blueprint.ts';
import type { Place } from '#local/cloud/template/place.ts';
import type { Clock } from '#shared/core/clock.ts';
import { authorize } from './authorizer.ts';
import { preflight, withCors } from './cors.ts';
import { type EventContext, type HttpRequest, toEvent } from './event.ts';
import { gatewayAnswer, type HttpAnswer, internalError, toAnswer, withRequestId } from './response.ts';
import { createRouter, type Matched } from './routes.ts';

export interface HttpApiOptions {
  readonly api: ApiBlueprint;
  readonly permissions: readonly PermissionBlueprint[];
  readonly lambda: LambdaRuntime;
  readonly issuer: Issuer;
  readonly place: Place;
  readonly clock: Clock;
  /** Why an answer is a 500 or a 503: the caller is not told. */
  readonly report: (line: string) => void;
}

/** API Gateway's limit on a request body. */
const bodyLimit = 10 * 1024 * 1024;

/** Answers requests as the HTTP API of the template would. */
export function createHttpApi(options: HttpApiOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { api, lambda } = options;
  const route = createRouter(api.routes);

  async function integrate(request: HttpRequest, matched: Matched, jwt: EventContext['jwt']): Promise<HttpAnswer> {
    const { route: target, parameters } = matched;
    if (!isGranted(options, target)) {
      options.report(`API Gateway may not invoke ${target.functionName} for ${target.key}`);
      return internalError();
    }
    const { account } = options.place;
    const { apiId, stage } = api;
    const context = { account, apiId, stage, routeKey: target.key, parameters, jwt, now: options.clock.now() };
    const event = JSON.stringify(toEvent(request, context));
    if (event.length > payloadLimit) return gatewayAnswer(413, 'Request Entity Too Large');
    const outcome = await within(target.timeoutMs, lambda.invoke(target.functionName, event));
    if (outcome === 'late') {
      options.report(`${target.functionName} did not answer ${target.key} in ${target.timeoutMs} ms`);
      return gatewayAnswer(503, 'Service Unavailable');
    }
    if (!outcome.ok) {
      options.report(
        `${target.functionName}: ${outcome.errorType}: ${outcome.errorMessage} ${outcome.trace.join('\n')}`,
      );
      return internalError();
    }
    return (outcome.payload?.length ?? 0) > payloadLimit ? internalError() : toAnswer(outcome.payload);
  }

  async function answer(request: HttpRequest): Promise<HttpAnswer> {
    const early = api.cors && preflight(api.cors, request.method, request.headers);
    if (early) return early;
    const matched = route(request.method, request.target.split('?')[0] ?? '/');
    if (!matched) return gatewayAnswer(404, 'Not Found');
    if (request.body.length > bodyLimit) return gatewayAnswer(413, 'Request Entity Too Large');
    const { authorizer, scopes } = matched.route;
    if (!authorizer) return integrate(request, matched, undefined);
    const caller = await authorize(request.headers, { authorizer, scopes }, options.issuer, options.clock);
    return caller.ok ? integrate(request, matched, caller.jwt) : caller.answer;
  }

  return async (request) => {
    const answered = await answer(request);
    return withRequestId(api.cors ? corsUnlessPreflight(api.cors, request, answered) : answered);
  };
}

function corsUnlessPreflight(
  cors: NonNullable<ApiBlueprint['cors']>,
  request: HttpRequest,
  answered: HttpAnswer,
): HttpAnswer {
  return request.method === 'OPTIONS' && answered.status === 204 ? answered : withCors(cors, request.headers, answered);
}

async function within(ms: number, outcome: Promise<Outcome>): Promise<Outcome | 'late'> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), ms);
  try {
    return await Promise.race([outcome, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Serves the HTTP API; `handler` is asked for each request, because names depend on the port. */
export function serveHttpApi(
  port: number,
  handler: () => ((request: HttpRequest) => Promise<HttpAnswer>) | undefined,
): Promise<Listening> {
  return serveHttp((incoming, outgoing) => {
    serve(incoming, handler())
      .catch(() => internalError())
      .then((answered) => send(outgoing, answered))
      .catch(() => outgoing.destroy());
  }, port);
}

async function serve(
  incoming: IncomingMessage,
  handle: ((request: HttpRequest) => Promise<HttpAnswer>) | undefined,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    // What is over the limit is read to its end but not kept: the answer needs an open connection.
    if (size <= bodyLimit + 1) chunks.push(chunk as Buffer);
  }
  if (size > bodyLimit) return withRequestId(gatewayAnswer(413, 'Request Entity Too Large'));
  if (!handle) return withRequestId(gatewayAnswer(503, 'Service Unavailable'));
  return handle({
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  });
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpAnswer): void {
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  if (status !== 204) outgoing.setHeader('content-length', Buffer.byteLength(body));
  outgoing.writeHead(status);
  outgoing.end(body);
}
