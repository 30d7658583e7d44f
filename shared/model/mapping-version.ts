import * as z from 'zod';
import { instantSchema } from './failure.ts';

/** One saved version of a workspace's mapping. Versions are only ever added; the default that comes with the product is 0. */
export const mappingVersionSchema = z.object({
  tenant_id: z.string(),
  mapping_id: z.string(),
  version: z.number().int().min(1),
  /** Null: the default, whatever it is by then. */
  document: z.record(z.string(), z.unknown()).nullable(),
  comment: z.string().nullable(),
  created_at: instantSchema,
  created_by: z.string(),
  /** The version this one repeats. */
  restored_from: z.number().int().nullable(),
});
export type MappingVersion = z.infer<typeof mappingVersionSchema>;
