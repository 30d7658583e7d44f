import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { changesState } from '../api/contract.ts';
import type { Problem } from '../api/problem.ts';
import { FailureError } from '../core/failure.ts';
import type { Workspace } from '../core/workspace.ts';
import { withLogContext } from '../platform/log-context.ts';
import type { Log } from '../platform/logger.ts';
import { type Meter, meter } from '../platform/meter.ts';
import { traceIdFor } from '../platform/trace.ts';
import { type AuditDeps, type EndedCall, recordCall } from './audit.ts';
import { type ActiveWorkspace, claimsOf } from './caller.ts';
import { type AnyAnswer, type Endpoint, worksInWorkspace } from './endpoint.ts';
import { ProblemError, problemOfError } from './problem.ts';

/** What API Gateway (payload format 2.0) calls. */
export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What a group needs whose endpoints act in a workspace. */
export interface ReadingGroupDeps {
  readonly workspaces: { readonly active: ActiveWorkspace };
}

/** What a group needs whose endpoints change something. */
export interface GroupDeps extends ReadingGroupDeps, AuditDeps {}

/**
 * The handler of one Lambda function: routes to its endpoints, turns whatever is thrown into problem+json and writes one
 * log line per request. The only place of the API that catches broadly. Every call of an endpoint that changes something
 * leaves an entry in the audit log before it is answered. The caller's workspace is looked up once a request, and only for
 * endpoints that act in one.
 *
 * @throws Error without `deps` where an endpoint needs them.
 */
export function apiGroup(
  endpoints: readonly Endpoint[],
  log: Log,
  deps?: GroupDeps | ReadingGroupDeps,
  measure: Meter = meter,
): ApiHandler {
  const router = httpRouter<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    routes: endpoints.map((endpoint) => {
      const { method, path } = endpoint.contract;
      const handle = bound(endpoint, log, deps, measure);
      const handler = async (event: APIGatewayProxyEventV2) => answered(await handle(event), requestIdOf(event));
      return { method, path, handler };
    }),
    notFoundResponse: ({ method, path }) => {
      throw new ProblemError('route.not_found', `${method} ${path} is not part of this API; see /api/openapi.json.`);
    },
  });
  // The promised result of the group is the structured one; middy's own type also allows callbacks.
  const group = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .onError((request) => {
      request.response = refused(problemFor(request.error, requestIdOf(request.event), log));
    })
    .after((request) => logRequest(request.event, request.response, log))
    .onError((request) => logRequest(request.event, request.response, log))
    .handler(router as never) as unknown as ApiHandler;
  return (event, context) => {
    const traceId = traceIdFor(event.headers?.traceparent);
    return withLogContext({ trace_id: traceId }, async () => {
      const begun = performance.now();
      const response = await group(event, context);
      const status_class = `${Math.floor((response.statusCode ?? 500) / 100)}xx`;
      const route = event.requestContext.routeKey;
      measure.emit({ Requests: 1, RequestDuration: performance.now() - begun }, { route, status_class });
      return { ...response, headers: { ...response.headers, 'x-trace-id': traceId } };
    });
  };
}

function bound(
  { contract, handle }: Endpoint,
  log: Log,
  deps: GroupDeps | ReadingGroupDeps | undefined,
  measure: Meter,
): (event: APIGatewayProxyEventV2) => Promise<AnyAnswer> {
  const isAudited = deps !== undefined && 'trail' in deps;
  if (changesState(contract) && !isAudited) {
    throw new Error(`${contract.name} changes something: its group needs an audit log`);
  }
  if (!deps && worksInWorkspace(contract)) {
    throw new Error(`${contract.name}: its group needs to know the active workspace`);
  }
  const active = deps?.workspaces.active ?? nowhere;
  if (!changesState(contract) || !isAudited) return (event) => handle(event, active);
  const record = async (call: EndedCall) => {
    if (!(await recordCall(deps, log, call))) measure.emit({ AuditEntriesLost: 1 });
  };
  return async (event) => {
    let workspace: Workspace | undefined;
    const noted: ActiveWorkspace = async (tenantId) => {
      workspace = await active(tenantId);
      return workspace;
    };
    const given = await handle(event, noted).catch(async (error: unknown) => {
      const { status, code } = problemOfError(error, requestIdOf(event));
      await record({ contract, event, workspace, status, code });
      throw error;
    });
    await record({ contract, event, workspace, status: given.status, note: given.audit });
    return given;
  };
}

const nowhere: ActiveWorkspace = async () => {
  throw new Error('this group has no workspace');
};

function problemFor(error: unknown, requestId: string, log: Log): Problem {
  if (!(error instanceof ProblemError || error instanceof FailureError)) {
    log.error('request failed unexpectedly', { request_id: requestId, error: describe(error) });
  }
  return problemOfError(error, requestId);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const always = (requestId: string) => ({
  'x-request-id': requestId,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

function answered({ status, body, headers }: AnyAnswer, requestId: string): APIGatewayProxyStructuredResultV2 {
  const isText = typeof body === 'string' && headers?.['content-type'] !== undefined;
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...always(requestId), ...headers },
    body: isText ? body : JSON.stringify(body),
  };
}

function refused(problem: Problem): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', ...always(problem.request_id) },
    body: JSON.stringify(problem),
  };
}

function requestIdOf(event: APIGatewayProxyEventV2): string {
  return event.requestContext.requestId;
}

/** Names what was called and what came of it; never a body, a query or a header. */
function logRequest(
  event: APIGatewayProxyEventV2,
  response: APIGatewayProxyStructuredResultV2 | null | undefined,
  log: Log,
): void {
  const { http, routeKey, requestId } = event.requestContext;
  const claims = claimsOf(event);
  log.info('request', {
    request_id: requestId,
    route: routeKey,
    method: http.method,
    status: response?.statusCode ?? 500,
    tenant_id: typeof claims?.tenant_id === 'string' ? claims.tenant_id : null,
    user_id: typeof claims?.sub === 'string' ? claims.sub : null,
  });
}
