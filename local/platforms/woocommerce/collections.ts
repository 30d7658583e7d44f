import type { ArgumentRules } from './arguments.ts';
import { type Collection, dateRules, pagingRules } from './listing.ts';
import { micros } from './micros.ts';
import {
  type Coupon,
  type Customer,
  type Order,
  orderStatuses,
  type Product,
  type Refund,
  type Variation,
} from './model.ts';
import { catalogPrice } from './order-factory.ts';
import { list, type Params, single } from './params.ts';
import { renderOrder, renderRefund } from './render.ts';
import {
  renderCoupon,
  renderCustomer,
  renderProduct,
  renderVariation,
  renderVariationAsProduct,
} from './render-catalog.ts';
import type { Store } from './store.ts';

type Test<T> = (record: T) => boolean;

const postOrders = ['date', 'id', 'include', 'title', 'slug', 'modified'] as const;
const productStatuses = ['any', 'future', 'trash', 'draft', 'pending', 'private', 'publish'];
const roles = ['all', 'administrator', 'editor', 'author', 'contributor', 'subscriber', 'customer', 'shop_manager'];

const stamps = <T extends { createdAt: number; modifiedAt: number }>(record: T) => ({
  created: record.createdAt,
  modified: record.modifiedAt,
});

const postKeys = <T extends { createdAt: number; modifiedAt: number }>() => ({
  date: (record: T) => record.createdAt,
  modified: (record: T) => record.modifiedAt,
});

function withOrders(values: readonly string[], more: ArgumentRules = {}): ArgumentRules {
  return { ...pagingRules, orderby: { kind: 'enum', values }, ...more };
}

function contains(haystack: string, needle: string): boolean {
  return haystack.toLowerCase().includes(needle.toLowerCase());
}

/** `dp` only changes how many decimals are printed. */
function placesFor(store: Store, params: Params): number {
  const places = Number(single(params, 'dp') ?? store.places);
  return Number.isInteger(places) && places >= 0 && places <= 20 ? places : store.places;
}

export function ordersCollection(storage: 'hpos' | 'legacy'): Collection<Order> {
  return {
    kind: 'orders',
    rules: withOrders(postOrders, {
      ...dateRules,
      status: { kind: 'enums', values: ['any', 'trash', ...orderStatuses] },
      customer: { kind: 'integer' },
      product: { kind: 'integer' },
      dp: { kind: 'integer' },
    }),
    defaults: { orderby: 'date', order: 'desc' },
    keys: postKeys<Order>(),
    times: stamps,
    columns: storage === 'hpos' ? 'utc' : 'both',
    beyondEnd: storage === 'hpos' ? 'zero' : 'total',
    all: ({ shop }) => shop.orders.values(),
    id: ({ id }) => id,
    filters: (_store, params) => orderTests(params, storage),
    render: (store, order, params) => renderOrder({ ...store, places: placesFor(store, params) }, order),
  };
}

/** `any` means everything but trash, abandoned checkouts included; beside other values it still wins. */
function orderTests(params: Params, storage: 'hpos' | 'legacy'): Test<Order>[] {
  const tests: Test<Order>[] = [];
  const statuses = list(params, 'status') ?? ['any'];
  const any = statuses.length === 0 || statuses.includes('any');
  tests.push(
    any ? ({ status }) => status !== 'trash' && status !== 'auto-draft' : ({ status }) => statuses.includes(status),
  );
  const customer = single(params, 'customer');
  if (customer) tests.push(({ customerId }) => customerId === Number(customer));
  const product = single(params, 'product');
  if (product) tests.push(({ lines }) => lines.some(({ productId }) => productId === Number(product)));
  const via = list(params, 'created_via');
  if (via && storage === 'hpos') tests.push(({ createdVia }) => via.includes(createdVia));
  const search = single(params, 'search');
  if (search) tests.push((order) => matchesOrder(order, search, storage));
  return tests;
}

function matchesOrder(order: Order, term: string, storage: 'hpos' | 'legacy'): boolean {
  const { billing } = order;
  if (String(order.id) === term) return true;
  if (storage === 'hpos' && order.transactionId === term) return true;
  return [billing.email, `${billing.first_name} ${billing.last_name}`, billing.company].some((text) =>
    contains(text, term),
  );
}

/** @param global - the `/refunds` list, whose rows name their order */
export function refundsCollection(global: boolean, storage: 'hpos' | 'legacy'): Collection<Refund> {
  return {
    kind: 'refunds',
    rules: withOrders(postOrders, { ...dateRules, dp: { kind: 'integer' } }),
    defaults: { orderby: 'date', order: 'desc' },
    keys: { date: ({ createdAt }) => createdAt, modified: ({ createdAt }) => createdAt },
    times: ({ createdAt }) => ({ created: createdAt, modified: createdAt }),
    columns: storage === 'hpos' ? 'utc' : 'both',
    beyondEnd: storage === 'hpos' ? 'zero' : 'total',
    all: ({ shop }) => shop.refunds.values(),
    id: ({ id }) => id,
    filters: () => [],
    render: (store, refund, params) => renderRefund({ ...store, places: placesFor(store, params) }, refund, global),
  };
}

type Listed = { readonly product: Product; readonly variation?: Variation };

/** Variations only show up when asked for by SKU. */
export const productsCollection: Collection<Listed> = {
  kind: 'products',
  rules: withOrders([...postOrders, 'popularity', 'rating', 'post__in', 'price', 'sales', 'menu_order', 'random'], {
    ...dateRules,
    status: { kind: 'enum', values: productStatuses },
    type: { kind: 'enum', values: ['simple', 'grouped', 'external', 'variable'] },
    include_status: { kind: 'enums', values: productStatuses },
    exclude_status: { kind: 'enums', values: productStatuses.slice(1) },
    virtual: { kind: 'boolean' },
  }),
  defaults: { orderby: 'date', order: 'desc' },
  keys: {
    date: ({ product, variation }) => (variation ?? product).createdAt,
    modified: ({ product, variation }) => (variation ?? product).modifiedAt,
    title: ({ product }) => product.name.toLowerCase(),
    slug: ({ product }) => product.slug,
    popularity: ({ product }) => product.totalSales,
    price: ({ product }) => Number(micros(catalogPrice(product) || '0')),
  },
  times: ({ product, variation }) => stamps(variation ?? product),
  beyondEnd: 'total',
  *all({ shop }) {
    for (const product of shop.products.values()) yield { product };
    for (const variation of shop.variations.values()) {
      const product = shop.products.get(variation.parentId);
      if (product) yield { product, variation };
    }
  },
  id: ({ product, variation }) => (variation ?? product).id,
  filters: (_store, params) => productTests(params),
  render: (store, { product, variation }) =>
    variation ? renderVariationAsProduct(store, product, variation) : renderProduct(store, product),
};

function productTests(params: Params): Test<Listed>[] {
  const status = single(params, 'status') ?? 'any';
  const included = list(params, 'include_status') ?? [status];
  const excluded = list(params, 'exclude_status') ?? [];
  const tests: Test<Listed>[] = [
    ({ product }) => (included.includes('any') ? product.status !== 'trash' : included.includes(product.status)),
    ({ product }) => !excluded.includes(product.status),
  ];
  const skus = list({ sku: (single(params, 'sku') ?? '').split(',') }, 'sku') ?? [];
  if (skus.length > 0) tests.push((listed) => skus.includes(ownSku(listed)));
  else tests.push(({ variation }) => variation === undefined);
  const partial = single(params, 'search_sku');
  if (partial) tests.push((listed) => contains(ownSku(listed), partial));
  const type = single(params, 'type');
  if (type) tests.push(({ product }) => product.type === type);
  const search = single(params, 'search');
  if (search) tests.push(({ product }) => contains(`${product.name} ${product.description}`, search));
  return tests;
}

function ownSku({ product, variation }: Listed): string {
  return variation ? variation.sku : product.sku;
}

/** @param global - the `/variations` list of WooCommerce 10 and later */
export function variationsCollection(global: boolean): Collection<Variation> {
  return {
    kind: 'variations',
    rules: withOrders([...postOrders, 'menu_order'], {
      ...dateRules,
      status: { kind: 'enum', values: productStatuses },
    }),
    defaults: { orderby: 'date', order: 'desc' },
    keys: postKeys<Variation>(),
    times: stamps,
    beyondEnd: 'total',
    all: ({ shop }) => shop.variations.values(),
    id: ({ id }) => id,
    filters: (_store, params) => {
      const skus = list({ sku: (single(params, 'sku') ?? '').split(',') }, 'sku') ?? [];
      return skus.length > 0 ? [({ sku }) => skus.includes(sku)] : [];
    },
    render: (store, variation) => renderVariation(store, variation, global),
  };
}

/** No modified filters at all: such parameters are ignored, as on the platform. */
export const customersCollection: Collection<Customer> = {
  kind: 'customers',
  rules: withOrders(['id', 'include', 'name', 'registered_date'], {
    role: { kind: 'enum', values: roles },
    email: { kind: 'email' },
  }),
  defaults: { orderby: 'name', order: 'asc' },
  keys: { name: ({ username }) => username.toLowerCase(), registered_date: ({ createdAt }) => createdAt },
  beyondEnd: 'total',
  all: ({ shop }) => shop.customers.values(),
  id: ({ id }) => id,
  filters: (_store, params) => {
    const tests: Test<Customer>[] = [];
    const role = single(params, 'role') ?? 'customer';
    if (role !== 'all') tests.push((customer) => customer.role === role);
    const email = single(params, 'email')?.toLowerCase();
    if (email) tests.push((customer) => customer.email.toLowerCase() === email);
    const search = single(params, 'search');
    if (search) tests.push((customer) => contains(customer.email, search) || contains(customer.username, search));
    return tests;
  },
  render: (store, customer) => renderCustomer(store, customer),
};

export const couponsCollection: Collection<Coupon> = {
  kind: 'coupons',
  rules: withOrders(postOrders, dateRules),
  defaults: { orderby: 'date', order: 'desc' },
  keys: { ...postKeys<Coupon>(), title: ({ code }) => code, slug: ({ code }) => code },
  times: stamps,
  beyondEnd: 'total',
  all: ({ shop }) => shop.coupons.values(),
  id: ({ id }) => id,
  filters: (_store, params) => {
    const code = single(params, 'code')?.toLowerCase();
    const search = single(params, 'search');
    return [
      ...(code ? [(coupon: Coupon) => coupon.code === code] : []),
      ...(search ? [(coupon: Coupon) => contains(coupon.code, search)] : []),
    ];
  },
  render: (store, coupon) => renderCoupon(store, coupon),
};
