import * as z from 'zod';
import { instantSchema } from './failure.ts';
import {
  cellSchema,
  differenceSchema,
  ordersOnlyCellSchema,
  ordersOnlyTotalSchema,
  totalSchema,
} from './reconciliation.ts';

export const monthSchema = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'must be a month like 2026-10')
  .meta({ example: '2026-10' });

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What a closed month looked like in every system. `hash` is the SHA-256 of the canonical JSON (sorted keys, no blanks) of
 * all other members; `previous_hash` is that of the certificate before, so that no month can be exchanged alone.
 */
export const certificateSchema = z.strictObject({
  version: z.literal(2),
  month: monthSchema,
  store: z.string(),
  time_zone: z.string(),
  systems: z.array(z.string()),
  report_id: z.string(),
  report_hash: hash,
  /** When the systems had been read. */
  reported_at: instantSchema,
  totals: z.array(totalSchema),
  days: z.array(cellSchema),
  /** Differences that stayed open and were accepted, with the note of who accepted them. */
  accepted_differences: z.array(differenceSchema),
  note: z.string().nullable(),
  closed_at: instantSchema,
  closed_by: z.string(),
  previous_month: monthSchema.nullable(),
  previous_hash: hash.nullable(),
  hash,
});
export type Certificate = z.infer<typeof certificateSchema>;

/** Certificates of every version. In the first refunds were no records of their own. */
export const storedCertificateSchema = z.discriminatedUnion('version', [
  certificateSchema,
  certificateSchema.extend({
    version: z.literal(1),
    totals: z.array(ordersOnlyTotalSchema),
    days: z.array(ordersOnlyCellSchema),
  }),
]);
export type StoredCertificate = z.infer<typeof storedCertificateSchema>;

export const certificateFormats = ['csv', 'json', 'pdf'] as const;
export type CertificateFormat = (typeof certificateFormats)[number];

/** A closed month. Never changed. */
export const closedMonthSchema = z.object({
  tenant_id: z.string(),
  month: monthSchema,
  report_id: z.string(),
  hash,
  previous_month: monthSchema.nullable(),
  previous_hash: hash.nullable(),
  accepted_differences: z.number().int(),
  note: z.string().nullable(),
  closed_at: instantSchema,
  closed_by: z.string(),
  /** Objects of the certificate by format. */
  files: z.record(z.enum(certificateFormats), z.string()),
});
export type ClosedMonth = z.infer<typeof closedMonthSchema>;
