import * as z from 'zod';
import { failureSchema, instantSchema } from '../model/failure.ts';
import { missedChangeSchema, noWebhookCounts } from '../model/webhooks.ts';
import type { Contract } from './contract.ts';

const platform = z.string().min(1).max(64).meta({ example: 'woocommerce' });
const taken = {
  200: {
    description: 'Taken; what it tells of is worked on afterwards',
    schema: z.object({ received: z.literal(true) }),
  },
};
const refused = {
  status: 401,
  code: 'webhook.refused',
  when: 'the signature does not fit, or nobody has this address',
};

export const receiveAppWebhook = {
  name: 'receiveAppWebhook',
  group: 'webhooks',
  method: 'POST',
  path: '/api/webhooks/{platform}',
  summary: 'Where a platform tells of changes at all connections of our app',
  auth: 'public',
  params: z.strictObject({ platform }),
  raw: true,
  responses: taken,
  problems: [refused],
} as const satisfies Contract;

export const receiveConnectionWebhook = {
  name: 'receiveConnectionWebhook',
  group: 'webhooks',
  method: 'POST',
  path: '/api/webhooks/{platform}/{hook}',
  summary: 'Where a platform tells of changes at one connection',
  auth: 'public',
  params: z.strictObject({ platform, hook: z.string().min(1).max(200) }),
  raw: true,
  responses: taken,
  problems: [refused],
} as const satisfies Contract;

const count = z.number().int().nonnegative();
const { tenant_id: _tenant, platform: _platform, ...missedFields } = missedChangeSchema.shape;

const reportSchema = z
  .object({
    platform,
    title: z.string().meta({ example: 'WooCommerce' }),
    enabled: z.boolean(),
    status: z.enum(['healthy', 'degraded', 'off']),
    registered_at: instantSchema.nullable(),
    checked_at: instantSchema.nullable(),
    hooks: z.array(
      z.object({
        topic: z.string().meta({ example: 'order.updated' }),
        status: z.enum(['active', 'paused']),
        revived_at: instantSchema.nullable(),
      }),
    ),
    last_event_at: instantSchema.nullable(),
    last_24h: z.object(Object.fromEntries(Object.keys(noWebhookCounts).map((name) => [name, count]))),
    missed_24h: count,
    missed: z.array(z.object(missedFields)),
    notes: z.array(z.string()),
    failure: failureSchema.nullable(),
  })
  .meta({ id: 'WebhookReport' });

/** Part of the endpoints of function api-integrations. */
export const getWebhookHealth = {
  name: 'getWebhookHealth',
  group: 'integrations',
  method: 'GET',
  path: '/api/webhooks/health',
  summary: 'Webhooks of each platform: their state, what they told, and what syncs found without them',
  auth: 'viewer',
  responses: { 200: { description: 'The reports', schema: z.object({ items: z.array(reportSchema) }) } },
} as const satisfies Contract;

export const switchWebhooks = {
  name: 'switchWebhooks',
  group: 'integrations',
  method: 'POST',
  path: '/api/integrations/{platform}/webhooks',
  summary: 'Switch the webhooks of a connection on or off; on, they are set up anew where something is wrong with them',
  auth: 'admin',
  params: z.strictObject({ platform }),
  body: z.strictObject({ enabled: z.boolean() }).meta({ id: 'SwitchWebhooks' }),
  responses: { 200: { description: 'The webhooks as they are', schema: reportSchema } },
  problems: [
    { status: 404, code: 'platform.unknown', when: 'there is no such platform; `valid` lists them' },
    { status: 409, code: 'connection.required', when: 'the platform is not connected' },
    { status: 409, code: 'webhook.none', when: 'the platform has no webhooks' },
    { status: 409, code: 'webhook.busy', when: 'somebody else changes the webhooks; try again' },
  ],
} as const satisfies Contract;

/** Endpoints of function api-webhooks. */
export const webhookContracts: readonly Contract[] = [receiveAppWebhook, receiveConnectionWebhook];
