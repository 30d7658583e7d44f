import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isSignedBy } from '../../core/body-signature.ts';
import type { WebhookDelivery, WebhookEvent, WebhookReading } from '../webhooks.ts';

const refused: WebhookReading = { kind: 'refused' };
const unreadable: WebhookReading = { kind: 'events', events: [], vanished: 0, unreadable: 1 };
const vanished: WebhookReading = { kind: 'events', events: [], vanished: 1, unreadable: 0 };

/**
 * Reads a delivery (reference section 10). When a hook is made, and again until it is answered 200, the shop sends a ping:
 * a form without signature and without any of its headers.
 */
export function readWebhook(delivery: WebhookDelivery, secrets: readonly string[]): WebhookReading {
  const signature = delivery.headers['x-wc-webhook-signature'];
  if (signature === undefined) return isPing(delivery) ? { kind: 'ping' } : refused;
  if (!secrets.some((secret) => isSignedBy(delivery.body, signature, secret))) return refused;
  return readBody(delivery);
}

const longestPing = 64;

function isPing({ body, headers }: WebhookDelivery): boolean {
  return (
    body.byteLength <= longestPing &&
    /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '') &&
    !Object.keys(headers).some((name) => name.startsWith('x-wc-')) &&
    /^webhook_id=\d+$/.test(text(body))
  );
}

const text = (body: Uint8Array): string => Buffer.from(body).toString('utf8');

const idSchema = z.union([z.number().int().positive(), z.string().regex(/^[1-9]\d{0,19}$/)]).transform(String);
const recordSchema = z.looseObject({
  id: idSchema,
  date_modified_gmt: z.string().nullish(),
  /** Of an order: its refunds, which have no events of their own. */
  refunds: z
    .array(z.looseObject({ id: idSchema }))
    .optional()
    .catch(undefined),
});
/** In place of a record that is gone: the error of reading it, without its id. */
const goneSchema = z.looseObject({ code: z.string(), data: z.looseObject({ status: z.literal(404) }) });

const entities: Readonly<Record<string, string>> = { order: 'order', product: 'product', customer: 'customer' };

/**
 * Only the body is signed: the headers say what it is of, and that is no more than a hint. On legacy storage a trashed order
 * is also told of as a deleted product. Whoever uses the event reads the record before anything is done.
 */
function readBody({ body, headers }: WebhookDelivery): WebhookReading {
  const entity = entities[headers['x-wc-webhook-resource'] ?? ''];
  if (!entity) return unreadable;
  const parsed = json(text(body));
  if (goneSchema.safeParse(parsed).success) return vanished;
  const record = recordSchema.safeParse(parsed);
  if (!record.success) return unreadable;
  const { id, date_modified_gmt: modified, refunds = [] } = record.data;
  const isDeleted = headers['x-wc-webhook-event'] === 'deleted';
  const told = {
    account: null,
    at: modified ? utc(modified) : null,
    // Delivery ids repeat within a second. A deletion has nothing but the id, so that a second one looks like the first.
    key: isDeleted ? null : keyOf(headers['x-wc-webhook-id'] ?? '', body),
  };
  const events: WebhookEvent[] = [
    { ...told, entity, id, kind: isDeleted ? 'deleted' : 'changed' },
    ...refunds.map(
      (refund): WebhookEvent => ({ ...told, entity: 'refund', id: `${id}:${refund.id}`, kind: 'changed' }),
    ),
  ];
  return { kind: 'events', events, vanished: 0, unreadable: 0 };
}

function keyOf(hookId: string, body: Uint8Array): string {
  return createHash('sha256').update(`${hookId}\n`).update(body).digest('base64url').slice(0, 22);
}

/** `2026-11-22T17:48:13`, in UTC without saying so. */
function utc(text: string): string | null {
  const ms = Date.parse(`${text.replace(/Z$/, '')}Z`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
