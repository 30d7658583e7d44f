import * as z from 'zod';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { KeptHook, WantedHooks, WebhookHooks } from '../webhooks.ts';
import { createClient, type WooCommerceClient } from './client.ts';
import { type RawPage, readAll } from './read-pages.ts';

/** What the shop can tell of that we bring anywhere. Refunds come with their order; a restored order is told of by some shops only. */
const topics = ['order', 'product', 'customer'].flatMap((resource) =>
  ['created', 'updated', 'deleted', ...(resource === 'customer' ? [] : ['restored'])].map(
    (event) => `${resource}.${event}`,
  ),
);

const path = 'wc/v3/webhooks';
/** A shop with more hooks than this is not looked through to the end. */
const mostHooks = 1000;

const hookSchema = z.looseObject({
  id: z.union([z.number(), z.string()]).transform(String),
  status: z.string(),
  topic: z.string(),
  delivery_url: z.string(),
});
type Hook = z.output<typeof hookSchema>;

export function openHooks(context: ConnectionContext): WebhookHooks {
  const client = createClient(context);
  return {
    async keep(wanted) {
      const listed = await oursAmong(client, wanted.mark);
      if (!listed.ok) return listed;
      const plan = planFor(listed.value, wanted);
      const isIdle = plan.creates.length + plan.updates.length + plan.deletes.length === 0;
      const made = isIdle ? ok(new Map<string, string>()) : await carryOut(client, plan);
      if (!made.ok) return made;
      const hooks = plan.hooks.map((hook): KeptHook => ({ ...hook, id: made.value.get(hook.topic) ?? hook.id }));
      return ok({ hooks, removed: plan.deletes.length });
    },

    async remove(mark) {
      const listed = await oursAmong(client, mark);
      if (!listed.ok || listed.value.length === 0) return listed.ok ? ok(0) : listed;
      const done = await client.batch(path, { create: [], update: [], delete: listed.value.map(({ id }) => id) });
      return done.ok ? ok(listed.value.length) : done;
    },
  };
}

/** Hooks that deliver to an address of this connection, whatever the host was called when they were made. */
async function oursAmong(client: WooCommerceClient, mark: string): Promise<Result<Hook[]>> {
  const ours: Hook[] = [];
  let cursor: Json | null = null;
  let seen = 0;
  do {
    const page: Result<RawPage> = await readAll(client, path, {}, cursor);
    if (!page.ok) return page;
    const hooks = page.value.rows.flatMap((row) => hookSchema.safeParse(row).data ?? []);
    ours.push(...hooks.filter(({ delivery_url }) => delivery_url.endsWith(mark)));
    seen += page.value.rows.length;
    cursor = page.value.next;
  } while (cursor !== null && seen < mostHooks);
  return ok(ours);
}

interface Plan {
  /** By topic as they are to be; of one that is made anew the id is not known yet. */
  readonly hooks: readonly KeptHook[];
  readonly creates: readonly object[];
  readonly updates: readonly object[];
  readonly deletes: readonly string[];
}

function planFor(ours: readonly Hook[], wanted: WantedHooks): Plan {
  const status = wanted.paused ? 'paused' : 'active';
  const creates: object[] = [];
  const updates: object[] = [];
  const deletes = ours.filter(({ topic }) => !topics.includes(topic)).map(({ id }) => id);
  const body = (topic: string) => ({
    name: `EasySale Sync: ${topic}`,
    topic,
    delivery_url: wanted.url,
    secret: wanted.secret,
    status,
  });
  const hooks = topics.map((topic): KeptHook => {
    const [first, ...others] = ours.filter((hook) => hook.topic === topic);
    deletes.push(...others.map(({ id }) => id));
    if (!first) {
      creates.push(body(topic));
      return { topic, id: '', status, action: 'created' };
    }
    const isOff = first.status === 'disabled' && !wanted.paused;
    if (isOff && wanted.revived.includes(topic)) {
      // Switching on again leaves the shop's counter of failures where it was: the next one would switch it off at once.
      deletes.push(first.id);
      creates.push(body(topic));
      return { topic, id: '', status, action: 'recreated' };
    }
    const isRight = first.status === status && first.delivery_url === wanted.url && !wanted.isNewSecret;
    if (!isRight) {
      const { id } = first;
      updates.push({ id: Number(id), delivery_url: wanted.url, secret: wanted.secret, status });
    }
    return { topic, id: first.id, status, action: isRight ? 'none' : isOff ? 'revived' : 'changed' };
  });
  return { hooks, creates, updates, deletes };
}

const madeSchema = z.looseObject({
  id: z.union([z.number(), z.string()]).transform(String).optional(),
  topic: z.string().optional(),
  error: z.looseObject({ code: z.string().default(''), message: z.string().default('') }).optional(),
});
const batchSchema = z.looseObject({
  create: z.array(madeSchema).default([]),
  update: z.array(madeSchema).default([]),
});

/** Answers the ids of hooks that were made, by topic. */
async function carryOut(client: WooCommerceClient, plan: Plan): Promise<Result<Map<string, string>>> {
  const reply = await client.batch(path, { create: plan.creates, update: plan.updates, delete: plan.deletes });
  if (!reply.ok) return reply;
  const { create, update } = batchSchema.parse(reply.value);
  const refused = [...create, ...update].find(({ error }) => error !== undefined)?.error;
  if (refused) return fail(notTaken(refused.code));
  return ok(new Map(create.flatMap(({ id, topic }) => (id && topic ? [[topic, id] as const] : []))));
}

function notTaken(code: string): Failure {
  return {
    category: 'validation',
    code: 'woocommerce.webhook_refused',
    platform_code: code || undefined,
    reason: 'The shop did not take the webhooks.',
    fix: 'Check that the key may read and write, and that no security plugin forbids webhooks. Syncs work without them.',
    retryable: false,
  };
}
