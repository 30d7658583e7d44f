import { micros } from '../woocommerce/micros.ts';
import type { Order, Shop, ShopSettings } from '../woocommerce/model.ts';
import { addOrder } from '../woocommerce/order-factory.ts';
import { taxTable } from '../woocommerce/tax.ts';
import type { TaxContext } from '../woocommerce/totals.ts';
import { zoneOf } from '../woocommerce/zone.ts';
import { generateCatalog } from './catalog.ts';
import { type HistoryContext, liveThrough, shareSeconds } from './history.ts';
import { generatePeople } from './people.ts';
import { type Profile, profiles, type ShopStyle } from './profiles.ts';
import { seededRandom } from './random.ts';
import { buyer, pickScenario, type ScenarioContext } from './scenarios.ts';
import { placementTimes } from './timeline.ts';

export interface GenerateShopOptions {
  readonly seed: number;
  readonly orders: number;
  /** A US store with prices before tax, or a German one with prices that include it. */
  readonly style: ShopStyle;
  /** The present, in milliseconds; nothing in the shop is later. */
  readonly now: number;
  /** How far back orders reach. Default 400 days, so that both changes of the clock are inside. */
  readonly days?: number;
  /** Ordinary products beside the two dozen awkward ones. Default: one per 50 orders, 10 to 500. */
  readonly products?: number;
  /** Ordinary registered customers beside the awkward ones, and as many guests. Default: one per 10 orders, 10 to 5,000. */
  readonly customers?: number;
  /** Overrides of the style's settings, for instance `roundAtSubtotal` or `storage`. */
  readonly settings?: Partial<ShopSettings>;
}

const day = 86_400_000;

/** Makes a shop of any size; equal options give an equal shop. All orders are in the store's currency. */
export function generateShop(options: GenerateShopOptions): Shop {
  const { seed, orders: count, style, now, days = 400 } = options;
  const profile = profiles[style];
  const random = seededRandom(seed);
  const start = Math.floor((now - days * day) / 1000) * 1000;
  const shop = emptyShop(profile, options.settings);
  const openedAt = start - 30 * day;
  const people = generatePeople(shop, profile, random, options.customers ?? clamp(count / 10, 10, 5000), openedAt);
  const catalog = generateCatalog(shop, random, options.products ?? clamp(count / 50, 10, 500), openedAt);
  const taxes: TaxContext = { shop, table: taxTable(shop.taxRates) };
  const zone = zoneOf(shop.settings.timeZone);
  const times = placementTimes({ random, zone, start, end: now, count, otherDayHours: profile.otherDayHours });
  const history: HistoryContext = { shop, random, profile, now };
  const orders = times.map((createdAt, index) => {
    const order = placeOrder(taxes, { random, catalog, people, profile }, createdAt, index);
    liveThrough(history, order);
    return order;
  });
  shareSeconds(history, orders);
  forget(shop, [catalog.doomedProduct.id, catalog.doomedVariation[1].id], people.doomed.id);
  return shop;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, Math.floor(value)));
}

function emptyShop(profile: Profile, overrides: Partial<ShopSettings> | undefined): Shop {
  return {
    settings: { roundAtSubtotal: false, ...profile.settings, ...overrides },
    taxRates: [...profile.taxRates],
    orders: new Map(),
    refunds: new Map(),
    products: new Map(),
    variations: new Map(),
    customers: new Map(),
    coupons: new Map(),
    ids: { post: 10, item: 1, meta: 1, user: 1 },
  };
}

function placeOrder(taxes: TaxContext, context: ScenarioContext, createdAt: number, index: number): Order {
  const { random, profile } = context;
  const shipping = random.pick(profile.shipping);
  return addOrder(taxes, {
    status: 'pending',
    createdAt,
    orderKey: `wc_order_${random.code(13)}`,
    createdVia: 'checkout',
    shippingLines: [{ title: shipping.title, methodId: shipping.methodId, total: micros(shipping.total) }],
    ...buyer(context),
    ...pickScenario(random, index).build(context),
  });
}

/** Deletes for good, after the orders: their lines and addresses stay behind. */
function forget(shop: Shop, postIds: readonly number[], customerId: number): void {
  for (const id of postIds) {
    shop.products.delete(id);
    const variation = shop.variations.get(id);
    const parent = variation && shop.products.get(variation.parentId);
    if (parent) parent.variationIds = parent.variationIds.filter((kept) => kept !== id);
    shop.variations.delete(id);
  }
  shop.customers.delete(customerId);
  for (const order of shop.orders.values()) if (order.customerId === customerId) order.customerId = 0;
}
