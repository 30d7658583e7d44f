import * as z from 'zod';
import { failureCategories } from '../core/failure.ts';

/** Instant, UTC, ISO 8601 with Z. */
export const instantSchema = z.iso.datetime();

export const failureSchema = z.object({
  category: z.enum(failureCategories),
  code: z.string(),
  platform_code: z.string().optional(),
  trace_id: z.string().optional(),
  field: z.string().optional(),
  reason: z.string(),
  fix: z.string(),
  retryable: z.boolean(),
  ambiguous: z.boolean().optional(),
  retry_after_ms: z.number().optional(),
});
