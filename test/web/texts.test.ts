import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '#web/lib/i18n/en/index.ts';

const root = join(import.meta.dirname, '../../web/src');
const sources = globSync('**/*.{ts,tsx}', { cwd: root })
  .filter((path) => !path.startsWith('lib/i18n/en/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const all = sources.map(({ text }) => text).join('\n');

/** Attributes and members that people read. */
const members = 'aria-label|alt|confirmLabel|description|header|hint|intro|label|placeholder|title';
const read = new RegExp(`\\b(${members})(?:=|: )["'\`][A-Z][^"'\`]*[a-z][^"'\`]*["'\`]`, 'g');

/** Keys that are put together from data, as patterns: `auth.${role}Hint`. */
const patterns = [...all.matchAll(/`(\w+\.[^`\s]*\$\{[^`]*)`/g)].map(
  ([, template = '']) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '.+')}$`),
);
/** Words that any screen may need, and sections whose keys come as data: `maybe('status', status)`. */
const open = new Set(['common', ...[...all.matchAll(/maybe\(\s*'(\w+)'/g)].map(([, section]) => section)]);

describe('texts of the console', () => {
  it('are all in the catalogue, those of labels and titles too (lint looks after the others)', () => {
    const found = sources.flatMap(({ path, text }) => [...text.matchAll(read)].map(([whole]) => `${path}: ${whole}`));
    expect(found).toEqual([]);
  });

  it('are all used', () => {
    const keys = Object.entries(en).flatMap(([section, texts]) =>
      open.has(section) ? [] : Object.keys(texts).map((name) => `${section}.${name}`),
    );
    const unused = keys.filter((key) => !all.includes(`'${key}'`) && !patterns.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });
});
