import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type Announcement, announcementSchema } from '../model/announcement.ts';
import { type ChannelName, type Delivery, type Thread, threadSchema } from '../model/notification.ts';
import { getMany } from './batches.ts';
import { deliveryItem } from './delivery-repository.ts';
import { keys } from './keys.ts';
import { cancellationReasons, isConditionFailure, type Table } from './table.ts';

/** A thread as it is to be, and as it was when it was read. */
export interface ThreadChange {
  readonly thread: Thread;
  readonly before: Thread | undefined;
}

/** What becomes of some announcements of one tenant. */
export interface Routing {
  readonly announcements: readonly Announcement[];
  /** New ones (version 1), and waiting ones that were added to. */
  readonly deliveries: readonly Delivery[];
  readonly threads: readonly ThreadChange[];
}

/** Announcements that wait for the notifier. */
export interface OutboxRepository {
  /** A page over all tenants, oldest first. `next` goes back in as `after`. */
  pending(page: {
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<{ announcements: Announcement[]; next?: string }>;
  threads(
    tenantId: string,
    wanted: readonly { readonly channel: ChannelName; readonly cause: string }[],
  ): Promise<Thread[]>;
  /**
   * Takes the announcements out and stores what became of them, all or none. False when another notifier was faster with
   * any of it; then nothing was stored. At most 100 items in all.
   */
  route(routing: Routing, at: string): Promise<boolean>;
}

/** A thread is of use for the cooldown only. */
const threadSeconds = 7 * 86_400;

export function createOutboxRepository(table: Table): OutboxRepository {
  const { documents, name: TableName } = table;
  return {
    async pending({ limit, after }) {
      const { gsi1pk } = keys.announcementsPending();
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'gsi1',
          KeyConditionExpression: after === undefined ? 'gsi1pk = :pk' : 'gsi1pk = :pk AND gsi1sk > :after',
          ExpressionAttributeValues: { ':pk': gsi1pk, ...(after === undefined ? {} : { ':after': after }) },
          Limit: limit,
        }),
      );
      const announcements = Items.map((item) => announcementSchema.parse(item));
      const last = announcements.at(-1);
      const next = last && keys.announcementsPending(last.at, last.event_id).gsi1sk;
      return { announcements, ...(LastEvaluatedKey && next !== undefined ? { next } : {}) };
    },

    async threads(tenantId, wanted) {
      const items = await getMany(
        table,
        wanted.map(({ channel, cause }) => keys.messageThread(tenantId, channel, cause)),
      );
      return items.flatMap((item) => (item ? [threadSchema.parse(item)] : []));
    },

    async route({ announcements, deliveries, threads }, at) {
      const items = [
        ...announcements.map((announcement) => taken(TableName, announcement, at)),
        ...deliveries.map((delivery) => put(TableName, deliveryItem(delivery), unchangedDelivery(delivery))),
        ...threads.map(({ thread, before }) => put(TableName, threadItem(thread), unchangedThread(before))),
      ];
      try {
        await documents.send(new TransactWriteCommand({ TransactItems: items }));
        return true;
      } catch (error) {
        // Conditions that do not hold, or somebody else at the same items this moment: both come again.
        if (cancellationReasons(error) || isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

/** It stays, out of the index, so that the same happening announced again is known. */
function taken(TableName: string, { tenant_id, event_id }: Announcement, at: string) {
  return {
    Update: {
      TableName,
      Key: keys.announcement(tenant_id, event_id),
      UpdateExpression: 'SET routed_at = :at REMOVE gsi1pk, gsi1sk',
      ConditionExpression: 'attribute_exists(gsi1pk)',
      ExpressionAttributeValues: { ':at': at },
    },
  };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

const put = (TableName: string, Item: Record<string, unknown>, condition: Condition) => ({
  Put: { TableName, Item, ...condition },
});

const absent: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

function unchangedDelivery({ version }: Delivery): Condition {
  if (version === 1) return absent;
  return {
    ConditionExpression: '#version = :before AND #status = :waiting',
    ExpressionAttributeNames: { '#version': 'version', '#status': 'status' },
    ExpressionAttributeValues: { ':before': version - 1, ':waiting': 'waiting' },
  };
}

function unchangedThread(before: Thread | undefined): Condition {
  if (!before) return absent;
  return {
    ConditionExpression: 'attribute_not_exists(pk) OR last_delivery = :before',
    ExpressionAttributeValues: { ':before': before.last_delivery },
  };
}

function threadItem(thread: Thread): Record<string, unknown> {
  const { tenant_id, channel, cause, last_due } = thread;
  return {
    ...keys.messageThread(tenant_id, channel, cause),
    type: 'message_thread',
    ...thread,
    expires_at: Math.floor(Date.parse(last_due) / 1000) + threadSeconds,
  };
}
