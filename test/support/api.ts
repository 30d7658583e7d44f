import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { toEvent } from '#local/cloud/http-api/event.ts';
import { createRouter } from '#local/cloud/http-api/routes.ts';
import type { ApiGroup, Contract, Role } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { randomIds } from '#shared/core/ids.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import type { ApiHandler, GroupDeps } from '#shared/http/api-group.ts';
import type { AuditEntry } from '#shared/model/audit-entry.ts';
import { logContext } from '#shared/platform/log-context.ts';
import type { Log, LogFields } from '#shared/platform/logger.ts';
import { redactor } from '#shared/platform/redaction.ts';
import { testClock } from './clock.ts';
import { serve } from './http.ts';

/** Who calls; the adapter turns it into claims as the gateway would after checking a token. */
export interface TestCaller {
  readonly tenant: string;
  readonly role: Role;
  readonly user?: string;
}

export interface TestReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; empty when it is not JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  readonly as?: TestCaller | undefined;
  readonly body?: unknown;
  /** Sent as it is instead of a JSON body. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApi {
  readonly url: string;
  call(method: string, path: string, options?: CallOptions): Promise<TestReply>;
  close(): Promise<void>;
}

const lambdaContext = {
  awsRequestId: 'test',
  functionName: 'test',
  getRemainingTimeInMillis: () => 29_000,
} as unknown as Context;

const routeOf = (contract: Contract) => ({
  key: `${contract.method} ${contract.path}`,
  functionName: contract.group,
  timeoutMs: 29_000,
  authorizer: undefined,
  scopes: [],
});

/**
 * Serves handlers over HTTP with events of payload format 2.0. A request that fits no contract goes to the first handler, so
 * that its own 404 is seen.
 */
export async function startApi(handlers: Partial<Readonly<Record<ApiGroup, ApiHandler>>>): Promise<TestApi> {
  const match = createRouter(contracts.filter(({ group }) => handlers[group]).map(routeOf));
  const server = await serve(async (request, body, response) => {
    const method = request.method ?? 'GET';
    const target = request.url ?? '/';
    const matched = match(method, target.split('?')[0] ?? '/');
    const group = (matched?.route.functionName ?? Object.keys(handlers)[0]) as ApiGroup;
    const claims = request.headers['x-test-claims'];
    const event = toEvent(
      { method, target, headers: request.headers, body, sourceIp: '127.0.0.1' },
      {
        account: '000000000000',
        apiId: 'test',
        stage: '$default',
        routeKey: matched?.route.key ?? '$default',
        parameters: matched?.parameters,
        jwt: claims ? { claims: JSON.parse(String(claims)), scopes: null } : undefined,
        now: Date.now(),
      },
    ) as APIGatewayProxyEventV2;
    const handler = handlers[group];
    if (!handler) throw new Error(`no handler of group ${group}`);
    const result = await handler(event, lambdaContext);
    response.writeHead(result.statusCode ?? 200, { ...(result.headers as Record<string, string>) }).end(result.body);
  });
  return {
    url: server.url,
    call: (method, path, options) => call(`${server.url}${path}`, method, options),
    close: () => server.close(),
  };
}

async function call(url: string, method: string, options: CallOptions = {}): Promise<TestReply> {
  const { as, body, text: raw } = options;
  const claims = as && { tenant_id: as.tenant, sub: as.user ?? `user-${randomUUID().slice(0, 8)}`, role: as.role };
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(claims ? { 'x-test-claims': JSON.stringify(claims) } : {}),
      ...options.headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
    redirect: 'manual',
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** A log that keeps its lines as they would be written. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const wrap = (own: LogFields): Log => {
    const line = (level: string) => (message: string, fields?: LogFields) => {
      lines.push(
        JSON.stringify(
          { level, message: redactor.text(message), ...logContext(), ...own, ...fields },
          redactor.replacer,
        ),
      );
    };
    return { info: line('info'), warn: line('warn'), error: line('error'), with: (more) => wrap({ ...own, ...more }) };
  };
  return { ...wrap({}), lines };
}

export const alwaysLive: GroupDeps['workspaces'] = { active: async (tenantId) => workspaceOf(tenantId, false) };

/** An audit log that keeps its entries here, and tenants that never switched to their sandbox. */
export function keptAudit(): GroupDeps & { readonly entries: AuditEntry[] } {
  const entries: AuditEntry[] = [];
  const clock = testClock();
  const trail = { append: async (entry: AuditEntry) => void entries.push(entry) };
  return { entries, clock, ids: randomIds(clock), trail, workspaces: alwaysLive };
}
