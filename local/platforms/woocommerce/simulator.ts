import { systemClock } from '#shared/core/clock.ts';
import {
  type SimReply,
  type SimRequest,
  type SimulatorDefinition,
  type SimulatorOptions,
  type SimulatorServer,
  startSimulator,
} from '../kit.ts';
import { readState, type StateFormat, StateKeeper } from '../state-file.ts';
import { type ApiKey, anonymous, createAuthenticator, type TlsMode } from './auth.ts';
import { errorReply, noRoute, WooError } from './errors.ts';
import { selectFields } from './fields.ts';
import { readInput, refundInput } from './input.ts';
import type { Shop } from './model.ts';
import { phpParams } from './params.ts';
import { createRefund, removeRefund } from './refunds-write.ts';
import { renderRefund } from './render.ts';
import type { Rendered } from './render-common.ts';
import { customersResource, ordersResource, productsResource, type Resource } from './resources.ts';
import { createRoutes, type Route, readCall } from './routes.ts';
import { renderRoot } from './settings.ts';
import { createStore, type Store } from './store.ts';
import { type Trouble, WebhookSender } from './webhook-sender.ts';

export interface WooCommerceOptions extends SimulatorOptions {
  /** What is served, unless `stateFile` exists. */
  readonly shop: Shop;
  readonly credentials: ApiKey;
  /** Further keys, for instance read-only ones. */
  readonly otherKeys?: readonly ApiKey[];
  /**
   * `assumed` (default): the simulator stands behind the TLS proxy of an https store. `none`: a plain http store, where
   * only OAuth 1.0a is heard, unless a request says `x-forwarded-proto: https`.
   */
  readonly tls?: TlsMode;
  /** Keeps the shop, as it is changed, over a restart. Default: nothing is kept. */
  readonly stateFile?: string;
}

/** Edits from outside the product: what a shopkeeper does in wp-admin. Same rules and errors as the REST calls. */
interface ShopEditor {
  get(id: number): Rendered;
  create(input: Rendered): Rendered;
  edit(id: number, patch: Rendered): Rendered;
  remove(id: number, force?: boolean): Rendered;
}

/** Refunds as a shopkeeper makes and deletes them on an order's page; the gateway is never asked. */
interface RefundEditor {
  create(orderId: number, input: Rendered): Rendered;
  remove(orderId: number, refundId: number): void;
}

export interface WooCommerceSimulator extends SimulatorServer {
  readonly store: Store;
  /** The shop being served: `options.shop` itself, or the one of the state file. */
  readonly shop: Shop;
  readonly orders: ShopEditor;
  readonly refunds: RefundEditor;
  readonly products: ShopEditor;
  readonly customers: ShopEditor;
  /**
   * Runs the shop's cron: tells of what changed since, with a record as it is now. Nothing is told otherwise.
   *
   * @returns deliveries that were answered well.
   */
  deliverWebhooks(trouble?: Trouble): Promise<number>;
  webhooksDue(): number;
  /** Resolves when all changes so far are in the state file; at once without one. */
  dataSaved(): Promise<void>;
}

const stateFormat: StateFormat = { name: 'woocommerce', version: 1 };
const prefix = '/wp-json/wc/v3/';

/** Serves a shop as WooCommerce REST v3. Writes change the shop object itself. */
export async function startWooCommerce(options: WooCommerceOptions): Promise<WooCommerceSimulator> {
  const clock = options.clock ?? systemClock;
  const saved = await readState<Shop>(options.stateFile, stateFormat);
  const shop = saved ?? options.shop;
  const keeper = new StateKeeper(options.stateFile, stateFormat, () => shop);
  const store = createStore(
    shop,
    clock,
    () => keeper.changed(),
    () => ({ announce: (topic, id) => sender.announce(topic, id), hookSaved: (hook) => sender.saved(hook) }),
  );
  const sender = new WebhookSender(store);
  const routes = createRoutes(store);
  const keys = [options.credentials, ...(options.otherKeys ?? [])];
  const authenticator = createAuthenticator(keys, options.tls ?? 'assumed', () => clock.now());

  const definition: SimulatorDefinition = {
    name: 'woocommerce',
    handle: (request) => {
      const allow: { methods?: string } = {};
      const reply = answer(request, allow);
      return withHeaders(store, reply, allow.methods);
    },
    crash: (error) => ({
      status: 500,
      body: { code: 'internal_server_error', message: String(error), data: { status: 500 } },
    }),
  };

  const answer = (request: SimRequest, allow: { methods?: string }): SimReply => {
    try {
      return respond(request, allow);
    } catch (error) {
      if (error instanceof WooError) return errorReply(error);
      throw error;
    }
  };

  const respond = (request: SimRequest, allow: { methods?: string }): SimReply => {
    const path = request.path.replace(/\/+$/, '');
    if (path === '/wp-json') return { status: 200, body: renderRoot(shop, clock.now()) };
    const known = authenticator.authenticate(request);
    const { route, captured } = findRoute(routes, path);
    const endpoint = route.methods[verb(request.method)];
    if (!endpoint) throw noRoute();
    const call = readCall(request, captured, endpoint);
    if (!known) throw anonymous(request.method, path);
    allow.methods = allowed(route);
    const reply = endpoint.handle(call);
    return { ...reply, body: selectFields(reply.body, phpParams(request.query)) };
  };

  const server = await startSimulator(definition, { ...options, clock });
  // A generated shop depends on the day it was made: the first one stays.
  if (!saved) keeper.changed();
  return {
    ...server,
    store,
    shop,
    orders: editor(ordersResource(store)),
    refunds: {
      create: (orderId, input) => {
        const refund = createRefund(store, orderId, readInput(refundInput, { ...input, api_refund: false }));
        return renderRefund(store, refund, true);
      },
      remove: (orderId, refundId) => removeRefund(store, orderId, refundId),
    },
    products: editor(productsResource(store)),
    customers: editor(customersResource(store)),
    deliverWebhooks: (trouble) => sender.deliver(trouble),
    webhooksDue: () => sender.due,
    dataSaved: () => keeper.saved(),
    close: async () => {
      await server.close();
      await keeper.close();
    },
  };
}

function editor(resource: Resource): ShopEditor {
  return {
    get: resource.get,
    create: (input) => resource.create?.(input) ?? {},
    edit: resource.update,
    remove: (id, force = false) => resource.remove(id, force),
  };
}

/** PATCH is PUT, HEAD is GET. */
function verb(method: string): 'GET' | 'POST' | 'PUT' | 'DELETE' {
  if (method === 'HEAD') return 'GET';
  if (method === 'PATCH') return 'PUT';
  return method === 'POST' || method === 'PUT' || method === 'DELETE' ? method : 'GET';
}

function findRoute(routes: readonly Route[], path: string): { route: Route; captured: readonly string[] } {
  const rest = path.startsWith(prefix) ? path.slice(prefix.length) : '';
  for (const route of routes) {
    const match = route.pattern.exec(rest);
    if (match) return { route, captured: match.slice(1) };
  }
  throw noRoute();
}

function allowed({ methods }: Route): string {
  const names = (['GET', 'POST', 'PUT', 'DELETE'] as const).filter((name) => methods[name]);
  return names.flatMap((name) => (name === 'PUT' ? ['PUT', 'PATCH'] : [name])).join(', ');
}

function withHeaders(store: Store, reply: SimReply, allow: string | undefined): SimReply {
  return {
    ...reply,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'cache-control': 'no-cache, must-revalidate, max-age=0, no-store, private',
      'access-control-expose-headers': 'X-WP-Total, X-WP-TotalPages, Link',
      'x-robots-tag': 'noindex',
      link: `<${store.shop.settings.url}/wp-json/>; rel="https://api.w.org/"`,
      ...(allow ? { allow } : {}),
      ...reply.headers,
    },
  };
}
