import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { supabase } from '#shared/connectors/supabase/index.ts';
import type { WriteItem } from '#shared/connectors/target.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { contextOf, opened } from '#test/connectors/support.ts';
import { testClock } from '#test/support/clock.ts';
import { cases } from '#test/support/seed.ts';

const keys = { secret: 'sb_secret_0123456789abcdef', publishable: 'sb_publishable_0123456789' };
let project: SupabaseSimulator;
beforeAll(async () => {
  project = await startSupabase({ keys });
  await project.applyMigration();
}, 60_000);
afterAll(() => project.close());

const begin = Date.parse('2026-03-01T00:00:00Z');
const at = (time: number): string => new Date(begin + time * 1000).toISOString();

/** What happened to one order, as a message tells it: its version of a moment, or that it is gone since. */
interface Told {
  readonly id: string;
  readonly time: number;
  readonly gone: boolean;
}

/** The order as it was at a moment: which lines it has depends on that too. */
function version(id: string, time: number): JsonObject {
  const own = { source: 'woocommerce', source_updated_at: at(time), raw: { time } };
  return {
    ...own,
    source_id: id,
    order_number: id,
    currency: 'USD',
    total: `${time}.00`,
    lines: linesAt(id, time).map((line) => ({ ...own, order_source_id: id, line_id: line, total: `${time}.00` })),
  };
}

const linesAt = (id: string, time: number): string[] =>
  ['a', 'b', 'c'].filter((_, bit) => ((time * 7 + Number(id)) >> bit) & 1);

const told = fc.record({
  id: fc.constantFrom('1', '2', '3'),
  time: fc.integer({ min: 1, max: 30 }),
  gone: fc.boolean(),
});
/** How a delivery is cut into batches, and whether the engine thought it new. */
const batch = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  action: fc.constantFrom<'create' | 'update'>('create', 'update'),
});

async function deliver(messages: readonly Told[], action: 'create' | 'update'): Promise<void> {
  for (const { gone, time } of messages.filter((each) => each.gone)) {
    const items = messages.filter((each) => each.gone === gone && each.time === time);
    await write(
      items.map((each) => itemOf(each, 'archive')),
      time,
    );
  }
  await write(
    messages.filter(({ gone }) => !gone).map((each) => itemOf(each, action)),
    0,
  );
}

function itemOf({ id, time }: Told, action: WriteItem['action']): WriteItem {
  // A deletion names the document by its payload written last: the one all began with.
  const payload = version(id, action === 'archive' ? 0 : time);
  return {
    key: `${id}/${time}`,
    item_id: id,
    action,
    payload,
    target: action === 'create' ? null : { id, version: null },
  };
}

async function write(items: readonly WriteItem[], time: number): Promise<void> {
  const context = contextOf({
    url: project.url,
    secret: { secret_key: keys.secret },
    profile: { project_url: project.url },
    clock: testClock(begin + time * 1000),
  });
  const outcomes = unwrap(await opened(supabase.openWriter, context).write('order', 'b-1', items));
  expect(outcomes.filter(({ kind }) => kind === 'failed')).toEqual([]);
}

/** What is left of all that was told. */
function outcome(id: string, messages: readonly Told[]) {
  const own = messages.filter((each) => each.id === id);
  const newest = Math.max(0, ...own.filter(({ gone }) => !gone).map(({ time }) => time));
  const goneAt = Math.max(-1, ...own.filter(({ gone }) => gone).map(({ time }) => time));
  const deleted = goneAt >= newest ? at(goneAt) : null;
  return {
    id,
    total: `${newest}.0000`,
    deleted,
    lines: linesAt(id, newest).map((line) => `${line}:${newest}.0000:${deleted !== null}`),
  };
}

async function stored() {
  const rows = await project.sql(`
    select o.source_id as id, o.total::text, o.deleted_at,
      (select coalesce(json_agg(format('%s:%s:%s', l.line_id, l.total, case when l.deleted_at is null then 'false' else 'true' end)
        order by l.line_id), '[]') from public.order_lines l where l.order_source_id = o.source_id) as lines
    from public.orders o order by o.source_id`);
  return rows.map(({ id, total, deleted_at: deleted, lines }) => ({
    id,
    total,
    deleted: deleted instanceof Date ? deleted.toISOString() : deleted,
    lines,
  }));
}

describe('the newest version of a row', () => {
  it('[I10][F5][F-DELETE] is what is left of versions and deletions in any order, any number of times, in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(told, { minLength: 1, maxLength: 10 }).chain((messages) =>
          fc.tuple(
            fc.constant(messages),
            // Every message at least once, some again, in any order.
            fc.array(fc.nat({ max: messages.length - 1 }), { maxLength: 6 }).chain((again) =>
              fc.shuffledSubarray([...messages, ...again.flatMap((index) => messages[index] ?? [])], {
                minLength: messages.length + again.length,
              }),
            ),
          ),
        ),
        fc.infiniteStream(batch),
        async ([messages, deliveries], cuts) => {
          await project.sql('truncate public.orders, public.order_lines');
          await write(
            ['1', '2', '3'].map((id) => itemOf({ id, time: 0, gone: false }, 'create')),
            0,
          );
          let rest = deliveries;
          for (const { size, action } of cuts) {
            if (rest.length === 0) break;
            await deliver(rest.slice(0, size), action);
            rest = rest.slice(size);
          }
          expect(await stored()).toEqual(['1', '2', '3'].map((id) => outcome(id, messages)));
        },
      ),
      { numRuns: cases(60) },
    );
  }, 240_000);

  it('[I10] of equally old ones is the last that came, so that a corrected mapping arrives', async () => {
    await project.sql('truncate public.orders, public.order_lines');
    const first = version('1', 5);
    const corrected = { ...first, total: '7.00', lines: (first.lines as JsonObject[]).slice(1) };
    const send = (payload: JsonObject, action: 'create' | 'update') =>
      write(
        [{ key: '1', item_id: '1', action, payload, target: action === 'create' ? null : { id: '1', version: null } }],
        0,
      );
    await send(first, 'create');
    await send(corrected, 'update');

    const [row] = await stored();
    expect(row).toMatchObject({
      total: '7.0000',
      lines: corrected.lines.map(({ line_id: line }) => `${line}:5.0000:false`),
    });
  });

  it('[I10] is kept against a statement that its sender gave up on and that ends late', async () => {
    await project.sql('truncate public.orders, public.order_lines');
    await write([itemOf({ id: '1', time: 3, gone: false }, 'create')], 0);
    project.addFault({ kind: 'drop_after', method: 'POST' });
    await write([itemOf({ id: '1', time: 9, gone: false }, 'update')], 0);
    await write([itemOf({ id: '1', time: 4, gone: false }, 'update')], 0);
    expect(await stored()).toEqual([outcome('1', [{ id: '1', time: 9, gone: false }])]);
  });
});
