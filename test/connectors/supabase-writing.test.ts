import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { signJwt } from '#local/platforms/supabase/jwt.ts';
import type { ConnectionContext } from '#shared/connectors/connector.ts';
import { supabase } from '#shared/connectors/supabase/index.ts';
import type { WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import type { Failure } from '#shared/core/failure.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createRateLimiter } from '#shared/platform/rate-limiter.ts';
import { testClock } from '#test/support/clock.ts';
import { cases } from '#test/support/seed.ts';
import { contextOf, opened } from './support.ts';

const jwtSecret = 'a secret for these tests, 32 bytes long';
const keys = {
  secret: 'sb_secret_0123456789abcdef',
  publishable: 'sb_publishable_0123456789',
  legacyServiceRole: signJwt({ role: 'service_role' }, jwtSecret),
  legacyAnon: signJwt({ role: 'anon' }, jwtSecret),
};
let project: SupabaseSimulator;
beforeAll(async () => {
  project = await startSupabase({ keys, jwtSecret });
  await project.applyMigration();
}, 60_000);
beforeEach(async () => {
  project.clearFaults();
  project.setLoad({});
  await project.sql(
    'truncate public.orders, public.order_lines, public.customers, public.refunds, public.refund_lines',
  );
  project.resetCalls();
});
afterAll(() => project.close());

const context = (more: Partial<ConnectionContext> = {}, key = keys.secret): ConnectionContext => ({
  ...contextOf({ url: project.url, secret: { secret_key: key }, profile: { project_url: project.url } }),
  ...more,
});
const item = (payload: JsonObject, action: WriteItem['action'] = 'create'): WriteItem => {
  const id = String(payload.source_id);
  return { key: id, item_id: id, action, payload, target: action === 'create' ? null : { id, version: null } };
};
const customer = (id: string, more: JsonObject = {}): JsonObject => ({
  source: 'woocommerce',
  source_id: id,
  email: `${id}@example.com`,
  source_updated_at: '2026-02-01T00:00:00Z',
  raw: { id },
  ...more,
});
const lineOf = (order: string, id: string, more: JsonObject = {}): JsonObject => ({
  source: 'woocommerce',
  order_source_id: order,
  line_id: id,
  total: '5.00',
  source_updated_at: '2026-02-01T00:00:00Z',
  raw: {},
  ...more,
});
const order = (id: string, more: JsonObject = {}): JsonObject => ({
  source: 'woocommerce',
  source_id: id,
  currency: 'USD',
  total: '10.00',
  source_updated_at: '2026-02-01T00:00:00Z',
  raw: { id },
  lines: [lineOf(id, '1'), lineOf(id, '2')],
  ...more,
});
const write = async (entity: string, items: readonly WriteItem[], at = context()): Promise<readonly WriteOutcome[]> =>
  unwrap(await opened(supabase.openWriter, at).write(entity, 'b-1', items));
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(1000 + index));
const failuresOf = (outcomes: readonly WriteOutcome[]): [number, Failure][] =>
  outcomes.flatMap((outcome, index) =>
    outcome.kind === 'failed' ? [[index, outcome.failure] as [number, Failure]] : [],
  );
const posts = (table: string) =>
  project.calls.filter(({ method, target }) => method === 'POST' && target.includes(`/${table}?`));

describe('a refused record', () => {
  it('[F5][E6][I10] is exactly the bad one, wherever and however many they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 12 }),
        fc.constantFrom<JsonObject>({ email: null, raw: null }, { is_guest: 'perhaps' }, { source_created_at: 'soon' }),
        async (bad, fault) => {
          await project.sql('truncate public.customers');
          const items = ids(64).map((id, index) => item(customer(id, bad.includes(index) ? fault : {})));
          const refused = failuresOf(await write('customer', items)).map(([index]) => index);

          expect(refused).toEqual(bad.toSorted((a, b) => a - b));
          const [row] = await project.sql('select count(*)::int as stored from public.customers');
          expect(row).toEqual({ stored: 64 - bad.length });
        },
      ),
      { numRuns: cases(12) },
    );
  }, 120_000);

  it.each<[string, string, JsonObject, string]>([
    ['22001', 'currency', { currency: 'EURO' }, 'value too long'],
    ['22P02', 'tax_total', { tax_total: 'free' }, 'invalid input syntax for type numeric'],
    ['22003', 'total', { total: '1234567890123456.00' }, 'numeric field overflow'],
    ['22007', 'paid_at', { paid_at: 'soon' }, 'invalid input syntax for type timestamp'],
    ['23502', 'raw', { raw: null }, 'null value'],
    ['22P02', 'lines[1].quantity', { lines: [lineOf('1', '1'), lineOf('1', '2', { quantity: 'many' })] }, 'numeric'],
    ['22003', 'lines[0].unit_price', { lines: [lineOf('1', '1', { unit_price: '99999999999999' })] }, 'overflow'],
  ])('[F5][I10] with %s names %s and says why', async (code, field, fault, reason) => {
    const [[, failure] = []] = failuresOf(await write('order', [item(order('1', fault))]));

    expect(failure).toMatchObject({ code: 'supabase.refused', platform_code: code, field });
    expect(failure?.reason).toContain(reason);
    expect(failure?.reason).toContain(`column ${field.startsWith('lines') ? 'order_lines' : 'orders'}.`);
  });

  it('[I10] for another unique key of the owner’s is a conflict of that record alone', async () => {
    await project.sql('create unique index one_email on public.customers (email)');
    const items = [customer('1', { email: 'a@b.example' }), customer('2', { email: 'a@b.example' }), customer('3')];
    const outcomes = await write(
      'customer',
      items.map((payload) => item(payload)),
    );
    await project.sql('drop index public.one_email');

    expect(failuresOf(outcomes)).toMatchObject([[1, { category: 'conflict', platform_code: '23505' }]]);
    expect(JSON.stringify(outcomes)).not.toContain('a@b.example');
  });

  it('[F5] of an order leaves neither a head without its lines nor lines without their head', async () => {
    const badLine = order('1', { lines: [lineOf('1', '1'), lineOf('1', '2', { quantity: 'many' })] });
    const badHead = order('2', { currency: 'EURO' });
    const outcomes = await write(
      'order',
      [badLine, badHead, order('3')].map((payload) => item(payload)),
    );

    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'written']);
    expect(await project.sql('select source_id from public.orders')).toEqual([{ source_id: '3' }]);
    expect(await project.sql('select distinct order_source_id as id from public.order_lines')).toEqual([{ id: '3' }]);
  });
});

describe('the size of batches', () => {
  it('[I10] comes down to what the project takes in time, and all arrives', async () => {
    project.setLoad({ msPerRow: 120 });
    const outcomes = await write(
      'customer',
      ids(500).map((id) => item(customer(id))),
    );

    expect(failuresOf(outcomes)).toEqual([]);
    expect(await project.sql('select count(*)::int as stored from public.customers')).toEqual([{ stored: 500 }]);
    const failed = posts('customers').filter(({ status }) => status === 500);
    // 8 s for 120 ms each: 500, 250 and 125 rows are too many, 62 are not.
    expect(failed).toHaveLength(3);
    expect(posts('customers').length).toBeLessThan(3 + 500 / 62 + 2);
  });

  it('[I10] is kept for the next worker, and grows back slowly when the project gets faster', async () => {
    const clock = testClock();
    const first = context({ limiter: createRateLimiter([], clock) });
    project.setLoad({ msPerRow: 120 });
    await write(
      'customer',
      ids(200).map((id) => item(customer(id))),
      first,
    );
    project.resetCalls();

    const second = context({ limiter: createRateLimiter([], clock, first.limiter.snapshot()) });
    await write(
      'customer',
      ids(200).map((id) => item(customer(id))),
      second,
    );
    expect(posts('customers').filter(({ status }) => status === 500)).toEqual([]);
    const slow = posts('customers').length;

    project.setLoad({});
    for (let round = 0; round < 40; round += 1)
      await write(
        'customer',
        ids(100).map((id) => item(customer(id))),
        second,
      );
    project.resetCalls();
    await write(
      'customer',
      ids(200).map((id) => item(customer(id))),
      second,
    );
    expect(posts('customers').length).toBeLessThan(slow);
    expect(second.limiter.recall('batch_rows')).toBeGreaterThan(100);
  });

  it('[I10] converges for any speed of the project', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: 4000 }), async (msPerRow) => {
        await project.sql('truncate public.customers');
        project.setLoad({ msPerRow });
        project.resetCalls();
        const most = Math.ceil(8000 / msPerRow) - 1;
        const at = context();
        expect(
          failuresOf(
            await write(
              'customer',
              ids(300).map((id) => item(customer(id))),
              at,
            ),
          ),
        ).toEqual([]);
        expect(at.limiter.recall('batch_rows') ?? 500).toBeLessThanOrEqual(Math.max(most * growth, 500));
        const failed = posts('customers').filter(({ status }) => status === 500).length;
        // Halving from 300 or 500, and now and then one step too far up.
        expect(failed).toBeLessThanOrEqual(Math.ceil(Math.log2(500 / most)) + 1 + posts('customers').length / 10);
      }),
      { numRuns: cases(8) },
    );
  }, 120_000);

  it('[I10] is counted in bytes too: what the gateway finds too large is sent in parts', async () => {
    project.setLoad({ maxBodyBytes: 40_000 });
    const items = ids(60).map((id) => item(customer(id, { raw: { note: 'x'.repeat(3000) } })));

    expect(failuresOf(await write('customer', items))).toEqual([]);
    expect(await project.sql('select count(*)::int as stored from public.customers')).toEqual([{ stored: 60 }]);
  });

  it('[I10] of one record that is too large is that record’s failure', async () => {
    project.setLoad({ maxBodyBytes: 40_000 });
    const items = [customer('1'), customer('2', { raw: { note: 'x'.repeat(50_000) } }), customer('3')];

    expect(
      failuresOf(
        await write(
          'customer',
          items.map((payload) => item(payload)),
        ),
      ),
    ).toMatchObject([[1, { code: 'supabase.too_large', retryable: false }]]);
  });

  it('[I10] of an order with more lines than one statement takes is several statements', async () => {
    project.setLoad({ msPerRow: 800 });
    const lines = Array.from({ length: 25 }, (_, index) => lineOf('1', String(index)));
    expect(failuresOf(await write('order', [item(order('1', { lines }))]))).toEqual([]);
    expect(await project.sql('select count(*)::int as stored from public.order_lines')).toEqual([{ stored: 25 }]);
  });

  it('[I10] of a project that takes not even one row waits instead of failing records', async () => {
    project.setLoad({ msPerRow: 9000 });
    const result = await opened(supabase.openWriter, context()).write('customer', 'b-1', [
      item(customer('1')),
      item(customer('2')),
    ]);
    expect(result).toMatchObject({ ok: false, failure: { code: 'supabase.too_slow', retryable: true } });
  });

  it('[I10] is smaller after a gateway gave up on it', async () => {
    project.addFault({ kind: 'reply', method: 'POST', status: 504, body: '<html>', times: 4 });
    const at = context();
    const items = ids(100).map((id) => item(customer(id)));
    expect(await opened(supabase.openWriter, at).write('customer', 'b-1', items)).toMatchObject({
      ok: false,
      failure: { code: 'supabase.unavailable', retryable: true },
    });
    expect(at.limiter.recall('batch_rows')).toBe(50);
    expect(failuresOf(await write('customer', items, at))).toEqual([]);
  });
});

const growth = 1.5;

describe('keys', () => {
  const headersOf = async (key: string) => {
    const seen: Record<string, string>[] = [];
    const plain = context({}, key);
    const http: ConnectionContext['http'] = {
      send: (request, limiter, retry) => {
        seen.push({ ...request.headers });
        return plain.http.send(request, limiter, retry);
      },
    };
    const outcomes = await write('customer', [item(customer('1'))], { ...plain, http });
    return { outcomes, seen };
  };

  it('[I10] of the new kind stand in apikey only', async () => {
    const { outcomes, seen } = await headersOf(keys.secret);
    expect(outcomes).toMatchObject([{ kind: 'written' }]);
    expect(seen.map(({ apikey, authorization }) => [apikey, authorization])).toEqual([[keys.secret, undefined]]);
  });

  it('[I10] of the legacy kind are sent both ways and warned of', async () => {
    const { outcomes, seen } = await headersOf(keys.legacyServiceRole);
    expect(outcomes).toMatchObject([{ kind: 'written' }]);
    expect(seen.map(({ authorization }) => authorization)).toEqual([`Bearer ${keys.legacyServiceRole}`]);
    expect(await supabase.check(context({}, keys.legacyServiceRole))).toMatchObject({
      ok: true,
      value: { profile: { key_kind: 'legacy' }, warnings: [expect.stringContaining('sb_secret_')] },
    });
  });

  it('[I10] that are public are refused by their form, before anything is sent', () => {
    const parse = (secret_key: string) =>
      supabase.credentials?.safeParse({ project_url: 'https://abc.supabase.co', secret_key }).success;
    expect([keys.legacyServiceRole, keys.legacyAnon, keys.publishable].map(parse)).toEqual([true, false, false]);
  });

  it('[I10] that cannot write are told from missing grants', async () => {
    const result = async (key: string) =>
      opened(supabase.openWriter, context({}, key)).write('customer', 'b-1', [item(customer('1'))]);
    expect(await result(keys.legacyAnon)).toMatchObject({ ok: false, failure: { code: 'supabase.key_not_secret' } });
    await project.sql('revoke insert on public.customers from service_role');
    const ungranted = await result(keys.secret);
    await project.sql('grant insert on public.customers to service_role');
    expect(ungranted).toMatchObject({
      ok: false,
      failure: {
        code: 'supabase.no_grant',
        reason: expect.stringContaining('customers'),
        fix: expect.stringContaining('SQL'),
      },
    });
  });
});

describe('a read-only connection', () => {
  it('[I10] takes nothing and says so', async () => {
    const at = context({ settings: { read_only: true } });
    expect(await opened(supabase.openWriter, at).write('customer', 'b-1', [item(customer('1'))])).toMatchObject({
      ok: false,
      failure: { code: 'supabase.read_only', retryable: false, fix: expect.stringContaining('Write nothing') },
    });
    expect(project.calls).toEqual([]);
  });
});

describe('what the source has no more', () => {
  const marks = async (table: string) =>
    (await project.sql(`select deleted_at is not null as gone from public.${table}`)).map(({ gone }) => gone);

  it('[F-DELETE][F5] is marked with all its lines, as often as it is asked for', async () => {
    await write('order', [item(order('1'))]);
    const archived = await write('order', [item(order('1'), 'archive')]);
    await write('order', [item(order('1'), 'archive')]);

    expect(archived).toEqual([{ kind: 'deleted', kept: { id: '1', version: null } }]);
    expect([await marks('orders'), await marks('order_lines')]).toEqual([[true], [true, true]]);
    expect(await project.sql('select * from public.orders_with_lines')).toEqual([]);
    expect(await project.sql('select total::text from public.orders')).toEqual([{ total: '10.0000' }]);
  });

  it('[F-DELETE] stays marked when a message from before comes late', async () => {
    await write('order', [item(order('1'))]);
    await write('order', [item(order('1'), 'archive')]);
    await write('order', [item(order('1'), 'update')]);
    expect([await marks('orders'), await marks('order_lines')]).toEqual([[true], [true, true]]);
  });

  it('[F-DELETE] comes back by a restore, with its lines', async () => {
    await write('order', [item(order('1'))]);
    await write('order', [item(order('1'), 'archive')]);
    expect(await write('order', [item(order('1'), 'restore')])).toMatchObject([{ kind: 'written' }]);
    expect([await marks('orders'), await marks('order_lines')]).toEqual([[false], [false, false]]);
  });

  it('[F-DELETE] goes with its lines where the policy is to delete', async () => {
    await write('order', [item(order('1')), item(order('2'))]);
    expect(await write('order', [item(order('1'), 'delete')])).toEqual([{ kind: 'deleted', kept: null }]);
    expect(await project.sql('select source_id from public.orders')).toEqual([{ source_id: '2' }]);
    expect(await project.sql('select distinct order_source_id as id from public.order_lines')).toEqual([{ id: '2' }]);
  });

  it('[F-DELETE] is marked although the shop’s clock is ahead of ours', async () => {
    const later = '2026-03-01T12:05:00Z';
    await write('customer', [item(customer('1', { source_updated_at: later }))]);
    await write('customer', [item(customer('1', { source_updated_at: later }), 'archive')]);
    expect(await marks('customers')).toEqual([true]);
  });

  it('[F-DELETE] counts as untouched while only the mark is on it', async () => {
    await write('customer', [item(customer('1'))]);
    await write('customer', [item(customer('1'), 'archive')]);
    const target = opened(supabase.openTarget, context());
    const inspected = unwrap(await target.inspect('customer', [{ id: '1', payload: customer('1') }]));
    expect(inspected).toMatchObject([{ kind: 'present', untouched: true }]);
  });
});
