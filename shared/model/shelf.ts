import * as z from 'zod';
import { instantSchema } from './failure.ts';

/**
 * One record of a platform that has no API of its own: we keep it for that platform. Each change gives it the next
 * sequence number of its workspace.
 */
export const shelfRecordSchema = z.object({
  tenant_id: z.string(),
  entity: z.string(),
  id: z.string(),
  /** Rises by one with each change; 0 was never stored. */
  version: z.number().int().positive(),
  /** Of the change that made it what it is. */
  sequence: z.number().int().positive(),
  /** Of `body` and `gone`: equal content is no change. */
  hash: z.string(),
  /** True: taken away. The body stays as it was last. */
  gone: z.boolean(),
  /** Who wrote it: `till`, or the connector that was told to. */
  origin: z.string(),
  changed_at: instantSchema,
  body: z.record(z.string(), z.unknown()),
});
export type ShelfRecord = z.infer<typeof shelfRecordSchema>;

/** Names one record. */
export type ShelfAddress = Pick<ShelfRecord, 'entity' | 'id'>;

/** Member of its body that a record is found by beside its id, by entity. */
const keyMembers: Readonly<Record<string, string>> = { customer: 'email' };

/** How keys are compared: an e-mail address is one in whatever letters. */
export const shelfKey = (text: string): string => text.trim().toLowerCase();

/** The key of a record as it is kept; undefined where it has none. */
export function keyOfShelfRecord({ entity, gone, body }: Pick<ShelfRecord, 'entity' | 'gone' | 'body'>) {
  const value = gone ? undefined : body[keyMembers[entity] ?? ''];
  return typeof value === 'string' && value.trim() !== '' ? shelfKey(value) : undefined;
}

/** What a record is to become. */
export type ShelfDraft = Pick<ShelfRecord, 'gone' | 'origin' | 'body'>;

/** One change of the shelf: the records that became something else together. Sequence numbers have no gaps. */
export const shelfChangeSchema = z.object({
  tenant_id: z.string(),
  sequence: z.number().int().positive(),
  at: instantSchema,
  records: z.array(z.object({ entity: z.string(), id: z.string() })),
});
export type ShelfChange = z.infer<typeof shelfChangeSchema>;

/** Largest body of a record, in bytes of JSON: an item of the table has 400 KB with everything. */
export const largestBody = 300_000;
