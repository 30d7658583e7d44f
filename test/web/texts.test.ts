import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { roles } from '#client/index.ts';
import { changesState } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import { connectionStatuses } from '#shared/model/connection.ts';
import { failureStates } from '#shared/model/failure-record.ts';
import { conflictStrategies } from '#shared/model/flow-settings.ts';
import { historyStatuses } from '#shared/model/history-entry.ts';
import { jobStatuses } from '#shared/model/job.ts';
import { planActions } from '#shared/model/plan.ts';
import { differenceKinds } from '#shared/model/reconciliation.ts';
import { schemaKinds } from '#shared/model/record-schema.ts';
import { runModes, runStatuses } from '#shared/model/run.ts';
import { stockReasons } from '#shared/model/stock.ts';
import { platformNames } from '#shared/sync/route-table.ts';
import { routes } from '#shared/sync/routes.ts';
import { quickBooksApp } from '#test/mapping/support.ts';
import { transforms } from '#web/features/mappings/transforms.ts';
import { en } from '#web/lib/i18n/en/index.ts';

const repository = join(import.meta.dirname, '../..');
const read = (pattern: string) =>
  globSync(pattern, { cwd: repository }).map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
const sources = read('web/src/**/*.{ts,tsx}').filter(({ path }) => !path.includes('/i18n/en/'));
const all = sources.map(({ text }) => text).join('\n');
const keys = Object.entries(en).flatMap(([section, texts]) => Object.keys(texts).map((name) => `${section}.${name}`));

/** Attributes and members that people read. */
const members = 'aria-label|alt|confirmLabel|description|header|hint|intro|label|placeholder|title';
const said = new RegExp(`\\b(${members})(?:=|: )["'\`][A-Z][^"'\`]*[a-z][^"'\`]*["'\`]`, 'g');

/** Keys that are put together, as patterns: `auth.${role}Hint`. */
const patterns = [...all.matchAll(/`(\w+\.[^`\s]*\$\{[^`]*)`/g)].map(
  ([, template = '']) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '.+')}$`),
);

/** Those of the table of roles, and what leaves an entry in the audit log. */
const operationsShown = contracts.filter(
  (contract) => changesState(contract) || (contract.auth !== 'public' && contract.auth !== roles[0]),
);
const settings = Object.values(createConnectors({ quickbooks: quickBooksApp })).map((connector) =>
  z.toJSONSchema(connector.settings, { io: 'input' }),
);

/** Names and values of a schema, those of the lines of a list too. */
function wordsOf(schema: z.core.JSONSchema.BaseSchema): { readonly names: string[]; readonly values: string[] } {
  const inner = [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? []), schema.items ?? []]
    .flat()
    .filter((one) => typeof one === 'object')
    .map((one) => wordsOf(one));
  return {
    names: [...Object.keys(schema.properties ?? {}), ...inner.flatMap(({ names }) => names)],
    values: [...(schema.enum ?? []).map(String), ...inner.flatMap(({ values }) => values)],
  };
}

/** What the audit log names as acted on: as the endpoints say, or the last part of the path. */
const targets = [
  ...read('functions/api/**/*.ts').flatMap(({ text }) => [...text.matchAll(/\btype: '(\w+)', id\b/g)]),
  ...operationsShown.flatMap(({ path }) => [...path.matchAll(/\{(\w+?)(?:_id)?\}/g)].slice(-1)),
].flatMap(([, type = '']) =>
  ['platform', 'entity', 'connection', 'id', 'token', 'version'].includes(type) ? [] : [type],
);

/** Words of the API, which come as data. */
const words: Readonly<Record<string, readonly string[]>> = {
  status: [...runStatuses, ...jobStatuses, ...connectionStatuses, ...failureStates],
  platform: platformNames(),
  entity: routes.flatMap(({ name, source, steps }) => [name, source.entity, ...steps.map(({ entity }) => entity)]),
  action: [...planActions, ...historyStatuses],
  mode: runModes,
  operation: operationsShown.map(({ name }) => name),
  setting: settings.flatMap((schema) => wordsOf(schema).names),
  settingValue: settings.flatMap((schema) => wordsOf(schema).values),
  conflicts: conflictStrategies,
  reconciliation: differenceKinds,
  stock: stockReasons,
  settings: [
    ...operationsShown.map(({ path }) => `area_${path.split('/')[2]}`),
    ...targets.map((type) => `target_${type}`),
  ],
  mappings: [
    ...schemaKinds.map((kind) => `kind_${kind}`),
    ...Object.entries(transforms).flatMap(([op, { parameters = [] }]) => [
      `op_${op}`,
      ...parameters.flatMap(({ name, choices = [] }) => [
        `param_${name}`,
        ...choices.flatMap((choice) => (choice === '' ? [] : [`choice_${choice}`])),
      ]),
    ]),
  ],
};
const given = new Set(Object.entries(words).flatMap(([section, names]) => names.map((name) => `${section}.${name}`)));

describe('texts of the console', () => {
  it('are all in the catalogue, those of labels and titles too (lint looks after the others)', () => {
    const found = sources.flatMap(({ path, text }) => [...text.matchAll(said)].map(([whole]) => `${path}: ${whole}`));
    expect(found).toEqual([]);
  });

  it('have numbers, amounts and times written by lib/format.ts alone: in the reader’s way, and the store’s zone', () => {
    const written =
      /\bIntl\.\w+Format\((?!\)\.resolvedOptions)|\.toLocale\w*String\(|\.toFixed\(|\.get(?:Hours|Date|Day|Month|FullYear)\(/g;
    const found = sources
      .filter(({ path }) => !/lib\/(?:format\.ts|i18n\/)/.test(path))
      .flatMap(({ path, text }) => [...text.matchAll(written)].map(([whole]) => `${path}: ${whole}`));
    expect(found).toEqual([]);
  });

  it('are all used', () => {
    const isUsed = (key: string) =>
      given.has(key) || all.includes(`'${key}'`) || patterns.some((pattern) => pattern.test(key));
    expect(keys.filter((key) => !isUsed(key))).toEqual([]);
  });

  it('are there for every word of the API, so that nobody reads a code (types look after the others)', () => {
    expect([...given].filter((key) => !keys.includes(key))).toEqual([]);
  });

  it('name settings as the fixes of failures do, which name none as the API calls it', () => {
    const labels = new Set<string>(
      [en.setting, en.settingValue, en.settings].flatMap((section) => Object.values(section)),
    );
    const coded = words.setting?.filter((name) => name.includes('_')) ?? [];
    const texts = read('shared/{connectors,mapping,pos}/**/*.ts').flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /['`]([^'`\n]*\bsettings of (?:QuickBooks|Supabase)[^'`\n]*|[^'`\n]*, in the settings\.)['`]/g,
        ),
      ].map(([, said = '']) => ({ path, said })),
    );
    expect(texts.length).toBeGreaterThan(8);
    for (const { path, said } of texts) {
      const named = [...said.matchAll(/“([^”$]+)”/g)].map(([, label = '']) => label);
      expect(
        named.filter((label) => !labels.has(label)),
        `${path}: ${said}`,
      ).toEqual([]);
      expect(
        coded.filter((name) => said.includes(name)),
        `${path}: ${said}`,
      ).toEqual([]);
    }
  });
});
