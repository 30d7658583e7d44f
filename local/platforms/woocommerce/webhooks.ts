import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { WooError } from './errors.ts';
import { type Collection, dateRules, pagingRules } from './listing.ts';
import type { Webhook } from './model.ts';
import { single } from './params.ts';
import { datePair, links, type Rendered } from './render-common.ts';
import type { Resource } from './resources.ts';
import type { Store } from './store.ts';

/** Topics and the WordPress actions behind them, as a store lists them. */
const topics: Readonly<Record<string, readonly string[]>> = {
  'coupon.created': ['woocommerce_process_shop_coupon_meta', 'woocommerce_new_coupon'],
  'coupon.updated': ['woocommerce_process_shop_coupon_meta', 'woocommerce_update_coupon'],
  'coupon.deleted': ['wp_trash_post'],
  'coupon.restored': ['untrashed_post'],
  'customer.created': ['user_register', 'woocommerce_created_customer', 'woocommerce_new_customer'],
  'customer.updated': ['profile_update', 'woocommerce_update_customer'],
  'customer.deleted': ['delete_user'],
  'order.created': ['woocommerce_new_order'],
  'order.updated': ['woocommerce_update_order', 'woocommerce_order_refunded'],
  'order.deleted': ['wp_trash_post', 'woocommerce_trash_order'],
  'order.restored': ['untrashed_post', 'woocommerce_untrash_order'],
  'product.created': [
    'woocommerce_process_product_meta',
    'woocommerce_new_product',
    'woocommerce_new_product_variation',
  ],
  'product.updated': [
    'woocommerce_process_product_meta',
    'woocommerce_update_product',
    'woocommerce_update_product_variation',
  ],
  'product.deleted': ['wp_trash_post'],
  'product.restored': ['untrashed_post'],
};

const statuses = ['active', 'paused', 'disabled'] as const;

const inputSchema = z.looseObject({
  name: z.string().optional(),
  topic: z.string().optional(),
  delivery_url: z.string().optional(),
  secret: z.string().optional(),
  status: z.enum(statuses).optional(),
});

function readInput(body: unknown): z.output<typeof inputSchema> {
  const parsed = inputSchema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new WooError(400, 'rest_invalid_param', `Invalid parameter(s): ${String(parsed.error.issues[0]?.path[0])}`);
}

function render(store: Store, hook: Webhook): Rendered {
  const [resource = '', event = ''] = hook.topic.split('.');
  return {
    id: hook.id,
    name: hook.name,
    status: hook.status,
    topic: hook.topic,
    resource,
    event,
    hooks: topics[hook.topic] ?? [],
    delivery_url: hook.deliveryUrl,
    ...datePair(store.zone, 'date_created', hook.createdAt),
    ...datePair(store.zone, 'date_modified', hook.modifiedAt),
    _links: links(store.shop, `webhooks/${hook.id}`, 'webhooks'),
  };
}

function checkUrl(url: string | undefined): string {
  if (url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url)) return url;
  const message = 'Webhook delivery URL must be a valid URL starting with http:// or https://.';
  throw new WooError(400, 'woocommerce_rest_shop_webhook_invalid_delivery_url', message);
}

function hooksOf({ shop }: Store): Map<number, Webhook> {
  shop.webhooks ??= new Map();
  return shop.webhooks;
}

/** The secret is taken and never given out; without one the store makes one that nobody can read. */
export function webhooksResource(store: Store): Resource {
  const hooks = () => hooksOf(store);
  const find = (id: number): Webhook => {
    const hook = hooks().get(id);
    if (hook) return hook;
    throw new WooError(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.');
  };
  return {
    get: (id) => render(store, find(id)),

    create: (body) => {
      const { name, topic, delivery_url, secret, status = 'active' } = readInput(body);
      if (topic === undefined || !Object.hasOwn(topics, topic)) {
        const message = 'Webhook topic is required and must be valid.';
        throw new WooError(400, 'woocommerce_rest_shop_webhook_invalid_topic', message);
      }
      const hook: Webhook = {
        id: Math.max(0, ...hooks().keys()) + 1,
        name: name ?? `Webhook ${topic}`,
        topic,
        status,
        deliveryUrl: checkUrl(delivery_url),
        secret: secret || randomBytes(25).toString('hex'),
        createdAt: store.now(),
        modifiedAt: null,
        failures: 0,
        pendingPing: true,
      };
      hooks().set(hook.id, hook);
      store.touch('webhooks');
      store.hookSaved(hook);
      return render(store, hook);
    },

    /** Whatever is set active, the count of failures goes on from where it was. */
    update: (id, body) => {
      const hook = find(id);
      const { name, topic, delivery_url, secret, status } = readInput(body);
      hook.name = name ?? hook.name;
      if (topic !== undefined && Object.hasOwn(topics, topic)) hook.topic = topic;
      if (delivery_url !== undefined) hook.deliveryUrl = checkUrl(delivery_url);
      hook.secret = secret || hook.secret;
      hook.status = status ?? hook.status;
      hook.modifiedAt = store.now();
      store.touch('webhooks');
      store.hookSaved(hook);
      return render(store, hook);
    },

    remove: (id, force) => {
      const before = render(store, find(id));
      if (!force) throw new WooError(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.');
      hooks().delete(id);
      store.touch('webhooks');
      return before;
    },
  };
}

export const webhooksCollection: Collection<Webhook> = {
  kind: 'webhooks',
  rules: {
    ...pagingRules,
    after: dateRules.after ?? { kind: 'date' },
    before: dateRules.before ?? { kind: 'date' },
    orderby: { kind: 'enum', values: ['date', 'id', 'title'] },
    status: { kind: 'enum', values: ['all', ...statuses] },
  },
  defaults: { orderby: 'date', order: 'desc' },
  keys: { date: ({ createdAt }) => createdAt, title: ({ name }) => name },
  beyondEnd: 'total',
  all: (store) => hooksOf(store).values(),
  id: ({ id }) => id,
  filters: (_store, params) => {
    const status = single(params, 'status') ?? 'all';
    return status === 'all' ? [] : [(hook) => hook.status === status];
  },
  render: (store, hook) => render(store, hook),
};
