import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

type Requirement = readonly [id: string, what: string];

/** What the product must do, by id. Titles of tests carry the id in brackets. */
export const requirements: readonly (readonly [chapter: string, rows: readonly Requirement[]])[] = [
  [
    'Entities and flows',
    [
      ['F1', 'An order becomes an invoice with payment, or a sales receipt, to the cent'],
      [
        'F2',
        'Refunds become credit memos or refund receipts; cancelled orders are voided, deleted ones follow the policy',
      ],
      ['F3', 'Customers and guests become customers; names that are taken get a stable suffix'],
      ['F4', 'Products and variations become items, matched by SKU, then by name'],
      ['F5', 'Everything goes into the warehouse, parsed and raw'],
      ['F6', 'What changes in the books reaches warehouse and tills; vendors go both ways'],
      ['F7', 'Sales of the tills reach the books; customers go both ways; stock adds up'],
      ['F8', 'Events of tills come in batches, in any order, repeatedly, days late, and count once'],
      ['F-INCREMENTAL', 'Incremental, full, by ids, by filters; unchanged records cost no write'],
      ['F-LOOP', 'What we wrote does not come back as a change'],
      ['F-CONFLICT', 'Five strategies for records changed on both sides; the same inputs give the same outcome'],
      ['F-DIRECTION', 'Which way records go, for all and by entity'],
      ['F-DELETE', 'What becomes of documents whose records are gone; a brake on many at once'],
    ],
  ],
  [
    'Field mapping',
    [
      ['M-DEFAULTS', 'A default mapping for every flow'],
      ['M-VERSIONS', 'Versions per tenant; earlier ones can be restored'],
      ['M-PATHS', 'Dot paths and lists'],
      ['M-TRANSFORMS', 'Transforms, a safe expression language among them'],
      ['M-VALIDATION', 'Checked against the schemas of both ends, every fault by path'],
      ['M-CUSTOMFIELDS', 'At most three custom fields in QuickBooks'],
      ['M-PREVIEW', 'Preview of a record with each step'],
      ['M-EXCHANGE', 'Import and export as JSON'],
      ['M-REPLAY', 'A draft over the last records, with the differences'],
    ],
  ],
  [
    'Engine',
    [
      ['E1', 'One pipeline for sync, dry run, confirmed run, retry and undo'],
      ['E2', 'Delivered at least once, effective exactly once'],
      ['E3', 'Runs go on where they stopped, whatever stopped them; they can be cancelled'],
      ['E4', 'One run at a time per tenant and flow; schedules skip or queue'],
      ['E5', 'Limits and breakers are held across workers'],
      ['E6', 'Batches with outcomes per item; one bad record never fails its batch'],
      ['E7', 'Failures say what, why, where and how to fix it'],
      ['E8', 'Dependencies first; a failed one fails its dependents, and a retry heals both'],
      ['E9', 'Webhooks of both platforms: verified, coalesced, answered at once; a lost one is caught'],
    ],
  ],
];

export interface TaggedTest {
  readonly id: string;
  readonly file: string;
}

/** Every id in the title of a test, with its file. */
export function taggedTests(): TaggedTest[] {
  const files = globSync('test/**/*.test.ts', { cwd: root }).toSorted();
  return files.flatMap((file) => {
    const titles = readFileSync(join(root, file), 'utf8').matchAll(/['"`]((?:\[[A-Z][A-Z0-9-]*\] ?)+)\S/g);
    return [...titles].flatMap(([, tags = '']) =>
      [...tags.matchAll(/\[([^\]]+)\]/g)].map(([, id = '']): TaggedTest => ({ id, file })),
    );
  });
}

/** docs/coverage.md: which tests prove which requirement. */
export function coveragePage(tests: readonly TaggedTest[]): string {
  const chapters = requirements.map(
    ([chapter, rows]) => `## ${chapter}

| Id | Requirement | State | Tests |
| --- | --- | --- | --- |
${rows.map(([id, what]) => row(id, what, tests)).join('\n')}
`,
  );
  return `# What is proved where

Made by \`npm run coverage\` from the titles of the tests, which carry the id of what they prove: \`it('[F2] …')\`. The suite fails
when this page is out of date, when a row has no test, and when a title has an id that is not here.

${chapters.join('\n')}`;
}

function row(id: string, what: string, tests: readonly TaggedTest[]): string {
  const files = Map.groupBy(
    tests.filter((test) => test.id === id),
    ({ file }) => file,
  );
  const links = [...files].map(([file, own]) => `[${file.replace('test/', '')}](../${file}) (${own.length})`);
  return `| ${id} | ${what} | ${files.size > 0 ? 'tested' : '**no test**'} | ${links.join(', ')} |`;
}

if (import.meta.main) await writeFile(join(root, 'docs/coverage.md'), coveragePage(taggedTests()));
