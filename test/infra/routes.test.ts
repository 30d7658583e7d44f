import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { contracts } from '#shared/api/contracts.ts';
import { flatten, resourcesOf, synthesize } from './support.ts';

const { template, logicalIds } = synthesize('dev', { jwtIssuer: 'https://id.test', jwtAudience: 'a, b' });

const routeSchema = z.looseObject({
  RouteKey: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']),
  Target: z.unknown().transform(flatten),
});
const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ properties }) => routeSchema.parse(properties));
const routeOf = (key: string) => routes.find((route) => route.RouteKey === key);
const keyOf = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`;

/** `integrations/<Id>` -> logical id of the function behind it. */
function functionBehind(target: string): string {
  const integration = template.Resources[target.replace(/^integrations\/<(.*)>$/, '$1')];
  return flatten(integration?.Properties.IntegrationUri);
}

describe('routes', () => {
  it('are the contracts, and one for whatever else is asked for: none is missing, none is extra', () => {
    const wanted = [...contracts.map(keyOf), '$default'];
    expect(routes.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(wanted.toSorted());
  });

  it('send what fits no contract to a function that may reach nothing', () => {
    const route = routeOf('$default');
    expect(route?.AuthorizationType).toBe('NONE');
    expect(functionBehind(route?.Target ?? '')).toBe(`<${logicalIds['api-meta']}.Arn>`);
  });

  it('want a token unless the contract is public', () => {
    for (const contract of contracts) {
      const expected = contract.auth === 'public' ? 'NONE' : 'JWT';
      expect([contract.name, routeOf(keyOf(contract))?.AuthorizationType]).toEqual([contract.name, expected]);
    }
  });

  it("go to the function of the contract's group", () => {
    for (const contract of contracts) {
      const target = routeOf(keyOf(contract))?.Target ?? '';
      const expected = `<${logicalIds[`api-${contract.group}`]}.Arn>`;
      expect([contract.name, functionBehind(target)]).toEqual([contract.name, expected]);
    }
  });

  it('share one integration and one permission per function, and have one for the rest', () => {
    const groups = new Set(contracts.map(({ group }) => group)).size;
    expect(resourcesOf(template, 'AWS::ApiGatewayV2::Integration')).toHaveLength(groups + 1);
    expect(resourcesOf(template, 'AWS::Lambda::Permission')).toHaveLength(groups + 1);
  });

  it('trust the issuer and audience of the context', () => {
    const authorizers = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer');
    const wanted = contracts.some(({ auth }) => auth !== 'public') ? 1 : 0;
    expect(authorizers).toHaveLength(wanted);
    for (const { properties } of authorizers) {
      expect(properties.JwtConfiguration).toEqual({ Issuer: 'https://id.test', Audience: ['a', 'b'] });
    }
  });

  it('are throttled and leave a JSON line without a body, a query or a token', () => {
    const [stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.properties.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: expect.any(Number) });
    const { Format } = z.object({ Format: z.string() }).parse(stage?.properties.AccessLogSettings);
    expect(JSON.parse(Format)).toHaveProperty('routeKey', '$context.routeKey');
    expect(Format).not.toMatch(/claims|querystring|header/i);
  });
});
