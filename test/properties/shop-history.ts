import fc from 'fast-check';
import { testClock } from '#test/support/clock.ts';
import { killSwitch } from '#test/support/kill-switch.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import type { Tenant, World } from '#test/support/world.ts';

/** One thing that happens to a shop and its syncs. */
export type Happening =
  | {
      readonly kind: 'sync';
      readonly entity: 'products' | 'customers' | 'orders';
      readonly mode: 'full' | 'incremental';
    }
  /** The worker dies at this call of an order sync, before or after it took effect; the next one goes on. */
  | { readonly kind: 'crash'; readonly call: number; readonly when: 'before' | 'after' }
  /** Each message of an order sync arrives as often as this. */
  | { readonly kind: 'redelivery'; readonly times: number }
  /** QuickBooks does the work and cuts the line. */
  | { readonly kind: 'lost_answer' }
  | { readonly kind: 'note'; readonly order: number; readonly text: string }
  | { readonly kind: 'price'; readonly order: number; readonly cents: number };

export const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('sync' as const),
    entity: fc.constantFrom('products' as const, 'customers' as const, 'orders' as const),
    mode: fc.constantFrom('full' as const, 'incremental' as const),
  }),
  fc.record({
    kind: fc.constant('crash' as const),
    call: fc.nat(70),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
  fc.record({ kind: fc.constant('redelivery' as const), times: fc.integer({ min: 2, max: 3 }) }),
  fc.record({ kind: fc.constant('lost_answer' as const) }),
  fc.record({
    kind: fc.constant('note' as const),
    order: fc.nat(30),
    text: fc.string({ unit: 'grapheme', maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant('price' as const), order: fc.nat(30), cents: fc.integer({ min: 1, max: 99_999 }) }),
);

const target = 'quickbooks';

/** Lets it happen. Messages are worked on until none is left. */
export async function happen(world: World, tenant: Tenant, event: Happening): Promise<void> {
  switch (event.kind) {
    case 'sync':
      await world.sync(tenant, event.entity, { mode: event.mode, target });
      return;
    case 'crash': {
      const kill = killSwitch(event);
      await world.start(tenant, 'orders', { target });
      const clock = testClock(Date.now());
      await world.drain((message) => world.work(world.engine(kill.killed ? undefined : kill, clock))(message));
      return;
    }
    case 'redelivery':
      await world.start(tenant, 'orders', { target });
      await world.drain(async (message) => {
        for (let time = 0; time < event.times; time += 1) await world.work(world.engine())(message);
      });
      return;
    case 'lost_answer':
      world.quickbooks.addFault({ kind: 'drop_after', path: 'batch' });
      await world.sync(tenant, 'orders', { target });
      world.quickbooks.clearFaults();
      return;
    default:
      editOrder(tenant, event);
  }
}

/** Changes an order that is open for changes, as a shopkeeper would. */
export function editOrder(tenant: Tenant, event: Extract<Happening, { kind: 'note' | 'price' }>): void {
  const orders = wooOrders(tenant.shop).filter(({ status, total }) => status === 'processing' && total !== '0.00');
  const order = orders[event.order % orders.length];
  if (!order) return;
  const id = Number(order.id);
  if (event.kind === 'note') {
    tenant.shop.orders.edit(id, { customer_note: event.text });
    return;
  }
  const { line_items } = tenant.shop.orders.get(id) as unknown as { line_items: { id: number }[] };
  const total = `${Math.floor(event.cents / 100)}.${String(event.cents % 100).padStart(2, '0')}`;
  tenant.shop.orders.edit(id, { line_items: [{ id: line_items[0]?.id, total, subtotal: total }] });
}
