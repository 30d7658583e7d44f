import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { functions } from '#lib/functions.ts';
import { type Synthesized, synthTemplate, type Template } from '#lib/synth.ts';

const root = mkdtempSync(join(tmpdir(), 'easysale-infra-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder of handlers that do nothing: the wiring does not depend on what the functions do. */
export function createBundles(): string {
  const bundles = join(root, 'bundles');
  for (const { id } of functions) {
    mkdirSync(join(bundles, id), { recursive: true });
    writeFileSync(join(bundles, id, 'index.mjs'), `export const handler = async () => '${id}';\n`);
  }
  return bundles;
}

/** One stage as it would be deployed, with handlers that do nothing. */
export function synthesize(stage: string, context: Readonly<Record<string, unknown>> = {}): Synthesized {
  return synthTemplate({ stage, bundles: createBundles(), context, outdir: join(root, randomUUID()) });
}

/** The same with a console of one page, as `npm run deploy` makes it. */
export function synthesizeWithConsole(stage: string, context: Readonly<Record<string, unknown>> = {}): Synthesized {
  const console = join(root, 'console');
  mkdirSync(console, { recursive: true });
  writeFileSync(join(console, 'index.html'), '<!doctype html><title>EasySale Sync</title>');
  return synthTemplate({ stage, bundles: createBundles(), console, context, outdir: join(root, randomUUID()) });
}

export interface Found {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Resources of one type, in template order. */
export function resourcesOf(template: Template, type: string): readonly Found[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, properties: resource.Properties }));
}

const oneOrMore = z.union([z.string().transform((value) => [value]), z.array(z.string())]);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.string(),
        Action: oneOrMore,
        Resource: z.unknown().transform(listOf),
        Principal: z.unknown().optional(),
        Condition: z.unknown().optional(),
      }),
    ),
  }),
});
export type Statement = z.output<typeof policySchema>['PolicyDocument']['Statement'][number];

export const statementsOf = (properties: unknown): readonly Statement[] =>
  policySchema.parse(properties).PolicyDocument.Statement;

/** Text of a template value: references become `<LogicalId>` or `<LogicalId.Attribute>`. */
export function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = z
    .union([
      z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`),
      z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform((given) => `<${given['Fn::GetAtt'].join('.')}>`),
      z
        .object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) })
        .transform(({ 'Fn::Join': [separator, parts] }) => parts.map(flatten).join(separator)),
    ])
    .safeParse(value);
  return intrinsic.success ? intrinsic.data : JSON.stringify(value);
}
