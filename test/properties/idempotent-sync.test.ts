import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksOf, totalsByNumber } from '#test/support/books.ts';
import { cases } from '#test/support/seed.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';
import { happen, happenings } from './shop-history.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 14, 21) }, withoutSupabase: true });
});
afterAll(() => world.stop());

const numbersOf = (tenant: Tenant, entity: 'Invoice' | 'Payment', member: string) =>
  tenant.company.list(entity).map((row) => String(row[member]));

describe('whatever happens to a shop and its syncs, in any order', () => {
  it('[E2] each record ends as one document of its amount, and the next sync writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happenings, { minLength: 2, maxLength: 6 }), async (events) => {
        const tenant = await world.tenant('shop');
        for (const event of events) await happen(world, tenant, event);
        const { run, failures } = await world.sync(tenant, 'orders');
        expect(run.status).toBe('completed');

        const failed = new Set(failures.map(({ source_id }) => source_id));
        const posted = wooOrders(tenant.shop).filter(
          ({ status, lines, id }) =>
            ['on-hold', 'processing', 'completed', 'refunded'].includes(status) && lines > 0 && !failed.has(id),
        );
        const numbers = numbersOf(tenant, 'Invoice', 'DocNumber');
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(Object.fromEntries(totalsByNumber(tenant.company, 'Invoice'))).toEqual(
          Object.fromEntries(posted.map(({ number, total }) => [number, total])),
        );
        const paid = posted.filter(({ paidAt, total }) => paidAt && total !== '0.00').map(({ number }) => number);
        expect(numbersOf(tenant, 'Payment', 'PaymentRefNum').toSorted()).toEqual(paid.toSorted());

        // As if nothing had gone wrong on the way. Who comes first has a name to himself, so the order is the same.
        const undisturbed = await world.tenant('shop');
        for (const event of events) {
          if (event.kind === 'sync') await happen(world, undisturbed, event);
          else if (event.kind !== 'note' && event.kind !== 'price') await world.sync(undisturbed, 'orders');
        }
        await world.sync(undisturbed, 'orders');
        expect(booksOf(tenant.company)).toEqual(booksOf(undisturbed.company));

        tenant.company.resetMeters();
        const again = await world.sync(tenant, 'orders');
        expect(again.legs.map(({ counts: { created, updated } }) => ({ created, updated }))).toEqual([
          { created: 0, updated: 0 },
        ]);
        expect(tenant.company.meters).toMatchObject({ writes: 0, batches: 0 });
      }),
      { numRuns: cases(6) },
    );
  });
});
