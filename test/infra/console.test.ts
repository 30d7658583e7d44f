import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { consoleHeaders } from '#shared/api/console-config.ts';
import { resourcesOf, statementsOf, synthesize, synthesizeWithConsole } from './support.ts';

const { template } = synthesizeWithConsole('dev');
const production = synthesizeWithConsole('prod').template;
const only = (type: string, source = template) => {
  const found = resourcesOf(source, type);
  expect(found, type).toHaveLength(1);
  return found[0]?.properties ?? {};
};

const behavior = z.looseObject({
  PathPattern: z.string().optional(),
  ViewerProtocolPolicy: z.string(),
  CachePolicyId: z.string(),
  AllowedMethods: z.array(z.string()),
  TargetOriginId: z.string(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.object({ Ref: z.string() }).optional(),
});
const distribution = z
  .looseObject({
    DistributionConfig: z.looseObject({
      DefaultCacheBehavior: behavior,
      CacheBehaviors: z.array(behavior),
      Origins: z.array(z.looseObject({ Id: z.string(), OriginAccessControlId: z.unknown().optional() })),
    }),
  })
  .parse(only('AWS::CloudFront::Distribution')).DistributionConfig;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const policies = {
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  allButHost: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
};

describe('the console as it is deployed', () => {
  it('has its files in a private bucket that CloudFront alone may read', () => {
    const [bucket] = resourcesOf(template, 'AWS::S3::Bucket').filter(({ id }) => id.startsWith('ConsoleFiles'));
    const [policy] = resourcesOf(template, 'AWS::S3::BucketPolicy').filter(({ id }) => id.startsWith('ConsoleFiles'));
    expect(bucket?.properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    const readers = statementsOf(policy?.properties).filter(({ Effect }) => Effect === 'Allow');
    expect(readers).toMatchObject([{ Action: ['s3:GetObject'], Principal: { Service: 'cloudfront.amazonaws.com' } }]);
    expect(JSON.stringify(readers[0]?.Condition)).toContain('ConsoleDistribution');
    expect(only('AWS::CloudFront::OriginAccessControl')).toMatchObject({
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });

  it('is served by HTTPS only, with the API below the same origin, of which nothing is cached and no header but the host changed', () => {
    const { DefaultCacheBehavior: pages, CacheBehaviors: others } = distribution;
    for (const each of [pages, ...others]) expect(each.ViewerProtocolPolicy).toBe('redirect-to-https');
    const api = others.find(({ PathPattern }) => PathPattern === '/api/*');
    expect(api).toMatchObject({ CachePolicyId: policies.cachingDisabled, OriginRequestPolicyId: policies.allButHost });
    expect(api?.AllowedMethods).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE']));
    expect(api?.TargetOriginId).not.toBe(pages.TargetOriginId);
    expect(pages.AllowedMethods).toEqual(['GET', 'HEAD']);
  });

  it('answers with the headers that npm start sends, HSTS, and the policy that lets it call its identity provider', () => {
    const { 'content-security-policy': policy = '', ...others } = consoleHeaders({ connect: [] });
    const { ResponseHeadersPolicyId: id } = distribution.DefaultCacheBehavior;
    const text = JSON.stringify(template.Resources[id?.Ref ?? '']?.Properties);
    for (const directive of policy.split('; ').filter((one) => !one.startsWith('connect-src'))) {
      expect(text).toContain(directive);
    }
    expect(text).toContain("connect-src 'self' https://cognito-idp.");
    expect(text).not.toContain('unsafe-inline');
    for (const name of ['permissions-policy', 'cross-origin-opener-policy']) expect(text).toContain(others[name]);
    expect(text).toContain('"FrameOption":"DENY"');
    expect(text).toContain('"AccessControlMaxAgeSec":63072000');
    expect(text).toContain('"Value":"no-cache"');
  });

  it('keeps assets for good, and makes a page of every address that names no file', () => {
    const assets = distribution.CacheBehaviors.find(({ PathPattern }) => PathPattern === '/assets/*');
    expect(JSON.stringify(template.Resources[assets?.ResponseHeadersPolicyId?.Ref ?? ''])).toContain('immutable');
    const { FunctionCode } = z.looseObject({ FunctionCode: z.string() }).parse(only('AWS::CloudFront::Function'));
    const handler = new Function(`${FunctionCode}; return handler;`)() as (event: object) => { uri: string };
    const served = (uri: string) => handler({ request: { uri } }).uri;
    for (const page of ['/', '/runs', '/runs/01ABC', '/stock/WID-1.5']) expect(served(page)).toBe('/index.html');
    for (const file of ['/config.json', '/favicon.svg', '/assets/a.js', '/assets/gone'])
      expect(served(file)).toBe(file);
  });

  it('signs people in at a user pool by code and PKCE, without a secret; nobody sets tenant or role of their own', () => {
    expect(only('AWS::Cognito::UserPool')).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      Schema: [{ Name: 'tenant_id' }, { Name: 'role' }],
    });
    const client = only('AWS::Cognito::UserPoolClient');
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      WriteAttributes: ['name'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(JSON.stringify(client.CallbackURLs)).toContain('/signed-in');
    const [pool] = resourcesOf(template, 'AWS::Cognito::UserPool');
    const [{ id = '' } = {}] = resourcesOf(template, 'AWS::Cognito::UserPoolClient');
    expect(only('AWS::ApiGatewayV2::Authorizer')).toMatchObject({
      JwtConfiguration: { Issuer: { 'Fn::GetAtt': [pool?.id, 'ProviderURL'] }, Audience: [{ Ref: id }] },
    });
  });

  it('keeps the people of prod, and has none of its own where another issuer is named', () => {
    expect(only('AWS::Cognito::UserPool', production)).toMatchObject({ DeletionProtection: 'ACTIVE' });
    const { template: given } = synthesizeWithConsole('dev', { jwtIssuer: 'https://id.test', consoleClientId: 'web' });
    expect(resourcesOf(given, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(only('AWS::ApiGatewayV2::Authorizer', given)).toMatchObject({
      JwtConfiguration: { Issuer: 'https://id.test', Audience: ['easysale-sync', 'web'] },
    });
    expect(JSON.stringify(given.Resources)).toContain("connect-src 'self' https://id.test;");
  });

  it('is left out of the embedded cloud, which serves it itself', () => {
    const { template: embedded } = synthesize('local');
    expect(resourcesOf(embedded, 'AWS::CloudFront::Distribution')).toEqual([]);
    expect(resourcesOf(embedded, 'AWS::Cognito::UserPool')).toEqual([]);
  });
});
