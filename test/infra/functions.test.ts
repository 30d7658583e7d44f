import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { commonEnv, functions } from '#lib/functions.ts';
import { resourcesOf, synthesize } from './support.ts';

const { template, logicalIds, assets } = synthesize('dev');
const functionSchema = z.looseObject({
  FunctionName: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Handler: z.string(),
  MemorySize: z.number(),
  Timeout: z.number(),
  RecursiveLoop: z.string().optional(),
  TracingConfig: z.object({ Mode: z.string() }),
  LoggingConfig: z.object({ LogFormat: z.string(), LogGroup: z.object({ Ref: z.string() }) }),
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});
const propertiesOf = (logicalId: string) => functionSchema.parse(template.Resources[logicalId]?.Properties);
const deployed = functions.map((spec) => ({ spec, properties: propertiesOf(logicalIds[spec.id]) }));

describe('functions', () => {
  it('are those of the table and no others', () => {
    const ids = resourcesOf(template, 'AWS::Lambda::Function').map(({ id }) => id);
    expect(ids.toSorted()).toEqual(Object.values(logicalIds).toSorted());
  });

  it.each(deployed)('$spec.id gets exactly the environment its row asks for', ({ spec, properties }) => {
    expect(Object.keys(properties.Environment.Variables).toSorted()).toEqual([...commonEnv, ...spec.env].toSorted());
  });

  it.each(deployed)('$spec.id runs on Node.js 24 for arm64, traced, with size and time of its row', (one) => {
    expect(one.properties).toMatchObject({
      FunctionName: `easysale-sync-dev-${one.spec.id}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: one.spec.memoryMb,
      Timeout: one.spec.timeoutSeconds,
      TracingConfig: { Mode: 'Active' },
    });
  });

  it('answer within the 30 seconds an HTTP API waits', () => {
    const slow = functions.filter(({ id, timeoutSeconds }) => id.startsWith('api-') && timeoutSeconds >= 30);
    expect(slow).toEqual([]);
  });

  it('each write JSON to a log group of their own that does not grow for ever', () => {
    const groups = deployed.map(({ properties }) => properties.LoggingConfig.LogGroup.Ref);
    expect(new Set(groups).size).toBe(functions.length);
    expect(deployed.every(({ properties }) => properties.LoggingConfig.LogFormat === 'JSON')).toBe(true);
    for (const { properties } of resourcesOf(template, 'AWS::Logs::LogGroup')) {
      expect(properties.RetentionInDays).toBeGreaterThan(0);
    }
  });

  it('each have a role of their own', () => {
    const roles = deployed.map(({ properties }) => properties.Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(functions.length);
  });

  it('let the worker feed its own queue, which Lambda would otherwise stop as a loop', () => {
    const allowed = deployed.filter(({ properties }) => properties.RecursiveLoop === 'Allow');
    expect(allowed.map(({ spec }) => spec.id)).toEqual(['sync-worker']);
  });

  it('are deployed from their bundles', () => {
    expect(new Set(Object.values(assets)).size).toBe(functions.length);
    for (const folder of Object.values(assets)) expect(existsSync(join(folder, 'index.mjs'))).toBe(true);
  });
});
