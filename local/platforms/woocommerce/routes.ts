import type { SimReply, SimRequest } from '../kit.ts';
import { type ArgumentRules, checkArguments } from './arguments.ts';
import { runBatch } from './batch.ts';
import {
  couponsCollection,
  customersCollection,
  ordersCollection,
  productsCollection,
  refundsCollection,
  variationsCollection,
} from './collections.ts';
import { invalidId, WooError } from './errors.ts';
import { parseBody, readInput, refundInput } from './input.ts';
import { type Collection, createLister, pagingRules } from './listing.ts';
import { flag, type Params, phpParams, single } from './params.ts';
import { createRefund, findRefund, removeRefund } from './refunds-write.ts';
import { renderRefund } from './render.ts';
import { isAtLeast, renderCoupon, renderTaxRate } from './render-catalog.ts';
import { customersResource, ordersResource, productsResource, type Resource, variationsResource } from './resources.ts';
import { renderSettings, renderSystemStatus } from './settings.ts';
import type { Store } from './store.ts';
import { webhooksCollection, webhooksResource } from './webhooks.ts';

export interface Call {
  readonly request: SimRequest;
  readonly params: Params;
  /** Numbers captured from the path. */
  readonly ids: readonly number[];
  /** Text captured from the path, in the same order. */
  readonly names: readonly string[];
  readonly body: unknown;
}

interface Endpoint {
  readonly rules?: ArgumentRules;
  handle(call: Call): SimReply;
}

export interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Endpoint>>>;
}

/** Reads a request into what endpoints work with. @throws WooError 400 for bad JSON or parameters */
export function readCall(request: SimRequest, captured: readonly string[], { rules }: Endpoint): Call {
  const params = phpParams(request.query);
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const body = hasBody ? parseBody(request.body) : {};
  checkArguments(params, rules ?? {});
  return { request, params, ids: captured.map(Number), names: captured, body };
}

function ok(body: unknown): SimReply {
  return { status: 200, body };
}

function created(store: Store, path: string, body: { readonly id?: unknown }): SimReply {
  return {
    status: 201,
    headers: { location: `${store.shop.settings.url}/wp-json/wc/v3/${path}/${String(body.id)}` },
    body,
  };
}

/** Every route of the simulated store, under `/wp-json/wc/v3/`. */
export function createRoutes(store: Store): readonly Route[] {
  const lister = createLister(store);
  const { shop } = store;
  const { storage } = shop.settings;
  const id = (call: Call, index = 0): number => call.ids[index] ?? 0;

  const listed = <T>(collection: Collection<T>, scope?: (call: Call) => (record: T) => boolean): Endpoint => ({
    rules: collection.rules,
    handle: (call) => lister.list(collection, call.request, call.params, scope?.(call)),
  });

  const item = (resource: (call: Call) => Resource, index = 0): Route['methods'] => {
    const update: Endpoint = { handle: (call) => ok(resource(call).update(id(call, index), call.body)) };
    return {
      GET: { handle: (call) => ok(resource(call).get(id(call, index))) },
      POST: update,
      PUT: update,
      DELETE: {
        handle: (call) => ok(resource(call).remove(id(call, index), flag(call.params, 'force') || forced(call.body))),
      },
    };
  };

  const collection = (path: string, list: Endpoint, resource: Resource): Route[] => [
    {
      pattern: new RegExp(`^${path}$`),
      methods: { GET: list, POST: { handle: ({ body }) => created(store, path, resource.create?.(body) ?? {}) } },
    },
    {
      pattern: new RegExp(`^${path}/batch$`),
      methods: { POST: batch(() => resource), PUT: batch(() => resource) },
    },
    { pattern: new RegExp(`^${path}/(\\d+)$`), methods: item(() => resource) },
  ];

  const batch = (resource: (call: Call) => Resource): Endpoint => ({
    handle: (call) => ok(runBatch(resource(call), call.body)),
  });

  const nested = (call: Call): Resource => variationsResource(store, id(call));
  return [
    ...collection('orders', listed(ordersCollection(storage)), ordersResource(store)),
    ...collection('products', listed(productsCollection), productsResource(store)),
    ...collection('customers', listed(customersCollection), customersResource(store)),
    ...collection('webhooks', listed(webhooksCollection), webhooksResource(store)),
    ...refundRoutes(store, listed),
    {
      pattern: /^products\/(\d+)\/variations$/,
      methods: {
        GET: listed(
          variationsCollection(false),
          (call) =>
            ({ parentId }) =>
              parentId === id(call),
        ),
        POST: {
          handle: (call) => created(store, `products/${id(call)}/variations`, nested(call).create?.(call.body) ?? {}),
        },
      },
    },
    { pattern: /^products\/(\d+)\/variations\/batch$/, methods: { POST: batch(nested), PUT: batch(nested) } },
    { pattern: /^products\/(\d+)\/variations\/(\d+)$/, methods: item(nested, 1) },
    ...(isAtLeast(10, shop.settings)
      ? [{ pattern: /^variations$/, methods: { GET: listed(variationsCollection(true)) } }]
      : []),
    { pattern: /^coupons$/, methods: { GET: listed(couponsCollection) } },
    { pattern: /^coupons\/(\d+)$/, methods: { GET: { handle: (call) => ok(couponById(store, id(call))) } } },
    { pattern: /^taxes$/, methods: { GET: taxList(store) } },
    { pattern: /^settings\/(\w+)$/, methods: { GET: { handle: ({ names }) => ok(settingsGroup(store, names)) } } },
    { pattern: /^settings\/(\w+)\/(\w+)$/, methods: { GET: { handle: ({ names }) => ok(setting(store, names)) } } },
    { pattern: /^system_status$/, methods: { GET: { handle: () => ok(renderSystemStatus(shop)) } } },
  ];
}

function forced(body: unknown): boolean {
  return body !== null && typeof body === 'object' && (body as Record<string, unknown>).force === true;
}

function refundRoutes(
  store: Store,
  listed: <T>(collection: Collection<T>, scope?: (call: Call) => (record: T) => boolean) => Endpoint,
): Route[] {
  const one = (call: Call) => {
    const [orderId = 0, refundId = 0] = call.ids;
    return renderRefund(store, findRefund(store, orderId, refundId), false);
  };
  const { settings } = store.shop;
  const { storage } = settings;
  return [
    ...(isAtLeast(9, settings)
      ? [{ pattern: /^refunds$/, methods: { GET: listed(refundsCollection(true, storage)) } }]
      : []),
    {
      pattern: /^orders\/(\d+)\/refunds$/,
      methods: {
        GET: listed(
          refundsCollection(false, storage),
          ({ ids }) =>
            ({ orderId }) =>
              orderId === ids[0],
        ),
        POST: {
          handle: ({ ids: [orderId = 0], body }) => {
            const refund = createRefund(store, orderId, readInput(refundInput, body));
            return created(store, `orders/${orderId}/refunds`, renderRefund(store, refund, false));
          },
        },
      },
    },
    {
      pattern: /^orders\/(\d+)\/refunds\/(\d+)$/,
      methods: {
        GET: { handle: (call) => ok(one(call)) },
        DELETE: {
          handle: (call) => {
            const before = one(call);
            const [orderId = 0, refundId = 0] = call.ids;
            removeRefund(store, orderId, refundId);
            return ok(before);
          },
        },
      },
    },
  ];
}

function couponById(store: Store, id: number) {
  const coupon = store.shop.coupons.get(id);
  if (!coupon) throw invalidId('shop_coupon');
  return renderCoupon(store, coupon);
}

/** Taxes have no date, include or search filter. */
function taxList(store: Store): Endpoint {
  const { include: _include, exclude: _exclude, ...paging } = pagingRules;
  return {
    rules: { ...paging, orderby: { kind: 'enum', values: ['id', 'order', 'priority'] } },
    handle: ({ params }) => {
      const perPage = Number(single(params, 'per_page') ?? 10);
      const start = (Number(single(params, 'page') ?? 1) - 1) * perPage;
      const wanted = single(params, 'class');
      const rates = store.shop.taxRates.filter((rate) => wanted === undefined || rate.class === wanted);
      const headers = {
        'x-wp-total': String(rates.length),
        'x-wp-totalpages': String(Math.ceil(rates.length / perPage)),
      };
      return {
        status: 200,
        headers,
        body: rates.slice(start, start + perPage).map((rate) => renderTaxRate(store, rate)),
      };
    },
  };
}

function settingsGroup(store: Store, [group = '']: readonly string[]) {
  const settings = renderSettings(store.shop, group);
  if (!settings) throw new WooError(404, 'rest_setting_setting_group_invalid', 'Invalid setting group.');
  return settings;
}

function setting(store: Store, [group = '', id = '']: readonly string[]) {
  const found = settingsGroup(store, [group]).find((row) => row.id === id);
  if (!found) throw new WooError(404, 'rest_setting_setting_invalid', 'Invalid setting.');
  return found;
}
