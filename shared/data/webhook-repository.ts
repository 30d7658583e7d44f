import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import {
  type MissedChange,
  missedChangeSchema,
  noWebhookCounts,
  noWebhookSettings,
  type ToldRecord,
  toldRecordSchema,
  type WebhookCounts,
  type WebhookSettings,
  webhookCountNames,
  webhookSettingsSchema,
} from '../model/webhooks.ts';
import { getMany, writeMany } from './batches.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** A record of a platform. */
export interface RecordAddress {
  readonly connection: string;
  readonly entity: string;
  readonly id: string;
}

export interface WebhookRepository {
  /** Of a connection; the defaults where nothing was chosen and nothing set up. */
  settings(tenantId: string, platform: string): Promise<WebhookSettings>;
  /** Stores over the version that was read, and the address of its hook with it. False when somebody else was faster. */
  save(settings: WebhookSettings): Promise<boolean>;
  /** Whose address this is. */
  ownerOf(hook: string): Promise<{ readonly tenant_id: string; readonly platform: string } | undefined>;
  /** The address leads nowhere any more. */
  forget(hook: string): Promise<void>;
  /** What was told of these records, in their order. */
  told(tenantId: string, records: readonly RecordAddress[]): Promise<(ToldRecord | undefined)[]>;
  /** Keeps what was told, in place of what was known. */
  saveTold(tenantId: string, told: readonly { record: RecordAddress; told: ToldRecord }[]): Promise<void>;
  /** Adds to the counts of the hour. */
  count(tenantId: string, platform: string, at: string, counts: Partial<WebhookCounts>): Promise<void>;
  /** Sum over the hours from `from` on, and when the last news arrived within the days they are kept. */
  counts(tenantId: string, platform: string, from: string): Promise<{ sum: WebhookCounts; last_at: string | null }>;
  saveMissed(changes: readonly MissedChange[]): Promise<void>;
  /** Latest first. */
  missed(tenantId: string, platform: string, from: string, limit: number): Promise<MissedChange[]>;
}

const daySeconds = 86_400;
/** Platforms tell the same again for hours; a gap is looked for in what changed within days. */
const toldSeconds = 7 * daySeconds;
const hourSeconds = 8 * daySeconds;
const missedSeconds = 30 * daySeconds;

const seconds = (at: string): number => Math.floor(Date.parse(at) / 1000);
const ownerSchema = z.object({ tenant_id: z.string(), platform: z.string() });
const hourSchema = z.object({
  last_at: z.string().optional(),
  ...Object.fromEntries(webhookCountNames.map((name) => [name, z.number().optional()])),
});

/** What connections' webhooks are, what they told, and what they did not. */
export function createWebhookRepository(table: Table): WebhookRepository {
  const { documents, name: TableName } = table;

  const between = async (pk: string, low: string, high: string, page: { Limit?: number; forward: boolean }) => {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': high },
        ScanIndexForward: page.forward,
        ...(page.Limit === undefined ? {} : { Limit: page.Limit }),
      }),
    );
    return Items;
  };

  return {
    async settings(tenantId, platform) {
      const Key = keys.webhookSettings(tenantId, platform);
      const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item ? webhookSettingsSchema.parse(Item) : noWebhookSettings(tenantId, platform);
    },

    async save(settings) {
      const { tenant_id, platform, hook, version } = settings;
      try {
        if (hook !== undefined) {
          // First: an address nobody uses yet does no harm, hooks that lead nowhere would be switched off.
          const Item = { ...keys.webhookAddress(hook), type: 'webhook_address', tenant_id, platform };
          await documents.send(new PutCommand({ TableName, Item }));
        }
        await documents.send(
          new PutCommand({
            TableName,
            Item: {
              ...keys.webhookSettings(tenant_id, platform),
              type: 'webhook_settings',
              ...settings,
              version: version + 1,
            },
            ConditionExpression: 'attribute_not_exists(pk) OR #version = :before',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':before': version },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async ownerOf(hook) {
      const Key = keys.webhookAddress(hook);
      const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item && ownerSchema.parse(Item);
    },

    async forget(hook) {
      await documents.send(new DeleteCommand({ TableName, Key: keys.webhookAddress(hook) }));
    },

    async told(tenantId, records) {
      const items = await getMany(
        table,
        records.map((record) => keys.toldRecord(tenantId, record)),
      );
      return items.map((item) => item && toldRecordSchema.parse(item));
    },

    async saveTold(tenantId, told) {
      await writeMany(
        table,
        told.map(({ record, told: { told_at, keys: news } }) => {
          const expires_at = seconds(told_at) + toldSeconds;
          const Item = { ...keys.toldRecord(tenantId, record), type: 'told_record', told_at, keys: news, expires_at };
          return { PutRequest: { Item } };
        }),
      );
    },

    async count(tenantId, platform, at, counts) {
      const added = Object.entries(counts).filter(([, value]) => value > 0);
      if (added.length === 0) return;
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: keys.webhookHour(tenantId, platform, at.slice(0, 13)),
          UpdateExpression: `SET #type = :type, expires_at = :expires, last_at = :at ADD ${added.map(([name]) => `#${name} :${name}`).join(', ')}`,
          ExpressionAttributeNames: {
            '#type': 'type',
            ...Object.fromEntries(added.map(([name]) => [`#${name}`, name])),
          },
          ExpressionAttributeValues: {
            ':type': 'webhook_hour',
            ':expires': seconds(at) + hourSeconds,
            ':at': at,
            ...Object.fromEntries(added.map(([name, value]) => [`:${name}`, value])),
          },
        }),
      );
    },

    async counts(tenantId, platform, from) {
      const { pk, sk: first } = keys.webhookHour(tenantId, platform, '');
      const items = await between(pk, first, keys.webhookHour(tenantId, platform, '~').sk, { forward: true });
      const sum: Record<string, number> = { ...noWebhookCounts };
      for (const item of items) {
        if (String(item.sk) < keys.webhookHour(tenantId, platform, from.slice(0, 13)).sk) continue;
        const hour = hourSchema.parse(item) as Record<string, number | undefined>;
        for (const name of webhookCountNames) sum[name] = (sum[name] ?? 0) + (hour[name] ?? 0);
      }
      const last = items.at(-1);
      return { sum: sum as WebhookCounts, last_at: last ? (hourSchema.parse(last).last_at ?? null) : null };
    },

    async saveMissed(changes) {
      await writeMany(
        table,
        changes.map((change) => {
          const key = keys.missedChange(change.tenant_id, change.platform, change.changed_at, change);
          const expires_at = seconds(change.changed_at) + missedSeconds;
          return { PutRequest: { Item: { ...key, type: 'missed_change', ...change, expires_at } } };
        }),
      );
    },

    async missed(tenantId, platform, from, limit) {
      const { pk, sk: low } = keys.missedChange(tenantId, platform, from);
      const { sk: high } = keys.missedChange(tenantId, platform, '~');
      const items = await between(pk, low, high, { forward: false, Limit: limit });
      return items.map((item) => missedChangeSchema.parse(item));
    },
  };
}
