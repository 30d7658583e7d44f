import * as z from 'zod';
import { instantSchema } from './failure.ts';
import { conflictStrategies } from './flow-settings.ts';

export const conflictStates = ['open', 'settled', 'resolved'] as const;
export const conflictSides = ['source', 'target'] as const;
export type ConflictSide = (typeof conflictSides)[number];

const resolutionSchema = z.object({
  keep: z.enum(conflictSides),
  /** By member: whose value is taken, where it is not that of `keep`. */
  fields: z.record(z.string(), z.enum(conflictSides)),
  by: z.string(),
  at: instantSchema,
});
export type ConflictResolution = z.infer<typeof resolutionSchema>;

/**
 * A record that was changed at its source and, since our last write, by somebody on the target. One per pair of versions:
 * the same two versions are the same conflict, however often they are met.
 */
export const conflictSchema = z.object({
  tenant_id: z.string(),
  /** Made from the document and its two versions. */
  conflict_id: z.string(),
  at: instantSchema,
  run_id: z.string(),
  route_id: z.string(),
  /** As the API spells it: `customers`. */
  entity: z.string(),
  source: z.object({ connection: z.string(), entity: z.string(), id: z.string() }),
  target: z.object({ connection: z.string(), entity: z.string(), id: z.string() }),
  label: z.string(),
  strategy: z.enum(conflictStrategies),
  /** `open`: waits for a person. `settled`: by the strategy. `resolved`: by a person. */
  state: z.enum(conflictStates),
  /** Whose version went on; `both`: member by member. Absent while it is open. */
  winner: z.enum([...conflictSides, 'both']).optional(),
  source_modified_at: instantSchema.nullable(),
  target_modified_at: instantSchema.nullable(),
  /** Null where the target has the document no more. */
  fields: z.array(
    z.object({
      path: z.string(),
      /** As it was after our last write. */
      base: z.unknown().optional(),
      source: z.unknown().optional(),
      target: z.unknown().optional(),
      /** True where both sides changed it, and differently. */
      contested: z.boolean(),
      winner: z.enum(conflictSides).optional(),
    }),
  ),
  target_missing: z.boolean(),
  resolution: resolutionSchema.optional(),
});
export type Conflict = z.infer<typeof conflictSchema>;
export type ConflictField = Conflict['fields'][number];
