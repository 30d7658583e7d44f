import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coveragePage, requirements, taggedTests } from '../../scripts/coverage.ts';

const ids = requirements.flatMap(([, rows]) => rows.map(([id]) => id));
/** Ids of what tests also name, that are no rows of the page. */
const others = /^(C|I)\d+$/;

describe('docs/coverage.md', () => {
  const tests = taggedTests();

  it('is made from the titles of the tests: npm run coverage', () => {
    const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
    expect(page).toBe(coveragePage(tests));
  });

  it.each(ids)('%s has a test', (id) => {
    expect(tests.some((test) => test.id === id)).toBe(true);
  });

  it('knows every id in a title', () => {
    const known = new Set<string>(ids);
    expect(tests.filter(({ id }) => !known.has(id) && !others.test(id))).toEqual([]);
  });
});
