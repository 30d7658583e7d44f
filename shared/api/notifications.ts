import * as z from 'zod';
import { announcementKindNames, severities } from '../model/announcement.ts';
import { instantSchema } from '../model/failure.ts';
import { channelNames, deliverySchema, deliveryStatuses, digestModes } from '../model/notification.ts';
import { entityNames } from '../sync/route-table.ts';
import { routes } from '../sync/routes.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { listOf } from './schemas.ts';

const platformNames = [...new Set(routes.flatMap(({ source, target }) => [source.platform, target.platform]))];
const oneOf = (names: readonly string[]) => z.enum(names as [string, ...string[]]);
const channel = z.enum(channelNames);

/** SES takes 50 in one mail. */
const mostRecipients = 50;
const address = z.url({ protocol: /^https?$/ }).max(2000);

const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const unique = (items: readonly string[]): boolean => new Set(items).size === items.length;

/** What a change gives; what it leaves out gets its default, but for Slack's secret address, which stays as it is. */
const settingsBody = z
  .strictObject({
    channels: z
      .strictObject({
        email: z
          .strictObject({
            enabled: z.boolean().default(false),
            recipients: z
              .array(z.email().max(254))
              .max(mostRecipients)
              .refine(unique, 'Name each recipient once')
              .default([]),
          })
          .refine(({ enabled, recipients }) => !enabled || recipients.length > 0, {
            path: ['recipients'],
            message: 'Needs at least one recipient to be enabled',
          })
          .prefault({}),
        slack: z
          .strictObject({
            enabled: z.boolean().default(false),
            url: address.nullable().optional().meta({
              description: 'Address of an incoming webhook. Write-only; left out, it stays; null removes it.',
            }),
          })
          .prefault({}),
        webhook: z
          .strictObject({ enabled: z.boolean().default(false), url: address.nullable().default(null) })
          .refine(({ enabled, url }) => !enabled || url !== null, {
            path: ['url'],
            message: 'Needs a url to be enabled',
          })
          .prefault({}),
      })
      .prefault({}),
    minimum_severity: z.enum(severities).default('info'),
    events: z.array(z.enum(announcementKindNames)).nullable().default(null).meta({ description: 'Null: all' }),
    entities: z.array(oneOf(entityNames())).nullable().default(null).meta({ description: 'Null: all' }),
    platforms: z.array(oneOf(platformNames)).nullable().default(null).meta({ description: 'Null: all' }),
    digest: z
      .strictObject({
        mode: z.enum(digestModes).default('immediate'),
        hour: z.number().int().min(0).max(23).default(8).meta({ description: 'Of a daily digest' }),
        time_zone: z.string().max(64).refine(isZone, 'Not an IANA time zone').default('UTC'),
      })
      .prefault({}),
    lag_hours: z
      .number()
      .int()
      .min(1)
      .max(720)
      .nullable()
      .default(null)
      .meta({ description: 'Hours without a completed sync that are worth an alert; null: none' }),
  })
  .meta({ id: 'NotificationSettingsChange' });

const disabled = z
  .object({ reason: z.string(), at: instantSchema })
  .nullable()
  .meta({ description: 'Why it was switched off by itself; null when it was not' });

export const settingsAnswer = z
  .object({
    channels: z.object({
      email: z.object({ enabled: z.boolean(), recipients: z.array(z.string()) }),
      slack: z.object({ enabled: z.boolean(), address: z.string().nullable(), disabled }),
      webhook: z.object({
        enabled: z.boolean(),
        url: z.string().nullable(),
        secret_made_at: instantSchema.nullable(),
        disabled,
      }),
    }),
    minimum_severity: z.enum(severities),
    events: z.array(z.string()).nullable(),
    entities: z.array(z.string()).nullable(),
    platforms: z.array(z.string()).nullable(),
    digest: z.object({ mode: z.enum(digestModes), hour: z.number().int(), time_zone: z.string() }),
    lag_hours: z.number().int().nullable(),
    updated_at: instantSchema.nullable(),
  })
  .meta({ id: 'NotificationSettings' });

const { tenant_id: _tenant, version: _version, delivery_id, ...deliveryFields } = deliverySchema.shape;
const deliveryAnswer = z.object({ id: delivery_id, ...deliveryFields }).meta({ id: 'NotificationDelivery' });

const isBusy = { status: 409, code: 'notifications.busy', when: 'somebody else changes the settings; try again' };

export const getNotificationSettings = {
  name: 'getNotificationSettings',
  group: 'notifications',
  method: 'GET',
  path: '/api/notifications/settings',
  summary: 'What the tenant is told, where and when',
  auth: 'viewer',
  responses: { 200: { description: 'The settings; everything is off at first', schema: settingsAnswer } },
} as const satisfies Contract;

export const putNotificationSettings = {
  name: 'putNotificationSettings',
  group: 'notifications',
  method: 'PUT',
  path: '/api/notifications/settings',
  summary: 'Choose what to be told; what is left out gets its default',
  auth: 'admin',
  body: settingsBody,
  responses: { 200: { description: 'The settings as they are now', schema: settingsAnswer } },
  problems: [isBusy],
} as const satisfies Contract;

export const testNotification = {
  name: 'testNotification',
  group: 'notifications',
  method: 'POST',
  path: '/api/notifications/test',
  summary: 'Send a test message and tell what the other side said',
  auth: 'manager',
  body: z.strictObject({ channel }),
  responses: {
    200: {
      description: 'What came of it',
      schema: z.object({
        ok: z.boolean(),
        answer_status: z.number().int().nullable(),
        reason: z.string().nullable(),
        delivery_id: z.string(),
      }),
    },
  },
  problems: [{ status: 409, code: 'notifications.not_set_up', when: 'the channel lacks an address, or a secret' }],
} as const satisfies Contract;

export const rotateWebhookSecret = {
  name: 'rotateWebhookSecret',
  group: 'notifications',
  method: 'POST',
  path: '/api/notifications/webhook-secret',
  summary: 'Make a new secret for signing; the one before signs too for 24 hours',
  auth: 'admin',
  responses: {
    200: {
      description: 'The secret, shown this once',
      schema: z.object({
        secret: z.string().meta({ example: 'whsec_…' }),
        previous_valid_until: instantSchema.nullable(),
      }),
    },
  },
  problems: [isBusy],
} as const satisfies Contract;

export const listDeliveries = {
  name: 'listNotificationHistory',
  group: 'notifications',
  method: 'GET',
  path: '/api/notifications/history',
  summary: 'Messages, newest first: what was sent, what came of it, what is to come',
  auth: 'viewer',
  query: z.strictObject({
    ...pagingQuery,
    channel: channel.optional(),
    status: z.enum(deliveryStatuses).optional(),
  }),
  responses: { 200: { description: 'A page; it may be short while there is more', schema: listOf(deliveryAnswer) } },
} as const satisfies Contract;

/** Endpoints of function api-notifications. */
export const notificationContracts: readonly Contract[] = [
  getNotificationSettings,
  putNotificationSettings,
  testNotification,
  rotateWebhookSecret,
  listDeliveries,
];
