import {
  flag,
  functionName,
  isRecord,
  number,
  optionalText,
  type Props,
  type ResolvedResource,
  record,
  strings,
  TemplateError,
  text,
} from './types.ts';

/** An HTTP API with its routes, as API Gateway would serve it. */
export interface ApiBlueprint {
  readonly apiId: string;
  readonly stage: string;
  readonly routes: readonly RouteBlueprint[];
  readonly cors: CorsBlueprint | undefined;
}

export interface RouteBlueprint {
  /** `GET /api/sync/status/{sync_id}`, `ANY /x/{proxy+}` or `$default` */
  readonly key: string;
  readonly functionName: string;
  /** Milliseconds API Gateway waits for the function; at most 30,000. */
  readonly timeoutMs: number;
  readonly authorizer: JwtBlueprint | undefined;
  readonly scopes: readonly string[];
}

/** Who may call: the audiences accepted and the header that carries the token. */
export interface JwtBlueprint {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Lower case header name out of the identity source `$request.header.Authorization`. */
  readonly header: string;
}

export interface CorsBlueprint {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number | undefined;
}

/** @throws TemplateError when a route cannot be served. */
export function readApi(resources: readonly ResolvedResource[]): ApiBlueprint | undefined {
  const of = (type: string): readonly ResolvedResource[] => resources.filter((resource) => resource.type === type);
  const [api, ...more] = of('AWS::ApiGatewayV2::Api');
  if (!api) return undefined;
  if (more.length > 0) throw new TemplateError('The embedded cloud serves one HTTP API, the template has several');
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const stage = of('AWS::ApiGatewayV2::Stage')[0];
  return {
    apiId: api.logicalId,
    stage: stage ? text(stage, 'StageName') : '$default',
    routes: of('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, byId)),
    cors: isRecord(api.props.CorsConfiguration) ? readCors(api.props.CorsConfiguration) : undefined,
  };
}

function readRoute(route: ResolvedResource, byId: ReadonlyMap<string, ResolvedResource>): RouteBlueprint {
  const integration = byId.get(text(route, 'Target').replace('integrations/', ''));
  if (!integration) throw new TemplateError(`Route ${route.logicalId} has no integration`);
  const authorizerId = optionalText(route.props, 'AuthorizerId');
  const authorizer = authorizerId === undefined ? undefined : byId.get(authorizerId);
  const type = optionalText(route.props, 'AuthorizationType') ?? 'NONE';
  if (type !== 'NONE' && type !== 'JWT')
    throw new TemplateError(`Route ${route.logicalId}: no ${type} authorizers here`);
  if (type === 'JWT' && !authorizer) throw new TemplateError(`Route ${route.logicalId} has no authorizer`);
  return {
    key: text(route, 'RouteKey'),
    functionName: integratedFunction(integration),
    timeoutMs: Math.min(number(integration.props, 'TimeoutInMillis', 30_000), 30_000),
    authorizer: type === 'JWT' && authorizer ? readAuthorizer(authorizer) : undefined,
    scopes: strings(route.props.AuthorizationScopes),
  };
}

function integratedFunction(integration: ResolvedResource): string {
  const type = text(integration, 'IntegrationType');
  const version = optionalText(integration.props, 'PayloadFormatVersion');
  if (type !== 'AWS_PROXY' || version !== '2.0') {
    throw new TemplateError(`Integration ${integration.logicalId}: only AWS_PROXY with payload format 2.0 runs here`);
  }
  const uri = text(integration, 'IntegrationUri');
  return functionName(uri.replace(/^.*\/functions\//, '').replace(/\/invocations$/, ''));
}

function readAuthorizer(resource: ResolvedResource): JwtBlueprint {
  const jwt = record(resource.props, 'JwtConfiguration');
  const source = strings(resource.props.IdentitySource)[0] ?? '$request.header.Authorization';
  return {
    issuer: optionalText(jwt, 'Issuer') ?? '',
    audiences: strings(jwt.Audience),
    header: source.replace('$request.header.', '').toLowerCase(),
  };
}

function readCors(props: Props): CorsBlueprint {
  return {
    origins: strings(props.AllowOrigins),
    methods: strings(props.AllowMethods),
    headers: strings(props.AllowHeaders).map((header) => header.toLowerCase()),
    exposed: strings(props.ExposeHeaders),
    credentials: flag(props, 'AllowCredentials'),
    maxAgeSeconds: props.MaxAge === undefined ? undefined : number(props, 'MaxAge', 0),
  };
}
