import { DeleteCommand, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  defaultSettings,
  type LagWatch,
  lagWatchSchema,
  type NotificationSettings,
  notificationSettingsSchema,
} from '../model/notification.ts';
import { queryDue } from './due.ts';
import { keys } from './keys.ts';
import { cancellationReasons, isConditionFailure, type Table } from './table.ts';

/** What each tenant wants to be told, and the watches that follow from it. */
export interface NotificationSettingsRepository {
  /** The tenant's own, or the defaults: everything off. */
  find(tenantId: string): Promise<NotificationSettings>;
  /**
   * Stores the settings if their version is still `settings.version - 1`, and has connections watched from `at` on where
   * they ask for it. False when somebody else was faster.
   */
  save(settings: NotificationSettings, at: string): Promise<boolean>;
  /** A page over all tenants of watches to look at now, longest due first. */
  dueWatches(
    now: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ watches: LagWatch[]; next?: string }>;
  /** Stores the watch if its version is still `watch.version - 1`. */
  saveWatch(watch: LagWatch): Promise<boolean>;
  removeWatch(watch: LagWatch): Promise<void>;
}

export function createNotificationSettingsRepository(table: Table): NotificationSettingsRepository {
  const { documents, name: TableName } = table;
  const unchanged = (before: number) =>
    before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':before': before },
        };
  const watchOf = async (tenantId: string): Promise<LagWatch | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: keys.lagWatch(tenantId), ConsistentRead: true }),
    );
    return Item && lagWatchSchema.parse(Item);
  };

  return {
    async find(tenantId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.notificationSettings(tenantId), ConsistentRead: true }),
      );
      return Item ? notificationSettingsSchema.parse(Item) : defaultSettings(tenantId);
    },

    async save(settings, at) {
      const { tenant_id, version, lag_hours } = settings;
      const Item = { ...keys.notificationSettings(tenant_id), type: 'notification_settings', ...settings };
      const present = lag_hours === null ? undefined : await watchOf(tenant_id);
      const watch: LagWatch = {
        tenant_id,
        check_at: at,
        silent: present?.silent ?? {},
        version: (present?.version ?? 0) + 1,
      };
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName, Item, ...unchanged(version - 1) } },
              lag_hours === null
                ? { Delete: { TableName, Key: keys.lagWatch(tenant_id) } }
                : { Put: { TableName, Item: watchItem(watch), ...unchanged(watch.version - 1) } },
            ],
          }),
        );
        return true;
      } catch (error) {
        if (cancellationReasons(error)) return false;
        throw error;
      }
    },

    async dueWatches(now, { limit, after }) {
      const { gsi1pk: pk, gsi1sk: until } = keys.lagWatchesDue(now, '~');
      const { items, more } = await queryDue(table, { pk, after, until, limit });
      const watches = items.map((item) => lagWatchSchema.parse(item));
      const last = watches.at(-1);
      const next = last && keys.lagWatchesDue(last.check_at, last.tenant_id).gsi1sk;
      return { watches, ...(more && next !== undefined ? { next } : {}) };
    },

    async saveWatch(watch) {
      try {
        const condition = unchanged(watch.version - 1);
        await documents.send(new PutCommand({ TableName, Item: watchItem(watch), ...condition }));
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async removeWatch({ tenant_id, version }) {
      try {
        const Key = keys.lagWatch(tenant_id);
        await documents.send(new DeleteCommand({ TableName, Key, ...unchanged(version) }));
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}

function watchItem(watch: LagWatch): Record<string, unknown> {
  const { tenant_id, check_at } = watch;
  return { ...keys.lagWatch(tenant_id), ...keys.lagWatchesDue(check_at, tenant_id), type: 'lag_watch', ...watch };
}
