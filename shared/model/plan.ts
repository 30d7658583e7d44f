import * as z from 'zod';
import { failureSchema } from './failure.ts';

/** What a plan would do with one document of one record. */
export const planActions = ['create', 'update', 'archive', 'delete', 'link', 'skip', 'conflict', 'fail'] as const;

export const plannedChangeSchema = z.object({
  action: z.enum(planActions),
  route_id: z.string(),
  /** Entity of the target. */
  entity: z.string(),
  source_entity: z.string(),
  source_id: z.string(),
  label: z.string(),
  /** Id on the target, where the document exists already. */
  target_id: z.string().optional(),
  /** Why it is skipped, linked or fails. */
  reasons: z.array(z.string()),
  /** New and old value of every field that would be written. */
  fields: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
  /** Records that have to be on the target first, and what the same plan does with them. */
  depends_on: z.array(z.object({ entity: z.string(), source_id: z.string() })),
  /** What the document comes to, and came to before. */
  total: z.string().optional(),
  total_before: z.string().optional(),
  currency: z.string().optional(),
  /** What it adds to the accounts of the books; debits are positive. */
  effects: z.array(z.object({ account: z.string(), amount: z.string(), currency: z.string() })),
  failure: failureSchema.optional(),
  /** True where the record is in the queue of failures and leaves it when the plan is carried out. */
  heals: z.boolean().optional(),
  /** Content of the mapped record before references are resolved: tells whether the source moved since. */
  intent: z.string().optional(),
  /** Hash of what was written last, null for nothing: tells whether somebody wrote since. */
  base: z.string().nullable().optional(),
});
export type PlannedChange = z.infer<typeof plannedChangeSchema>;
export type PlanAction = PlannedChange['action'];

const count = z.number().int().nonnegative();

/** What the changes of a plan add up to. */
export const planSummarySchema = z.object({
  /** By target entity and action. */
  changes: z.record(z.string(), z.partialRecord(z.enum(planActions), count)),
  /** By target entity and currency: what new documents come to, by how much updates move theirs, and what is taken back. */
  money: z.record(
    z.string(),
    z.record(z.string(), z.object({ created: z.string(), updated: z.string(), deleted: z.string() })),
  ),
  /** By account and currency: what the whole plan adds to it; debits are positive. */
  accounts: z.record(z.string(), z.record(z.string(), z.string())),
  /** Write calls it takes, by target entity. */
  write_calls: z.record(z.string(), count),
  /** How long the writes take at least, with the limits of the platform. */
  write_seconds: count,
  /** Chained over all pages: another plan has another hash. */
  hash: z.string(),
  /** Pages stored so far. */
  pages: count,
});
export type PlanSummary = z.infer<typeof planSummarySchema>;

export const emptyPlan: PlanSummary = {
  changes: {},
  money: {},
  accounts: {},
  write_calls: {},
  write_seconds: 0,
  hash: '',
  pages: 0,
};
