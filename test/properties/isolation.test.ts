import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/core/json.ts';
import { writeMany } from '#shared/data/batches.ts';
import { cases } from '#test/support/seed.ts';
import { everyItem, startTable, type TestTable } from '#test/support/table.ts';
import { noRepositories, repositories } from './repository-calls.ts';

type Item = Readonly<Record<string, unknown>>;
type Items = Map<string, string>;

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.stop());

const folder = new URL('../../shared/data/', import.meta.url);
const calls = () =>
  Object.entries(repositories).flatMap(([file, bind]) =>
    Object.entries(bind(table.table)).map(([method, call]) => ({ name: `${file} ${method}`, call })),
  );

/** Methods that leave data of the tenant, in an order in which each finds what it needs. */
const isWrite = ({ name }: { readonly name: string }) =>
  / (save|keep\w*|noteGoods|saveWatch|append|note|saveTold|saveMissed|announce|create|start|checkpoint|store|setWatermark|change|claim|close|route|switchTo|makeDefaults)$/.test(
    name,
  );
/** Methods that answer data of the tenant after all of these; `listByAccount` answers ids of tenants only. */
const isRead = ({ name }: { readonly name: string }) =>
  / (find\w*|list(?!ByAccount)\w*|legs?|load|watermark|ofRecord|walk|links|byNumber|claimed|last|dueWatches|threads|mode|settings|told|missed)$/.test(
    name,
  ) || name === 'delivery-repository.ts due';

const addressOf = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);
async function snapshot(): Promise<Items> {
  return new Map((await everyItem(table.table)).map((item) => [addressOf(item), canonicalJson(item)]));
}

async function empty(): Promise<void> {
  const keys = (await everyItem(table.table)).map(({ pk, sk }) => ({
    DeleteRequest: { Key: { pk: String(pk), sk: String(sk) } },
  }));
  await writeMany(table.table, keys);
}

/** Names that run into each other where separators are not kept apart. */
const hostileName = fc.oneof(
  fc.constantFrom(
    'a',
    'a#',
    'a#b',
    'b',
    'a%',
    'a%23',
    'a%23b',
    '%',
    '#',
    'TENANT#a',
    'a#RUN#1',
    'a#TARGET#a',
    'ä',
    'a\u0308',
    '😀',
    'a/b',
    'a b',
    '~',
    '\u0000',
    'A',
    ' a',
    '__proto__',
  ),
  fc.string({ unit: fc.constantFrom('a', 'b', '#', '%', '2', '3', '~', 'é'), minLength: 1, maxLength: 8 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
const pair = fc
  .tuple(hostileName, hostileName, fc.constantFrom('', '#', '%', '#RUN#', 'x'))
  .map(([a, other, suffix]) => [a, suffix === '' ? other : `${a}${suffix}${other}`] as const)
  .filter(([a, b]) => a !== b);

describe('the list of repositories', () => {
  it('has every file of shared/data', () => {
    const known = [...Object.keys(repositories), ...Object.keys(noRepositories)];
    expect(readdirSync(folder).filter((file) => file.endsWith('.ts'))).toEqual(known.toSorted());
  });
});

describe('two tenants, whatever they are called, with the same ids', () => {
  it('never read what is the other one’s, nor change it', async () => {
    const all = calls();
    const step = fc.record({
      who: fc.integer({ min: 0, max: 1 }),
      call: fc.integer({ min: 0, max: all.length - 1 }),
      id: fc.integer({ min: 0, max: 2 }),
    });
    const history = fc.record({
      tenants: pair,
      ids: fc.array(hostileName, { minLength: 3, maxLength: 3 }),
      steps: fc.array(step, { minLength: 10, maxLength: 40 }),
    });
    const called = new Set<string>();
    /** Every call of both: random histories alone may leave one out. */
    const everything = {
      tenants: ['a', 'a#b'] as const,
      ids: ['a', 'b', 'a#b'],
      steps: all.flatMap((_, call) => [0, 1].map((who) => ({ who, call, id: 0 }))),
    };
    await fc.assert(
      fc.asyncProperty(history, async ({ tenants, ids, steps }) => {
        await empty();
        const marks = ['<of the first>', '<of the second>'];
        const owner = new Map<string, number>();
        let before: Items = new Map();
        for (const { who, call, id } of steps) {
          const { name, call: run } = all[call] ?? { name: '', call: async () => undefined };
          const context = { tenant: tenants[who] ?? '', mark: marks[who] ?? '', id: ids[id] ?? '' };
          const seen = JSON.stringify(await run(context)) ?? '';
          called.add(name);
          expect(seen, `${name} of ${JSON.stringify(context)}`).not.toContain(marks[1 - who]);

          const after = await snapshot();
          for (const address of new Set([...before.keys(), ...after.keys()])) {
            if (before.get(address) === after.get(address)) continue;
            expect(owner.get(address) ?? who, `${name} of ${JSON.stringify(context)} changed ${address}`).toBe(who);
            owner.set(address, who);
            if (!after.has(address)) owner.delete(address);
          }
          before = after;
        }
      }),
      { numRuns: cases(40), examples: [[everything]] },
    );
    expect([...all.map(({ name }) => name).filter((name) => !called.has(name))]).toEqual([]);
  });

  it('never meet in a key whose parts could be cut in two ways', async () => {
    // What stands between the parts of a key, as the keys themselves are written.
    const source = readFileSync(new URL('keys.ts', folder), 'utf8');
    const separators = new Set([...source.matchAll(/#[A-Z#]*[A-Z]#?/g)].map(([separator]) => separator));
    expect(separators.size).toBeGreaterThan(8);
    const all = calls();
    for (const separator of separators) {
      await empty();
      const [short, long] = ['a', `a${separator}x`];
      // Without escaping, `a` + separator + `x…y` is the same text as `a…x` + separator + `y`.
      for (const { call } of all.filter(isWrite)) await call({ tenant: long, mark: '<long>', id: 'y' });
      const before = await snapshot();
      for (const id of [`x${separator}y`, 'x', 'y']) {
        for (const { name, call } of all) {
          const seen = JSON.stringify(await call({ tenant: short, mark: '<short>', id })) ?? '';
          expect(seen, `${name} of tenant ${short}, id ${id}`).not.toContain('<long>');
        }
      }
      const after = await snapshot();
      expect([...before].filter(([address, item]) => after.get(address) !== item)).toEqual([]);
    }
  });

  it('each find all of their own', async () => {
    const all = calls();
    const writes = all.filter(isWrite);
    const reads = all.filter(isRead);
    await fc.assert(
      fc.asyncProperty(pair, async (tenants) => {
        // As the product makes them: lists are bounded by what ids begin with.
        const id = '01M82QC1BG7XPR1VTEANHTKBFH';
        await empty();
        for (const [who, tenant] of tenants.entries()) {
          for (const { call } of writes) await call({ tenant, mark: `<${who}>`, id });
        }
        for (const [who, tenant] of tenants.entries()) {
          for (const { name, call } of reads) {
            const seen = JSON.stringify(await call({ tenant, mark: `<${who}>`, id }));
            expect(seen, `${name} of ${JSON.stringify({ tenant, id })}`).toContain(`<${who}>`);
          }
        }
      }),
      { numRuns: cases(12) },
    );
  });
});
