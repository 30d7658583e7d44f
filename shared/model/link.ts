import * as z from 'zod';
import { instantSchema } from './failure.ts';

/**
 * What joins a source record to the document it became. Permanent: an idempotency record that expired would turn
 * tomorrow's retry into a duplicate.
 */
export const linkSchema = z.object({
  tenant_id: z.string(),
  source_connection: z.string(),
  source_entity: z.string(),
  source_id: z.string(),
  /** What people call the record, where that is not its id. */
  source_number: z.string().optional(),
  target_connection: z.string(),
  target_entity: z.string(),
  /**
   * `claiming`: a create may be under way; its batch says how to find out. `removed`: the document was taken back or
   * archived; with a target id where the platform keeps it.
   */
  state: z.enum(['claiming', 'linked', 'removed']),
  target_id: z.string().optional(),
  target_version: z.string().nullable().optional(),
  /** Content of the document as the target answered the last write: tells whether somebody changed it since. */
  fingerprint: z.string().optional(),
  /**
   * Where the record's documents also flow back: the record as we wrote it last, or as it was when it was recognised. A
   * record that is read like that has nothing to tell.
   */
  echo: z.string().optional(),
  /** Content hash of the payload last written. */
  hash: z.string().optional(),
  /** Fields the target forced us to choose differently. */
  assigned: z.record(z.string(), z.unknown()).optional(),
  batch_id: z.string().optional(),
  /** Which window wrote it last and how: lets a redelivered window count it once. */
  written_by: z.object({ window: z.string(), kind: z.enum(['created', 'updated', 'linked', 'deleted']) }).optional(),
  /**
   * An undo was the last to change the document: when the record it came from had been modified last. Only a later version,
   * or somebody who asks, does again what was taken back.
   */
  undone: z.string().optional(),
  /** Since when the source has the record no more, and how it went. */
  gone: z.object({ since: instantSchema, kind: z.enum(['trashed', 'deleted']) }).optional(),
  /** Journal object with the payload last written: the before-image of the next change. */
  journal: z.string().optional(),
  updated_at: instantSchema,
});
export type Link = z.infer<typeof linkSchema>;

/** A batch of creates and updates as it was sent, kept until its outcomes are recorded. */
export const openBatchSchema = z.object({
  tenant_id: z.string(),
  target_connection: z.string(),
  target_entity: z.string(),
  batch_id: z.string(),
  window: z.string(),
  route_id: z.string(),
  run_id: z.string(),
  /** Gzipped JSON of the changes, byte for byte what is sent again. */
  changes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  created_at: instantSchema,
});
export type OpenBatch = z.infer<typeof openBatchSchema>;
