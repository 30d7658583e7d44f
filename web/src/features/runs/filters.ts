import type { HistoryEntry, Sync } from '#web/lib/api.ts';

export const statuses = [
  'queued',
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly Sync['status'][];

/** What a sync came to with one record. */
export const outcomes = [
  'created',
  'updated',
  'linked',
  'deleted',
  'skipped',
  'failed',
] as const satisfies readonly HistoryEntry['status'][];
