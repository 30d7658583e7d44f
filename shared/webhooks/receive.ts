import type { ConnectionDeps } from '../connections/deps.ts';
import { readGrant } from '../connections/vault.ts';
import {
  type AppSecret,
  type WebhookDelivery,
  type WebhookEvent,
  type Webhooks,
  webhookSecretField,
} from '../connectors/webhooks.ts';
import { instant } from '../core/clock.ts';
import { isSandbox } from '../core/workspace.ts';
import type { RecordAddress, WebhookRepository } from '../data/webhook-repository.ts';
import type { WebhookCounts } from '../model/webhooks.ts';
import { type NoteDeps, noteChanges } from '../sync/pending-changes.ts';

export interface ReceiveDeps
  extends Pick<ConnectionDeps, 'connectors' | 'connections' | 'secrets' | 'secretPrefix' | 'clock'> {
  readonly webhooks: WebhookRepository;
  readonly notes: NoteDeps;
}

export interface Arrival {
  readonly platform: string;
  /** Last part of the address; undefined where all connections of the app share one. */
  readonly hook: string | undefined;
  readonly delivery: WebhookDelivery;
}

export type Reception =
  /** Nothing of it was used or kept. An address nobody has looks the same. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'taken'; readonly counts: Partial<WebhookCounts>; readonly strangers: number };

/** Keys of a record's news that are remembered: as many as may be told twice. */
const mostKeys = 12;

/**
 * Takes a delivery: verifies it, keeps which records changed, rings the bell. Nothing else is done while the platform waits
 * for its answer. What was kept is marked as told only afterwards: dying between, the same news counts once more.
 */
export async function receive(deps: ReceiveDeps, { platform, hook, delivery }: Arrival): Promise<Reception> {
  const webhooks = Object.hasOwn(deps.connectors, platform) ? deps.connectors[platform]?.webhooks : undefined;
  if (!webhooks) return { kind: 'refused' };
  return webhooks.appSecrets
    ? receiveForAll(deps, platform, webhooks, webhooks.appSecrets, { hook, delivery })
    : receiveForOne(deps, platform, webhooks, { hook, delivery });
}

type Rest = Pick<Arrival, 'hook' | 'delivery'>;

async function receiveForOne(
  deps: ReceiveDeps,
  platform: string,
  webhooks: Webhooks,
  { hook, delivery }: Rest,
): Promise<Reception> {
  const owner = hook === undefined ? undefined : await deps.webhooks.ownerOf(hook);
  if (!owner || owner.platform !== platform) return { kind: 'refused' };
  const { tenant_id: tenantId } = owner;
  const connection = await deps.connections.find(tenantId, platform);
  if (!connection || connection.status === 'disconnected') return { kind: 'refused' };
  const grant = await readGrant(deps, { tenantId, platform }, connection.connected_at);
  const secret = grant?.values[webhookSecretField];
  const reading = webhooks.read(delivery, secret === undefined ? [] : [secret]);
  if (reading.kind !== 'events') return reading;
  const { events, vanished, unreadable } = reading;
  const counts = await take(deps, tenantId, platform, events, { vanished, unreadable });
  return { kind: 'taken', counts, strangers: 0 };
}

/**
 * One post may be of several accounts, and an account may be connected by several tenants. It is believed of accounts in
 * those workspaces only that are connected with the keys whose secret signed it.
 */
async function receiveForAll(
  deps: ReceiveDeps,
  platform: string,
  webhooks: Webhooks,
  secrets: readonly AppSecret[],
  { hook, delivery }: Rest,
): Promise<Reception> {
  if (hook !== undefined) return { kind: 'refused' };
  const signed = secrets.filter(({ secret }) => webhooks.read(delivery, [secret]).kind !== 'refused');
  const reading = webhooks.read(
    delivery,
    signed.map(({ secret }) => secret),
  );
  if (reading.kind !== 'events') return reading;
  const speaksOf = (tenantId: string): boolean => signed.some(({ sandbox }) => sandbox === isSandbox(tenantId));
  const byAccount = Map.groupBy(reading.events, ({ account }) => account);
  const counts: Record<string, number> = { unreadable: reading.unreadable };
  let strangers = 0;
  for (const [account, events] of byAccount) {
    const connected = account === null ? [] : await deps.connections.listByAccount(platform, account);
    const tenants = connected.filter(speaksOf);
    if (tenants.length === 0) strangers += events.length;
    for (const tenantId of tenants) {
      const taken = await take(deps, tenantId, platform, events, {});
      for (const [name, value] of Object.entries(taken)) counts[name] = (counts[name] ?? 0) + value;
    }
  }
  return { kind: 'taken', counts, strangers };
}

async function take(
  deps: ReceiveDeps,
  tenantId: string,
  platform: string,
  events: readonly WebhookEvent[],
  others: Partial<WebhookCounts>,
): Promise<Partial<WebhookCounts>> {
  const at = instant(deps.clock.now());
  const { enabled } = await deps.webhooks.settings(tenantId, platform);
  if (!enabled) {
    const counts = { dropped: events.length + (others.vanished ?? 0) + (others.unreadable ?? 0) };
    await deps.webhooks.count(tenantId, platform, at, counts);
    return counts;
  }
  const news = await freshNews(deps, tenantId, platform, events);
  const { noted, ignored } = await noteChanges(deps.notes, {
    tenantId,
    platform,
    toldBy: `webhook:${platform}`,
    changes: news.map(({ record }) => record),
  });
  const counts = { ...others, events: noted, ignored, duplicates: events.length - news.reduce(eventsOf, 0) };
  await Promise.all([
    deps.webhooks.saveTold(
      tenantId,
      news.map(({ record, keys }) => ({ record, told: { told_at: at, keys } })),
    ),
    deps.webhooks.count(tenantId, platform, at, counts),
  ]);
  return counts;
}

interface News {
  readonly record: RecordAddress;
  /** Events of the delivery that were new. */
  readonly fresh: number;
  readonly keys: string[];
}

const eventsOf = (sum: number, { fresh }: News): number => sum + fresh;

/** Records of which something is told that was not told before. */
async function freshNews(
  deps: ReceiveDeps,
  tenantId: string,
  platform: string,
  events: readonly WebhookEvent[],
): Promise<News[]> {
  const byRecord = Map.groupBy(events, ({ entity, id }) => JSON.stringify([entity, id]));
  const groups = [...byRecord.values()];
  const records = groups.map(([first]): RecordAddress => {
    return { connection: platform, entity: first?.entity ?? '', id: first?.id ?? '' };
  });
  const known = await deps.webhooks.told(tenantId, records);
  return groups.flatMap((group, index): News[] => {
    const record = records[index];
    const before = known[index]?.keys ?? [];
    const seen = new Set(before);
    const fresh = group.filter(({ key }) => key === null || (!seen.has(key) && seen.add(key)));
    if (!record || fresh.length === 0) return [];
    const added = fresh.flatMap(({ key }) => key ?? []);
    return [{ record, fresh: fresh.length, keys: [...before, ...added].slice(-mostKeys) }];
  });
}
