import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createRetryQueue } from '#shared/data/retry-queue.ts';
import { causeOfDependents, type FailureRecord } from '#shared/model/failure-record.ts';
import type { FailureRepository, RetryLine } from '#shared/sync/ports.ts';
import { routes } from '#shared/sync/routes.ts';
import { failureBooks } from '#test/support/failure-books.ts';
import { aFailure, keepFailures } from '#test/support/failures.ts';
import { cases } from '#test/support/seed.ts';
import { startTable, type TestTable } from '#test/support/table.ts';

let table: TestTable;
let failures: FailureRepository;
let tenants = 0;
const newTenant = () => `tenant-${++tenants}`;
beforeAll(async () => {
  table = await startTable();
  failures = createFailureRepository(table.table);
});
afterAll(() => table.stop());

const at = (second: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + second * 1000).toISOString();
const [parentRoute = '', otherRoute = ''] = routes.map(({ id }) => id);

/** One thing that happens to one of a few records. */
const stepArbitrary = fc.record({
  kind: fc.constantFrom('fail', 'fail', 'fail', 'heal', 'acknowledge', 'parent fails', 'parent heals'),
  record: fc.integer({ min: 0, max: 4 }),
  cause: fc.constantFrom('cause-a', 'cause-b', 'parked'),
  route: fc.constantFrom(parentRoute, otherRoute),
  isRetried: fc.boolean(),
});
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

async function take(tenant: string, step: Step, second: number): Promise<void> {
  const parentId = 'failure-parent';
  const change = (failureId: string, decide: Parameters<FailureRepository['change']>[3], parent?: string) =>
    failures.change(tenant, at(second), [{ failureId, parentId: parent }], decide);
  const run = { run_id: `run-${second}`, last_failed_at: at(second) };
  switch (step.kind) {
    case 'heal':
      return void (await change(`failure-${step.record}`, () => undefined));
    case 'acknowledge':
      return void (await change(`failure-${step.record}`, (before) => before && { ...before, state: 'acknowledged' }));
    case 'parent heals':
      return void (await change(parentId, () => undefined));
    case 'parent fails':
      return void (await change(parentId, () => aFailure(tenant, 'parent', { ...run, route_id: parentRoute })));
    default:
      await change(
        `failure-${step.record}`,
        (before, parent) => {
          const isParked = step.cause === 'parked' && parent !== undefined;
          return aFailure(tenant, String(step.record), {
            ...run,
            route_id: before?.route_id ?? step.route,
            cause: isParked ? causeOfDependents(parent.failure_id) : step.cause,
            parent: isParked ? parent.failure_id : undefined,
            next_retry_at: step.isRetried && !isParked ? at(second + 60) : undefined,
          });
        },
        step.cause === 'parked' ? parentId : undefined,
      );
  }
}

describe('causes and the queue of retries', () => {
  it('always are what the failures add up to, whatever happens to them in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 25 }), async (steps) => {
        const tenant = newTenant();
        for (const [second, step] of steps.entries()) await take(tenant, step, second);
        const { kept, counted } = await failureBooks(table.table, tenant);
        expect(kept).toEqual(counted);
      }),
      { numRuns: cases(40) },
    );
  });

  it('are so when many change the same ones at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 4, maxLength: 8 }), async (steps) => {
        const tenant = newTenant();
        await take(tenant, { kind: 'parent fails', record: 0, cause: 'cause-a', route: '', isRetried: false }, 0);
        await Promise.all(steps.map((step, index) => take(tenant, step, index + 1)));
        const { kept, counted, failures: left, causes } = await failureBooks(table.table, tenant);
        expect(kept).toEqual(counted);
        // Nothing is parked under what has arrived without having been released.
        const isThere = left.some(({ failure_id }) => failure_id === 'failure-parent');
        const parked = causes.filter(({ parent }) => parent);
        if (!isThere) expect(parked.every(({ released_at }) => released_at !== undefined)).toBe(true);
      }),
      { numRuns: cases(25) },
    );
  });

  it('are so for more than a transaction holds, of many causes, with payloads', async () => {
    const tenant = newTenant();
    const many = Array.from({ length: 230 }, (_, index) =>
      aFailure(tenant, String(index), {
        cause: `cause-${index % 70}`,
        payload: index % 10 === 0 ? { text: 'x'.repeat(95_000) } : undefined,
        next_retry_at: at(index),
        last_failed_at: at(index % 7),
      }),
    );
    await keepFailures(table.table, many);
    const first = await failureBooks(table.table, tenant);
    expect(first.failures).toHaveLength(230);
    expect(first.kept).toEqual(first.counted);
    const ids = many.map(({ failure_id }) => ({ failureId: failure_id }));
    await failures.change(tenant, at(300), ids, (before, _parent, index) => (index % 2 ? before : undefined));
    const second = await failureBooks(table.table, tenant);
    expect(second.failures).toHaveLength(115);
    expect(second.kept).toEqual(second.counted);
    await failures.change(tenant, at(300), ids, () => undefined);
    expect((await failureBooks(table.table, tenant)).kept).toEqual({ members: {}, retries: [] });
  });

  it('say when a cause was first and last seen, by its latest member', async () => {
    const tenant = newTenant();
    const reason = (text: string): FailureRecord['failure'] => ({ ...aFailure(tenant, '0').failure, reason: text });
    await keepFailures(table.table, [aFailure(tenant, '1', { last_failed_at: at(1), failure: reason('first') })]);
    await keepFailures(table.table, [aFailure(tenant, '2', { last_failed_at: at(9), failure: reason('second') })]);
    const { causes } = await failures.listCauses(tenant, { limit: 10 });
    expect(causes).toMatchObject([{ first_seen_at: at(1), last_seen_at: at(9), failure: { reason: 'second' } }]);
  });
});

describe('lists of failures', () => {
  it('of several routes are one list, page by page, large payloads or not', async () => {
    const tenant = newTenant();
    const kept = Array.from({ length: 60 }, (_, index) =>
      aFailure(tenant, String(index), {
        route_id: index % 3 === 0 ? parentRoute : otherRoute,
        last_failed_at: at(index),
        payload: index % 4 === 0 ? { text: 'x'.repeat(90_000) } : undefined,
      }),
    );
    await keepFailures(table.table, kept);
    const read = async (routeIds: readonly string[] | undefined, limit: number) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await failures.list(tenant, { routeIds, limit, after });
        expect(page.failures.length).toBeLessThanOrEqual(limit);
        found.push(...page.failures.map(({ source_id }) => source_id));
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    const latestFirst = kept.map(({ source_id }) => source_id).reverse();
    expect(await read([parentRoute, otherRoute], 7)).toEqual(latestFirst);
    expect(await read(undefined, 100)).toEqual(latestFirst);
    expect(await read([parentRoute], 50)).toEqual(latestFirst.filter((id) => Number(id) % 3 === 0));
    expect(await read([], 50)).toEqual([]);
  });
});

describe('the queue of retries', () => {
  it('shows the earliest of each tenant and route, and steps over the rest', async () => {
    const [one, two] = [newTenant(), `${newTenant()}#%`];
    await keepFailures(table.table, [
      ...Array.from({ length: 5 }, (_, index) => aFailure(one, String(index), { next_retry_at: at(50 - index) })),
      aFailure(one, '9', { route_id: otherRoute, next_retry_at: at(7) }),
      aFailure(two, '1', { next_retry_at: at(3) }),
      aFailure(two, '2', { next_retry_at: at(1), state: 'acknowledged' }),
    ]);
    const queue = createRetryQueue(table.table);
    const lines: RetryLine[] = [];
    for (let shard = 0; shard < queue.shards; shard += 1) {
      let line = await queue.next(shard);
      for (; line; line = await queue.next(shard, line.position)) lines.push(line);
    }
    const own = lines.filter(({ tenant_id }) => [one, two].includes(tenant_id));
    expect(own.map(({ tenant_id, route_id, at: due }) => [tenant_id, route_id, due]).sort()).toEqual(
      [
        [one, parentRoute, at(46)],
        [one, otherRoute, at(7)],
        [two, parentRoute, at(3)],
      ].sort(),
    );
    const first = await failures.due(one, parentRoute, at(48), { limit: 2 });
    const rest = await failures.due(one, parentRoute, at(48), { limit: 2, after: first.next });
    expect([...first.retries, ...rest.retries].map(({ at: due }) => due)).toEqual([at(46), at(47), at(48)]);
    expect(rest.next).toBeUndefined();
  });
});
