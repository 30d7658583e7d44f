import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import type { Api } from './api.ts';
import type { Tills } from './tills.ts';

/** What the API answered to the tills, added up over both times. */
export interface Told {
  readonly events: number;
  readonly counts: Readonly<Record<string, number>>;
}

interface TradeDeps {
  readonly api: Api;
  readonly woocommerce: WooCommerceSimulator;
  readonly tills: Tills;
  /** One turn of balancing stock, as the schedule makes it every minute. */
  readonly balance: () => Promise<void>;
}

/**
 * Tills and shop sell the same goods: the shop takes an order, and the tills, back from days without a network, tell of
 * their sales in the wrong order, and all of it once more. What both moved is balanced by the next turn, see
 * {@link TradeDeps.balance}.
 */
export async function sellOnBothSides({ api, woocommerce, tills, balance }: TradeDeps): Promise<Told> {
  // The first look opens the ledgers with what the shop has.
  await balance();
  const [told] = await Promise.all([tellEvents(api, tills), orderInShop(woocommerce, tills)]);
  return told;
}

async function tellEvents(api: Api, { events }: Tills): Promise<Told> {
  const counts: Record<string, number> = {};
  const batch = { events: events.toReversed() };
  for (const body of [batch, batch]) {
    const answer = await api.post('/api/pos/events', body);
    for (const [result, count] of Object.entries(answer.counts as Record<string, number>)) {
      counts[result] = (counts[result] ?? 0) + count;
    }
  }
  return { events: events.length, counts };
}

async function orderInShop({ orders }: WooCommerceSimulator, { goods, isNew }: Tills): Promise<void> {
  if (!isNew) return;
  // WooCommerce dates orders by whole seconds: one of the second of the first look would count as of before it.
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
  const line_items = goods.slice(0, 2).map(({ product }, index) => ({ product_id: product, quantity: index + 1 }));
  const billing = { first_name: 'Bea', last_name: 'Buyer', email: 'bea@example.com' };
  orders.create({ status: 'processing', set_paid: true, payment_method: 'stripe', billing, line_items });
}
