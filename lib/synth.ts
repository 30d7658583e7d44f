import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CfnResource } from 'aws-cdk-lib';
import * as z from 'zod';
import { createApp } from './app.ts';
import { type FunctionId, functions } from './functions.ts';

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.looseObject({ 'aws:asset:path': z.string().optional() }).optional(),
});
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

export type Template = z.output<typeof templateSchema>;

export interface SynthOptions {
  readonly stage: string;
  /** Folder with one sub-folder per function id; `dist` unless given. */
  readonly bundles?: string;
  /** Folder with the built console; without it the stage has none. */
  readonly console?: string;
  /** More CDK context, e.g. `{ jwtIssuer }`; wins over cdk.json. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Where the cloud assembly is written; a new temporary folder unless given. */
  readonly outdir?: string;
}

export interface Synthesized {
  readonly template: Template;
  readonly stackName: string;
  /** Folder of the cloud assembly. */
  readonly outdir: string;
  /** Logical id of each function in the template. */
  readonly logicalIds: Readonly<Record<FunctionId, string>>;
  /** Folder with the code of each function as it would be deployed (absolute path). */
  readonly assets: Readonly<Record<FunctionId, string>>;
}

const cdkJsonSchema = z.looseObject({ context: z.record(z.string(), z.unknown()) });
const repository = resolve(import.meta.dirname, '..');

/** The context the command line would read from cdk.json: feature flags, above all. */
export function cdkJsonContext(): Record<string, unknown> {
  return cdkJsonSchema.parse(JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8'))).context;
}

const byFunction = <T>(value: (id: FunctionId) => T) =>
  Object.fromEntries(functions.map(({ id }) => [id, value(id)])) as Record<FunctionId, T>;

/**
 * Synthesizes one stage in this process, without the CDK command line; a second or two, no network.
 * Throws when cdk-nag finds something that nobody acknowledged.
 */
export function synthTemplate(options: SynthOptions): Synthesized {
  const outdir = resolve(options.outdir ?? mkdtempSync(join(tmpdir(), 'easysale-synth-')));
  const { app, stack } = createApp({
    outdir,
    analyticsReporting: false,
    bundles: resolve(options.bundles ?? join(repository, 'dist')),
    console: options.console,
    context: {
      ...cdkJsonContext(),
      'aws:cdk:enable-asset-metadata': true,
      ...options.context,
      stage: options.stage,
    },
  });
  const assembly = app.synth();
  const template = templateSchema.parse(assembly.getStackArtifact(stack.artifactId).template);
  const logicalIds = byFunction((id) =>
    stack.resolve(stack.getLogicalId(stack.functions[id].node.defaultChild as CfnResource)),
  );
  const assets = byFunction((id) => join(outdir, assetPath(template, logicalIds[id])));
  return { template, stackName: stack.stackName, outdir, logicalIds, assets };
}

function assetPath(template: Template, logicalId: string): string {
  const path = template.Resources[logicalId]?.Metadata?.['aws:asset:path'];
  if (!path) throw new Error(`${logicalId} has no asset in the template`);
  return path;
}
