import * as z from 'zod';

export const conflictStrategies = ['source_wins', 'target_wins', 'newest_wins', 'merge', 'manual'] as const;
export type ConflictStrategy = (typeof conflictStrategies)[number];

/** What becomes of a document whose record the source has no more. */
export const deletePolicies = ['local_only', 'archive_remote', 'delete_remote'] as const;
export type DeletePolicy = (typeof deletePolicies)[number];

/** `push`: from shop and tills to books and warehouse. `pull`: what books and shop tell the others. */
export const flowDirections = ['pull', 'push', 'bidirectional', 'disabled'] as const;
export type FlowDirection = (typeof flowDirections)[number];

const perEntity = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ all: schema.optional(), entities: z.record(z.string(), schema) });

/** What a workspace chose for its flows; what is left out has its default. One item, so that a worker reads it at once. */
export const flowSettingsSchema = z.object({
  tenant_id: z.string(),
  version: z.number().int(),
  direction: perEntity(z.enum(flowDirections)),
  delete_policy: perEntity(z.enum(deletePolicies)),
  /** How long a document lives on after its record was seen gone, before `delete_remote` takes it away. */
  delete_delay_hours: z.number().int().nonnegative().optional(),
  /** Documents of one entity that a run nobody confirmed may take away because their records are gone. */
  delete_brake: z.number().int().nonnegative().optional(),
  /** By entity: the platform that is right where two differ. */
  source_of_truth: z.record(z.string(), z.string()),
  flows: z.record(
    z.string(),
    z.object({
      enabled: z.boolean().optional(),
      conflict: z.enum(conflictStrategies).optional(),
      delete_policy: z.enum(deletePolicies).optional(),
      /** A condition of the mapping language; records for which it does not hold are left out. */
      filter: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
export type FlowSettings = z.infer<typeof flowSettingsSchema>;

export function noFlowSettings(tenantId: string): FlowSettings {
  return {
    tenant_id: tenantId,
    version: 0,
    direction: { entities: {} },
    delete_policy: { entities: {} },
    source_of_truth: {},
    flows: {},
  };
}
