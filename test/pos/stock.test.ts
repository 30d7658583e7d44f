import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '#test/support/seed.ts';
import { type StockWorld, startStock } from '#test/support/stock.ts';
import { event, refund, sale } from '#test/support/tills.ts';

let world: StockWorld;
beforeAll(async () => {
  world = await startStock();
});
afterAll(() => world.stop());

/** A tenant whose shop has one product that matters, looked at once. */
async function opened(pieces: number) {
  world.clear();
  const tenant = world.newTenant();
  const product = world.product(pieces);
  await world.turn(tenant);
  world.clock.advance(60_000);
  return { tenant, ...product };
}

/** A shop nobody looked at yet, that sold three of five pieces a minute ago. */
function soldBefore() {
  world.clear();
  const tenant = world.newTenant();
  const { id, sku } = world.product(5);
  const order = world.order(id, 3);
  world.clock.advance(60_000);
  return { tenant, id, sku, order };
}

const sold = (sku: string, quantity: number, id = `s${Math.random()}`) =>
  sale({ id, lines: [{ sku, quantity: String(quantity) }] }, { occurred_at: world.at() });
const ledgerOf = async (tenant: string, sku: string) =>
  (await world.stock.entries(tenant, sku, { limit: 100 })).entries
    .reverse()
    .map(({ reason, delta, balance }) => `${reason} ${delta} = ${balance}`);

describe('stock of a product', () => {
  it('[F7] two sales of one piece on both sides leave two less, everywhere, and the ledger says why', async () => {
    const { tenant, id, sku } = await opened(5);
    world.order(id, 1);
    await world.send(tenant, [sold(sku, 1)]);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([3, '3']);
    const entries = await ledgerOf(tenant, sku);
    expect(entries[0]).toBe('opening 5 = 5');
    expect(
      entries
        .slice(1)
        .map((line) => line.split(' = ')[0])
        .sort(),
    ).toEqual(['pos_sale -1', 'web_sale -1']);
  });

  it('[F7] what came back before the first look is in its number, and not counted again when somebody edits the order', async () => {
    const { tenant, id, sku, order } = soldBefore();
    world.cancel(order);
    world.clock.advance(60_000);
    await world.turn(tenant);
    world.clock.advance(60_000);
    world.touch(order);
    await world.turn(tenant);
    expect([await world.levelAtTills(tenant, sku), await ledgerOf(tenant, sku)]).toEqual(['5', ['opening 5 = 5']]);
    await world.settle(tenant);
    expect([world.inShop(id), await ledgerOf(tenant, sku)]).toEqual([5, ['opening 5 = 5']]);
  });

  it('[F7] what was sold before the first look and came back since is counted, and the ledger says why', async () => {
    const { tenant, id, sku, order } = soldBefore();
    await world.turn(tenant);
    world.clock.advance(60_000);
    world.cancel(order);
    world.clock.advance(1_000);
    world.touch(order);
    await world.turn(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([5, '5']);
    expect(await ledgerOf(tenant, sku)).toEqual(['opening 2 = 2', 'web_refund_restock 3 = 5']);
  });

  it('[F7] a web sale between our reading and writing is seen at the next look, and counted once', async () => {
    const { tenant, id, sku } = await opened(5);
    await world.send(tenant, [sold(sku, 2)]);
    await world.turn(tenant, { inTheGap: () => void world.order(id, 1) });
    expect(world.inShop(id)).toBe(3);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([2, '2']);
    expect((await ledgerOf(tenant, sku)).filter((line) => line.includes('manual'))).toEqual([]);
  });

  it('[F7] a number set by hand in the shop is a movement of its own', async () => {
    const { tenant, id, sku } = await opened(5);
    world.order(id, 1);
    world.setByHand(id, 24);
    await world.send(tenant, [sold(sku, 4)]);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([20, '20']);
    expect(await ledgerOf(tenant, sku)).toContain('manual_edit_in_shop 20 = 20');
  });

  it('[F7] the shop is never told less than the floor; the ledger keeps what is true, and shows the difference', async () => {
    const { tenant, id, sku } = await opened(1);
    await world.send(tenant, [sold(sku, 3)]);
    await world.settle(tenant, { floor: '0' });
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([0, '-2']);
    const { items } = await world.stock.list(tenant, 'different', { limit: 10 });
    expect(items.map((item) => [item.sku, item.balance, item.places.woocommerce?.expected])).toEqual([
      [sku, '-2', '0'],
    ]);
    await world.send(tenant, [event('stock.adjusted', { sku, delta: '5' }, { occurred_at: world.at() })]);
    await world.settle(tenant, { floor: '0' });
    expect(world.inShop(id)).toBe(3);
    expect((await world.stock.list(tenant, 'different', { limit: 10 })).items).toEqual([]);
  });

  it('[F7] cancelled and refunded pieces come back, those of a voided sale too', async () => {
    const { tenant, id, sku } = await opened(10);
    const [cancelled, refunded] = [world.order(id, 2), world.order(id, 3)];
    await world.send(tenant, [sold(sku, 1, 'mistake')]);
    await world.settle(tenant);
    expect(world.inShop(id)).toBe(4);
    world.cancel(cancelled);
    world.refund(refunded, 1);
    await world.send(tenant, [event('sale.voided', { sale_id: 'mistake' }, { occurred_at: world.at() })]);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([8, '8']);
  });

  it.each([
    ['before the voiding', ['refund', 'void']],
    ['after it', ['void', 'refund']],
  ])('[F7] [F8] a sale that is voided brings back what its refunds had not, told %s', async (_when, order) => {
    const { tenant, id, sku } = await opened(10);
    await world.send(tenant, [sold(sku, 3, 'mistake')]);
    world.clock.advance(60_000);
    const events: Record<string, unknown> = {
      refund: refund({ id: 'back', of: 'mistake', lines: [{ sku }] }, { occurred_at: world.at() }),
      void: event('sale.voided', { sale_id: 'mistake' }, { occurred_at: world.at() }),
    };
    for (const name of order) {
      await world.send(tenant, [events[name]]);
      await world.turn(tenant);
    }
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([10, '10']);
  });

  it('[F7] [F8] a refund that a later version takes from a voided sale is of the other sale only', async () => {
    const { tenant, id, sku } = await opened(10);
    await world.send(tenant, [sold(sku, 3, 'mistake'), sold(sku, 3, 'meant')]);
    world.clock.advance(60_000);
    const back = (of: string) => refund({ id: 'back', of, lines: [{ sku }] }, { occurred_at: world.at() });
    await world.send(tenant, [
      back('mistake'),
      event('sale.voided', { sale_id: 'mistake' }, { occurred_at: world.at() }),
    ]);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([7, '7']);
    await world.send(tenant, [back('meant')]);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([8, '8']);
  });

  it('[F8] a count is right for its time: a sale of before it that comes late changes nothing', async () => {
    const { tenant, id, sku } = await opened(10);
    const late = sold(sku, 2);
    world.clock.advance(60_000);
    const count = event('stock.counted', { sku, quantity: '7' }, { occurred_at: world.at() });
    world.clock.advance(60_000);
    await world.send(tenant, [count, sold(sku, 1)]);
    await world.settle(tenant);
    await world.send(tenant, [late]);
    await world.settle(tenant);
    expect([world.inShop(id), await world.levelAtTills(tenant, sku)]).toEqual([6, '6']);
  });
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('web sale' as const), pieces: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('web refund' as const) }) },
  // The shop has two old orders: see `play`.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel old' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('touch old' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('till sale' as const),
      pieces: fc.integer({ min: 1, max: 3 }),
      late: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('void' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('till refund' as const),
      restock: fc.boolean(),
      pieces: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('adjust' as const), pieces: fc.integer({ min: -2, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count' as const), pieces: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const), pieces: fc.integer({ min: 0, max: 30 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('turn' as const),
      gap: fc.boolean(),
      dieAt: fc.option(fc.record({ call: fc.nat(60), when: fc.constantFrom('before' as const, 'after' as const) }), {
        nil: undefined,
      }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What really happened to the pieces, by time. */
interface Truth {
  readonly deltas: { readonly at: string; readonly pieces: number }[];
  readonly counts: { readonly at: string; readonly pieces: number }[];
}

function piecesLeft(opening: number, { deltas, counts }: Truth): number {
  const last = counts.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  const after = deltas.filter(({ at }) => last === undefined || at > last.at);
  return (last?.pieces ?? opening) + after.reduce((sum, { pieces }) => sum + pieces, 0);
}

/** More than all other steps move: what comes back of old orders is never taken for something else. */
const ofOldOrder = 100;

async function play(steps: readonly Step[]) {
  const opening = 10;
  world.clear();
  const tenant = world.newTenant();
  const { id, sku } = world.product(opening + ofOldOrder);
  // Of before the first look: one whose pieces are gone, and one whose pieces are back.
  const old = { gone: world.order(id, ofOldOrder), back: world.order(id, 7), isCancelled: false };
  world.clock.advance(60_000);
  world.cancel(old.back);
  world.clock.advance(60_000);
  await world.turn(tenant);
  world.clock.advance(60_000);
  const truth: Truth = { deltas: [], counts: [] };
  /**
   * Of pieces put back twice between two looks the shop tells the sum and the later time: what a count in between had of
   * them nobody can tell. Between two looks an order puts back once here.
   */
  const orders: { readonly id: number; taken: number; isBack?: boolean }[] = [];
  /** `pieces` are those that did not come back; a voiding takes along what was refunded. */
  const sales: { readonly id: string; pieces: number; refunds: number; isVoid?: true }[] = [];
  const sent: unknown[] = [];
  const send = (each: unknown) => {
    sent.push(each);
    return world.send(tenant, [each]);
  };
  const webSale = (pieces: number) => {
    orders.push({ id: world.order(id, pieces), taken: pieces });
    truth.deltas.push({ at: world.at(), pieces: -pieces });
  };
  for (const [index, each] of steps.entries()) {
    world.clock.advance(5_000);
    const at = world.at();
    switch (each.kind) {
      case 'web sale':
        webSale(each.pieces);
        break;
      case 'cancel': {
        const order = orders.find(({ taken, isBack }) => taken > 0 && !isBack);
        if (!order) break;
        world.cancel(order.id);
        truth.deltas.push({ at, pieces: order.taken });
        Object.assign(order, { taken: 0, isBack: true });
        break;
      }
      case 'web refund': {
        const order = orders.find(({ taken, isBack }) => taken > 1 && !isBack);
        if (!order) break;
        world.refund(order.id, 1);
        truth.deltas.push({ at, pieces: 1 });
        Object.assign(order, { taken: order.taken - 1, isBack: true });
        break;
      }
      case 'cancel old':
        if (old.isCancelled) break;
        world.cancel(old.gone);
        truth.deltas.push({ at, pieces: ofOldOrder });
        old.isCancelled = true;
        break;
      case 'touch old':
        world.touch(old.back);
        break;
      case 'till sale': {
        // A till that was offline tells of a sale of two seconds ago after what others told since.
        const sold = sale(
          { id: `sale-${index}`, lines: [{ sku, quantity: String(each.pieces) }] },
          { occurred_at: each.late ? world.at(2_000) : at },
        );
        sales.push({ id: `sale-${index}`, pieces: each.pieces, refunds: 0 });
        truth.deltas.push({ at: sold.occurred_at, pieces: -each.pieces });
        await send(sold);
        break;
      }
      case 'void': {
        const sale = sales.find(({ isVoid }) => !isVoid);
        if (!sale) break;
        truth.deltas.push({ at, pieces: sale.pieces });
        sale.isVoid = true;
        await send(event('sale.voided', { sale_id: sale.id }, { occurred_at: at }));
        break;
      }
      case 'till refund': {
        const sale = sales.find(({ pieces }) => pieces >= each.pieces);
        if (!sale) break;
        const lines = [{ sku, quantity: String(each.pieces) }];
        const { restock } = each;
        sale.refunds += 1;
        await send(refund({ id: `${sale.id}-${sale.refunds}`, of: sale.id, lines, restock }, { occurred_at: at }));
        // Of a sale that was voided everything is back already.
        if (sale.isVoid || !restock) break;
        sale.pieces -= each.pieces;
        truth.deltas.push({ at, pieces: each.pieces });
        break;
      }
      case 'adjust':
        truth.deltas.push({ at, pieces: each.pieces });
        await send(event('stock.adjusted', { sku, delta: String(each.pieces) }, { occurred_at: at }));
        break;
      case 'count':
        truth.counts.push({ at, pieces: each.pieces });
        await send(event('stock.counted', { sku, quantity: String(each.pieces) }, { occurred_at: at }));
        break;
      case 'again':
        if (sent.length > 0) await world.send(tenant, sent);
        break;
      case 'edit':
        world.setByHand(id, each.pieces);
        break;
      case 'turn': {
        const { gap, dieAt } = each;
        const isThrough = await world.turn(tenant, { dieAt, inTheGap: gap ? () => webSale(1) : undefined });
        if (isThrough) for (const order of orders) order.isBack = false;
        break;
      }
    }
  }
  await world.settle(tenant);
  const { entries } = await world.stock.entries(tenant, sku, { limit: 500 });
  const balance = Number((await world.stock.find(tenant, sku))?.balance);
  return {
    balance,
    inShop: world.inShop(id),
    atTills: Number(await world.levelAtTills(tenant, sku)),
    summed: entries.reduce((sum, { delta }) => sum + Number(delta), 0),
    really: piecesLeft(opening, truth),
    entries: entries.reverse().map(({ reason, delta, at }) => `${at.slice(11, 19)} ${reason} ${delta}`),
  };
}

describe('[F7] whatever happens in whatever order, once it is quiet', () => {
  it('shop, tills and ledger agree, and nothing was counted twice or forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (all) => {
        const steps = all.filter(({ kind }) => kind !== 'edit');
        const { balance, inShop, atTills, summed, really, entries } = await play(steps);
        expect({ balance, inShop, atTills, summed }, entries.join('\n')).toEqual({
          balance: really,
          inShop: Math.max(0, really),
          atTills: really,
          summed: really,
        });
      }),
      { numRuns: cases(30) },
    );
  }, 400_000);

  it('also when people set numbers by hand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const { balance, inShop, atTills, summed } = await play(steps);
        expect({ inShop, atTills, summed }).toEqual({
          inShop: Math.max(0, balance),
          atTills: balance,
          summed: balance,
        });
      }),
      { numRuns: cases(15) },
    );
  }, 400_000);
});
