import { generateShop } from '#local/platforms/generator/shop.ts';
import { createRefund } from '#local/platforms/woocommerce/refunds-write.ts';
import { startWooCommerce } from '#local/platforms/woocommerce/simulator.ts';
import type { StockKeeper } from '#shared/connectors/stock-keeper.ts';
import { woocommerce } from '#shared/connectors/woocommerce/index.ts';
import { instant } from '#shared/core/clock.ts';
import { ok } from '#shared/core/failure.ts';
import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { createStockRepository } from '#shared/data/stock-repository.ts';
import { acceptEvents } from '#shared/pos/accept-events.ts';
import { balanceStock } from '#shared/stock/balance-stock.ts';
import type { BalanceDeps } from '#shared/stock/deps.ts';
import { contextOf, opened } from '#test/connectors/support.ts';
import { testClock } from './clock.ts';
import { killSwitch } from './kill-switch.ts';
import { startTable } from './table.ts';
import { Killed } from './world.ts';

const credentials = { consumerKey: 'ck_0123456789abcdef', consumerSecret: 'cs_0123456789abcdef' };
const minute = 60_000;

interface TurnOptions {
  /** Dies at this call of its repositories or of the shop. */
  readonly dieAt?: { readonly call: number; readonly when: 'before' | 'after' } | undefined;
  /** Happens after numbers were read and before they are written. */
  readonly inTheGap?: (() => void) | undefined;
  readonly floor?: string | undefined;
}

/** A shop, tills and the ledgers between them, on one clock that moves only when told. */
export async function startStock() {
  const clock = testClock();
  const [table, shop] = await Promise.all([
    startTable(),
    startWooCommerce({
      shop: generateShop({ seed: 3, orders: 1, style: 'tax_exclusive', now: clock.now() }),
      credentials,
      clock,
    }),
  ]);
  // A new tenant looks at all there is: nothing but what a test makes.
  const clear = () => {
    for (const id of [...shop.shop.products.keys()]) shop.products.remove(id, true);
  };
  clear();
  const stock = createStockRepository(table.table);
  const shelf = createShelfRepository(table.table);
  const events = createPosEventRepository(table.table);
  const secret = { consumer_key: credentials.consumerKey, consumer_secret: credentials.consumerSecret };
  const keeper = opened(
    woocommerce.openStock,
    contextOf({ url: shop.url, secret, profile: { store_url: shop.url }, clock }),
  );
  let tenants = 0;

  /** One turn of balancing; says whether it came to its end. */
  const turn = async (tenant: string, { dieAt, inTheGap, floor = '0' }: TurnOptions = {}): Promise<boolean> => {
    const mortal = killSwitch(dieAt);
    const watched = <T extends object>(given: T): T =>
      new Proxy(given, {
        get: (target, name) => {
          const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
          return (...parameters: unknown[]) =>
            mortal.around(String(name), () => {
              if (name === 'write') inTheGap?.();
              return method(...parameters);
            });
        },
      });
    const deps: BalanceDeps = {
      stock: watched(stock),
      shelf: watched(shelf),
      clock,
      openKeepers: async () =>
        ok({
          keepers: [{ system: 'woocommerce', keeper: watched<StockKeeper>(keeper), close: async () => undefined }],
          floor,
        }),
    };
    try {
      const done = await balanceStock(deps, tenant);
      if (!done.ok) throw new Error(done.failure.reason);
      return true;
    } catch (error) {
      if (error instanceof Killed) return false;
      throw error;
    }
  };

  return {
    clock,
    shop,
    stock,
    shelf,
    turn,
    clear,
    newTenant: () => `tenant-${++tenants}`,
    /** A product with this many pieces. */
    product(pieces: number): { readonly id: number; readonly sku: string } {
      const sku = `SKU-${++tenants}`;
      const { id } = shop.products.create({
        name: sku,
        sku,
        manage_stock: true,
        stock_quantity: pieces,
        regular_price: '10',
      });
      return { id: Number(id), sku };
    },
    order: (id: number, quantity: number): number =>
      Number(
        shop.orders.create({ status: 'processing', set_paid: true, line_items: [{ product_id: id, quantity }] }).id,
      ),
    /** Somebody edits the order, not its goods. */
    touch: (order: number) => void shop.orders.edit(order, { customer_note: `Touched at ${clock.now()}` }),
    cancel: (order: number) => void shop.orders.edit(order, { status: 'cancelled' }),
    refund(order: number, quantity: number): void {
      const [line] = shop.shop.orders.get(order)?.lines ?? [];
      if (!line) throw new Error('the order has no line');
      createRefund(shop.store, order, {
        api_refund: false,
        amount: '1',
        line_items: [{ id: line.id, quantity, refund_total: '1' }],
      });
    },
    setByHand: (id: number, pieces: number) => void shop.products.edit(id, { stock_quantity: pieces }),
    inShop: (id: number) => shop.shop.products.get(id)?.stockQuantity,
    at: (msAgo = 0) => instant(clock.now() - msAgo),
    send: (tenant: string, batch: readonly unknown[]) => acceptEvents({ events, shelf, clock }, tenant, batch),
    async levelAtTills(tenant: string, sku: string): Promise<unknown> {
      const [level] = await shelf.findMany(tenant, [{ entity: 'stock_level', id: sku }]);
      return level?.body.on_hand;
    },
    /** Nothing moves any more: a few turns. */
    async settle(tenant: string, options: TurnOptions = {}): Promise<void> {
      for (let round = 0; round < 4; round += 1) {
        clock.advance(3 * minute);
        await turn(tenant, options);
      }
    },
    async stop() {
      await Promise.all([table.stop(), shop.close()]);
    },
  };
}
export type StockWorld = Awaited<ReturnType<typeof startStock>>;
