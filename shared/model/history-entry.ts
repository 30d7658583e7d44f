import * as z from 'zod';
import { failureSchema, instantSchema } from './failure.ts';

/** What a run came to with one record. */
export const historyStatuses = ['created', 'updated', 'linked', 'deleted', 'skipped', 'failed'] as const;

/** One document of the record on the target, and what was done to it. */
const historyDocumentSchema = z.object({
  entity: z.string(),
  action: z.enum(historyStatuses),
  target_id: z.string().optional(),
  /** What the document comes to, where it has a total. */
  total: z.string().optional(),
  currency: z.string().optional(),
});

/**
 * What one run did with one record on one route: one entry, however often its window is worked on. Records that needed
 * nothing leave none.
 */
export const historyEntrySchema = z.object({
  tenant_id: z.string(),
  /** Derived from run, route and record. */
  entry_id: z.string(),
  at: instantSchema,
  run_id: z.string(),
  route_id: z.string(),
  /** As the API spells it: `orders`. */
  entity: z.string(),
  source: z.object({ connection: z.string(), entity: z.string(), id: z.string() }),
  target_connection: z.string(),
  label: z.string(),
  /** When the source says it changed it, where it says so. */
  changed_at: z.string().optional(),
  status: z.enum(historyStatuses),
  documents: z.array(historyDocumentSchema),
  /** Why it was skipped. */
  reason: z.string().optional(),
  failure: failureSchema.optional(),
  /** Who asked for the run. */
  requested_by: z.string(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type HistoryStatus = HistoryEntry['status'];
export type HistoryDocument = HistoryEntry['documents'][number];
