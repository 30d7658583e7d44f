import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Announce, Announcement } from '../model/announcement.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** How long an announcement is known after it happened, so that a repeat is recognised. */
const knownSeconds = 30 * 86_400;

export interface AnnouncerLog {
  warn(message: string, fields?: Readonly<Record<string, string>>): void;
}

/** Stores announcements for the notifier, each once. What cannot be stored is logged and passed over. */
export function createAnnouncer({ documents, name: TableName }: Table, log: AnnouncerLog): Announce {
  return async (announcement) => {
    try {
      await documents.send(
        new PutCommand({
          TableName,
          Item: announcementItem(announcement),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (isConditionFailure(error)) return;
      const { tenant_id, event_id, kind } = announcement;
      log.warn('announcement not stored', { tenant_id, event_id, kind, error: String(error) });
    }
  };
}

function announcementItem(announcement: Announcement): Record<string, unknown> {
  const { tenant_id, event_id, at } = announcement;
  return {
    ...keys.announcement(tenant_id, event_id),
    ...keys.announcementsPending(at, event_id),
    type: 'announcement',
    ...announcement,
    expires_at: Math.floor(Date.parse(at) / 1000) + knownSeconds,
  };
}
