import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/core/json.ts';
import type { Run } from '#shared/model/run.ts';
import { cases } from '#test/support/seed.ts';
import { everyItem } from '#test/support/table.ts';
import { type Style, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';
import { editOrder, happen, happenings } from './shop-history.ts';
import { beginUndo, touch, touches } from './undone.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: { tax_exclusive: shopOf('tax_exclusive', 12, 31), tax_inclusive: shopOf('tax_inclusive', 12, 32) },
  });
});
afterAll(() => world.stop());

const companies = { tax_exclusive: { template: 'us' }, tax_inclusive: { template: 'eur' } } as const;

/** What a dry run may leave behind: itself. Of metrics see {@link withoutDryRuns}. */
const ofTheRun = new Set(['run', 'leg', 'lease', 'idempotency', 'limiter', 'breaker']);

async function stored(tenant: Tenant): Promise<string[]> {
  const items = await everyItem(world.table.table);
  return items
    .filter((item) => JSON.stringify(item).includes(`"${tenant.id}"`) && !ofTheRun.has(String(item.type)))
    .flatMap((item) => withoutDryRuns(item) ?? [])
    .map((item) => canonicalJson(item))
    .sort();
}

/** Metrics without what they count of dry runs; none where they count nothing else. */
function withoutDryRuns(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  if (item.type !== 'metric') return item;
  const kept = Object.entries(item).filter(([name]) => !/^(calls|dry_runs)\./.test(name));
  return kept.some(([, value]) => typeof value === 'number') ? Object.fromEntries(kept) : undefined;
}

/** Calls that are no reads. QuickBooks is queried by POST; signing in is not a call of its API. */
function writes(tenant: Tenant): string[] {
  return [tenant.shop, world.quickbooks, ...(world.supabase ? [world.supabase] : [])].flatMap(({ calls }) =>
    calls
      .filter(({ method, target }) => method !== 'GET' && !/\/oauth2\/|^\/v3\/company\/\d+\/query\?/.test(target))
      .map(({ method, target }) => `${method} ${target}`),
  );
}

describe('a dry run, whatever came before it', () => {
  it('[E1] writes to no platform and leaves links, failures and watermarks as they are', async () => {
    const request = fc.record({
      entity: fc.constantFrom('products', 'customers', 'orders'),
      mode: fc.constantFrom('full' as const, 'incremental' as const),
      filters: fc.constantFrom<Run['filters']>(
        {},
        { status: ['processing'] },
        { status: ['no-such-status'] },
        { date_range: { start: '2026-01-01', end: '2026-06-30' } },
      ),
      target: fc.constantFrom(undefined, 'quickbooks', 'supabase'),
    });
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Style>('tax_exclusive', 'tax_inclusive'),
        fc.array(happenings, { maxLength: 3 }),
        fc.array(fc.record({ order: fc.nat(30), cents: fc.integer({ min: 1, max: 99_999 }) }), { maxLength: 2 }),
        fc.array(request, { minLength: 1, maxLength: 3 }),
        async (style, before, edits, requests) => {
          const tenant = await world.tenant(style, companies[style]);
          for (const event of before) await happen(world, tenant, event);
          for (const edit of edits) editOrder(tenant, { kind: 'price', ...edit });
          const [books, table] = [tenant.company.snapshot(), await stored(tenant)];
          for (const server of [tenant.shop, world.quickbooks, world.supabase]) server?.resetCalls();
          for (const each of requests) {
            const { run, legs } = await world.sync(tenant, each.entity, { ...each, dryRun: true });
            // WooCommerce refuses a status that records of the kind do not have.
            const ends = each.filters.status ? /completed|failed/ : /completed/;
            expect(run).toMatchObject({ status: expect.stringMatching(ends), dry_run: true });
            planned += legs.filter(({ plan }) => Object.keys(plan?.changes ?? {}).length > 0).length;
          }
          expect(writes(tenant)).toEqual([]);
          expect(tenant.company.snapshot()).toEqual(books);
          expect(await stored(tenant)).toEqual(table);
        },
      ),
      { numRuns: cases(8) },
    );
    expect(planned).toBeGreaterThan(2);
  });

  it('[E1] of an undo neither, also not of an undo of an undo', async () => {
    let planned = 0;
    const property = fc.asyncProperty(
      fc.constantFrom<Style>('tax_exclusive', 'tax_inclusive'),
      fc.array(happenings, { maxLength: 2 }),
      touches,
      fc.boolean(),
      fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
      async (style, before, touched, isUndone, chosen) => {
        const tenant = await world.tenant(style, companies[style]);
        const { run } = await world.sync(tenant, 'orders');
        if (isUndone) {
          await beginUndo(world, run);
          await world.drain(world.work(world.engine()));
        }
        for (const event of before) await happen(world, tenant, event);
        touch(tenant, touched);
        const { runs } = await world.engine().runs.list(tenant.id, { limit: 20 });
        const [books, table] = [tenant.company.snapshot(), await stored(tenant)];
        for (const server of [tenant.shop, world.quickbooks, world.supabase]) server?.resetCalls();
        for (const place of chosen) {
          const original = runs[place % runs.length] ?? run;
          const dry = await beginUndo(world, original, { dryRun: true });
          await world.drain(world.work(world.engine()));
          const { run: ended, legs } = await world.resultOf(dry);
          expect(ended).toMatchObject({ status: 'completed', dry_run: true });
          planned += legs.filter(({ plan }) => Object.keys(plan?.changes ?? {}).length > 0).length;
        }
        expect(writes(tenant)).toEqual([]);
        expect(tenant.company.snapshot()).toEqual(books);
        expect(await stored(tenant)).toEqual(table);
      },
    );
    await fc.assert(property, { numRuns: cases(6) });
    expect(planned).toBeGreaterThan(2);
  });
});
