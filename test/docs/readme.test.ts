import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contracts } from '#shared/api/contracts.ts';
import { keys } from '#shared/data/keys.ts';
import { problemTable } from '#shared/http/problem.ts';
import { conditionSchema, transformSchema } from '#shared/mapping/document.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

/** First groups of every match, sorted. */
function all(pattern: RegExp, within: string): string[] {
  return [...within.matchAll(pattern)].map(([, found = '']) => found).sort();
}

describe('README.md', () => {
  it('lists exactly the endpoints of the contracts, with role and summary', () => {
    const rows = [
      ...text('README.md').matchAll(/^\| `(GET|POST|PUT|DELETE)` \| `(\/api\/[^`]*)` \| (\w+) \| (.+) \|$/gm),
    ];
    expect(rows.map(([, method, path, auth, summary]) => ({ method, path, auth, summary }))).toEqual(
      contracts.map(({ method, path, auth, summary }) => ({ method, path, auth, summary })),
    );
  });

  it('names folders that exist', () => {
    for (const folder of all(/`((?:shared|functions|lib|bin|local|scripts|test|docs)\/[\w/]*)`/g, text('README.md'))) {
      expect(globSync(folder, { cwd: root }), folder).not.toEqual([]);
    }
  });
});

describe('docs/', () => {
  it('access-patterns.md has a row for each key of the table', () => {
    const made = Object.entries(keys).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    expect(all(/^\| `(\w+)` \|/gm, text('docs/access-patterns.md'))).toEqual(made.sort());
  });

  it('errors.md lists every problem code with its status', () => {
    const rows = text('docs/errors.md').matchAll(/^\| `(\w+\.\w+)` \| (\d{3}) \|/gm);
    expect(Object.fromEntries([...rows].map(([, code, status]) => [code, Number(status)]))).toEqual(
      Object.fromEntries(Object.entries(problemTable).map(([code, { status }]) => [code, status])),
    );
  });

  it('errors.md knows every failure code in the source', () => {
    const codes = /'((?:sync|job|export|source|mapping|connection|network|woocommerce|quickbooks|supabase)\.[a-z_]+)'/g;
    const page = text('docs/errors.md');
    const sources = globSync('{shared,functions}/**/*.ts', { cwd: root });
    const used = new Set(sources.flatMap((path) => all(codes, text(path))));
    expect([...used].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
    expect(all(/`((?:woocommerce|quickbooks|supabase)\.[a-z_]+)`/g, page).filter((code) => !used.has(code))).toEqual(
      [],
    );
  });

  it('mappings.md shows every transform', () => {
    const shown = text('docs/mappings.md');
    const names = transformSchema.options.map(({ shape }) => [...shape.op.values][0] ?? '');
    expect(names.filter((name) => !shown.includes(`\`${name}\``))).toEqual([]);
  });

  it('mappings.md shows conditions that are conditions', () => {
    const shown = all(/^\| `(\{"(?:path|any|all)".*?\})`/gm, text('docs/mappings.md'));
    expect(shown.length).toBeGreaterThan(4);
    for (const condition of shown) conditionSchema.parse(JSON.parse(condition.replace('[ … ]', '[]')));
  });

  it('links lead to files that exist', () => {
    for (const page of ['README.md', ...globSync('docs/*.md', { cwd: root })]) {
      for (const target of all(/\]\((?!https?:|#)([^)#]+)/g, text(page))) {
        expect(globSync(join(dirname(page), target), { cwd: root }), `${page}: ${target}`).not.toEqual([]);
      }
    }
  });
});
