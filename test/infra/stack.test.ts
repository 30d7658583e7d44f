import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createApp } from '#lib/app.ts';
import { cdkJsonContext } from '#lib/synth.ts';
import { createBundles, resourcesOf, synthesize } from './support.ts';

const { template, outdir, stackName } = synthesize('dev');

describe('the stack', () => {
  it('has nothing that cdk-nag would object to', () => {
    const report = z
      .object({ pluginReports: z.array(z.unknown()) })
      .parse(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')));
    expect(report.pluginReports).toEqual([]);
  });

  it('would not synthesize with a bucket that nobody secured', () => {
    const { app, stack } = createApp({
      analyticsReporting: false,
      bundles: createBundles(),
      context: cdkJsonContext(),
    });
    new Bucket(stack, 'Careless');
    expect(() => app.synth()).toThrow(/[Vv]alidation/);
  });

  it('is named after its stage', () => {
    expect(stackName).toBe('EasySaleSync-dev');
  });

  it('tells functions the address of the API, or of the domain in the context', () => {
    const urlOf = (source: typeof template, logicalId: string) =>
      z
        .object({ Variables: z.object({ PUBLIC_URL: z.unknown() }) })
        .parse(source.Resources[logicalId]?.Properties.Environment).Variables.PUBLIC_URL;
    const [api] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
    const generated = synthesize('dev', { publicUrl: 'https://sync.test/' });
    expect(urlOf(generated.template, generated.logicalIds['api-integrations'])).toBe('https://sync.test');
    expect(urlOf(template, generated.logicalIds['api-integrations'])).toEqual({
      'Fn::GetAtt': [api?.id, 'ApiEndpoint'],
    });
  });

  it('refuses a wrong stage name and a wrong setting', () => {
    expect(() => synthesize('Bad Stage')).toThrow(/stage/);
    expect(() => synthesize('dev', { workerConcurrency: '1' })).toThrow(/workerConcurrency/);
  });

  it('speaks to the real QuickBooks in prod and opens no origin by itself', () => {
    const { template: production, logicalIds } = synthesize('prod', { jwtIssuer: 'https://id.test' });
    expect(production.Resources[logicalIds['sync-worker']]?.Properties.Environment).toMatchObject({
      Variables: { QUICKBOOKS_ENVIRONMENT: 'production' },
    });
    expect(resourcesOf(production, 'AWS::ApiGatewayV2::Api')[0]?.properties).not.toHaveProperty('CorsConfiguration');
    expect(resourcesOf(template, 'AWS::ApiGatewayV2::Api')[0]?.properties).toHaveProperty('CorsConfiguration');
  });
});
