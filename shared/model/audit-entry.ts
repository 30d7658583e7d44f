import * as z from 'zod';
import { instantSchema } from './failure.ts';

/**
 * How a call ended. `refused`: nothing was changed. `failed`: a platform or we had an error, and a part of it may have
 * taken effect.
 */
export const auditOutcomes = ['ok', 'refused', 'failed'] as const;

/** Who called; no role where the token named none that we know. */
export const auditActorSchema = z.object({ user: z.string(), role: z.string().nullable() });
export type AuditActor = z.infer<typeof auditActorSchema>;

/** What was acted on: `connection` `quickbooks`, `sync` `01H…`. */
export const auditTargetSchema = z.object({ type: z.string(), id: z.string() });
export type AuditTarget = z.infer<typeof auditTargetSchema>;

const shown = z.record(z.string(), z.unknown());

/** One call that changed something, or tried to. Never changed, never deleted, holds no secret. */
export const auditEntrySchema = z.object({
  tenant_id: z.string(),
  /** Sorts by time. */
  audit_id: z.string(),
  at: instantSchema,
  actor: auditActorSchema,
  /** Operation id of the endpoint: `startSync`. */
  action: z.string(),
  target: auditTargetSchema.nullable(),
  /** Whether it acted on the sandbox; a try that was refused for its role acted on nothing. */
  sandbox: z.boolean().default(false),
  request_id: z.string(),
  outcome: z.enum(auditOutcomes),
  /** HTTP status of the answer. */
  status: z.number().int(),
  /** Code of the problem, unless all went well. */
  code: z.string().nullable(),
  /** The fields that changed, by path, as they were and as they are; for calls that start something, its parameters. */
  before: shown.nullable(),
  after: shown.nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
