import * as z from 'zod';
import { isSignedBy } from '../../core/body-signature.ts';
import type { AppSecret, WebhookDelivery, WebhookEvent, WebhookReading, Webhooks } from '../webhooks.ts';

/**
 * Webhooks of the app. Intuit gives each pair of its keys a verifier token of its own: it signs what is told of companies
 * that are connected with that pair. Undefined where the operator gave none.
 *
 * @param development of the keys that sandboxes are connected with.
 */
export function createWebhooks(own: string | undefined, development: string | undefined): Webhooks | undefined {
  const appSecrets = [
    { secret: own ?? '', sandbox: false },
    { secret: development ?? '', sandbox: true },
  ].filter(({ secret }): boolean => secret !== '') satisfies AppSecret[];
  if (appSecrets.length === 0) return undefined;
  return {
    appSecrets,
    read: readWebhook,
    accountOf: ({ realm_id }) => (realm_id === undefined || realm_id === null ? undefined : String(realm_id)),
  };
}

/** Reads a notification (reference section 8): an array is CloudEvents, an object the form before. */
export function readWebhook({ body, headers }: WebhookDelivery, secrets: readonly string[]): WebhookReading {
  const signature = headers['intuit-signature'];
  if (signature === undefined || !secrets.some((secret) => isSignedBy(body, signature, secret))) {
    return { kind: 'refused' };
  }
  const parsed = json(Buffer.from(body).toString('utf8'));
  const read = Array.isArray(parsed) ? parsed.map(cloudEvents) : legacyEvents(parsed);
  return {
    kind: 'events',
    events: read.flatMap((events) => events ?? []),
    vanished: 0,
    unreadable: read.filter((events) => events === undefined).length,
  };
}

/** Names as they are written on the wire, without case, to what routes call them. Others are of no use to any route. */
const entities: Readonly<Record<string, string>> = {
  bill: 'bill',
  creditmemo: 'credit_memo',
  customer: 'customer',
  invoice: 'invoice',
  item: 'item',
  payment: 'payment',
  refundreceipt: 'refund_receipt',
  salesreceipt: 'sales_receipt',
  vendor: 'vendor',
};
const entityOf = (name: string): string => entities[name.toLowerCase()] ?? name.toLowerCase();

const idSchema = z.union([z.string().min(1).max(40), z.number().int()]).transform(String);

const cloudEventSchema = z.looseObject({
  id: z.string().max(200).optional(),
  type: z.string().regex(/^qbo\.[a-z]+\.[a-z]+\.v\d+$/i),
  time: z.string().max(60).optional(),
  intuitentityid: idSchema,
  intuitaccountid: idSchema,
  data: z.looseObject({ deletedid: idSchema.optional() }).nullish(),
});

/** Undefined where it is none. */
function cloudEvents(given: unknown): WebhookEvent[] | undefined {
  const parsed = cloudEventSchema.safeParse(given);
  if (!parsed.success) return undefined;
  const { id, type, time, intuitentityid, intuitaccountid, data } = parsed.data;
  const [, name = '', operation = ''] = type.split('.');
  return eventsOf({
    account: intuitaccountid,
    name,
    id: intuitentityid,
    operation,
    at: instantOf(time),
    vanishedId: data?.deletedid,
    key: id ?? null,
  });
}

const legacySchema = z.looseObject({ eventNotifications: z.array(z.unknown()) });
const notificationSchema = z.looseObject({
  realmId: idSchema,
  dataChangeEvent: z.looseObject({ entities: z.array(z.unknown()) }),
});
const legacyEntitySchema = z.looseObject({
  name: z.string().min(1).max(60),
  id: idSchema,
  operation: z.string().max(20),
  lastUpdated: z.string().max(60).optional(),
  deletedId: idSchema.optional(),
});

function legacyEvents(body: unknown): (WebhookEvent[] | undefined)[] {
  const parsed = legacySchema.safeParse(body);
  if (!parsed.success) return [undefined];
  return parsed.data.eventNotifications.flatMap((given): (WebhookEvent[] | undefined)[] => {
    const notification = notificationSchema.safeParse(given);
    if (!notification.success) return [undefined];
    const { realmId, dataChangeEvent } = notification.data;
    return dataChangeEvent.entities.map((each) => {
      const entity = legacyEntitySchema.safeParse(each);
      if (!entity.success) return undefined;
      const { name, id, operation, lastUpdated, deletedId } = entity.data;
      const key = lastUpdated === undefined ? null : [realmId, name, id, operation, lastUpdated].join('|');
      const at = instantOf(lastUpdated);
      return eventsOf({ account: realmId, name, id, operation, at, vanishedId: deletedId, key });
    });
  });
}

interface Told {
  readonly account: string;
  readonly name: string;
  readonly id: string;
  readonly operation: string;
  readonly at: string | null;
  /** Of a merge: the one that went into the other. */
  readonly vanishedId: string | undefined;
  readonly key: string | null;
}

function eventsOf({ account, name, id, operation, at, vanishedId, key }: Told): WebhookEvent[] {
  const told = { account, entity: entityOf(name), at, key };
  const isDeleted = /^deleted?$/i.test(operation);
  return [
    { ...told, id, kind: isDeleted ? 'deleted' : 'changed' },
    ...(vanishedId === undefined ? [] : [{ ...told, id: vanishedId, kind: 'deleted' as const }]),
  ];
}

/** Their times have nine digits of a second. */
function instantOf(time: string | undefined): string | null {
  const ms = Date.parse((time ?? '').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
