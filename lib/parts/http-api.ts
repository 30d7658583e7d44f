import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Contract } from '#shared/api/contract.ts';
import type { Settings } from '../settings.ts';
import { constructId, type Functions } from './node-function.ts';
import type { TokenIssuer } from './sign-in.ts';

/** The API alone: functions need its address before routes can need the functions. */
export function createHttpApi(scope: Construct, { stage, corsOrigins }: Settings): HttpApi {
  const corsPreflight = {
    allowOrigins: [...corsOrigins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'traceparent'],
    exposeHeaders: ['location', 'retry-after', 'x-trace-id'],
    maxAge: Duration.hours(1),
  };
  return new HttpApi(scope, 'Api', {
    apiName: `easysale-sync-${stage}`,
    description: 'EasySale Sync',
    createDefaultStage: false,
    ...(corsOrigins.length > 0 ? { corsPreflight } : {}),
  });
}

/** One JSON line per request: who called what, the answer and how long it took; never a body, a query or a token. */
const accessLogLine = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    sourceIp: '$context.identity.sourceIp',
    routeKey: '$context.routeKey',
    status: '$context.status',
    responseLength: '$context.responseLength',
    responseLatencyMs: '$context.responseLatency',
    integrationLatencyMs: '$context.integrationLatency',
    authorizerError: '$context.authorizer.error',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** The `$default` stage: throttled as a whole, logged. */
export function createStage(scope: Construct, httpApi: HttpApi, { stage, isProduction }: Settings): HttpStage {
  const logs = new LogGroup(scope, 'ApiAccessLogs', {
    // Under this prefix the log delivery policy of the account does not grow with each API.
    logGroupName: `/aws/vendedlogs/apis/easysale-sync-${stage}`,
    retention: isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new HttpStage(scope, 'ApiStage', {
    httpApi,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 500, burstLimit: 1000 },
    accessLogSettings: { destination: new LogGroupLogDestination(logs), format: accessLogLine },
  });
}

export interface RoutesProps {
  readonly httpApi: HttpApi;
  readonly contracts: readonly Contract[];
  readonly functions: Functions;
  readonly issuer: TokenIssuer;
}

/**
 * One route per contract, to the function of its group; all but `public` ones want a token. Whatever else is asked for goes
 * to the group `meta`, which answers that there is no such endpoint in the form of every other problem.
 */
export function createRoutes(scope: Construct, { httpApi, contracts, functions, issuer }: RoutesProps): void {
  const authorizer = new HttpJwtAuthorizer('Jwt', issuer.url, { jwtAudience: [...issuer.audience] });
  const open = new HttpNoneAuthorizer();
  const integrations = Map.groupBy(contracts, ({ group }) => group);
  for (const [group, members] of integrations) {
    // One permission per function: a resource policy holds 20 KB, too little for one per route.
    const integration = new HttpLambdaIntegration(`${constructId(group)}Integration`, functions[`api-${group}`], {
      scopePermissionToRoute: false,
    });
    for (const contract of members) {
      const isPublic = contract.auth === 'public';
      const route = new HttpRoute(scope, `Route-${contract.name}`, {
        httpApi,
        routeKey: HttpRouteKey.with(contract.path, HttpMethod[contract.method]),
        integration,
        authorizer: isPublic ? open : authorizer,
      });
      if (isPublic) acknowledgePublic(route, `${contract.method} ${contract.path}`);
    }
  }
  // The permission of the other routes wants a path in the request, which this one has not: it needs its own.
  const integration = new HttpLambdaIntegration('DefaultIntegration', functions['api-meta']);
  const route = new HttpRoute(scope, 'Route-default', {
    httpApi,
    routeKey: HttpRouteKey.DEFAULT,
    integration,
    authorizer: open,
  });
  acknowledgePublic(route, HttpRouteKey.DEFAULT.key);
}

function acknowledgePublic(route: HttpRoute, routeKey: string): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: `${routeKey} is public by contract: it holds nothing of a tenant or proves its caller itself (signature, state)`,
  });
}
