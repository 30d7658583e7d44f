import * as z from 'zod';
import { auditEntrySchema } from '../model/audit-entry.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { listOf } from './schemas.ts';

const { tenant_id: _tenant, audit_id, ...entryFields } = auditEntrySchema.shape;

export const auditAnswerSchema = z.object({ id: audit_id, ...entryFields }).meta({ id: 'AuditEntry' });

const dayMs = 86_400_000;
const dayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** First and last millisecond that a day (UTC) or an instant stands for. */
function span(text: string): { readonly first: number; readonly last: number } {
  const first = Date.parse(text);
  return { first, last: text.length === 'yyyy-mm-dd'.length ? first + dayMs - 1 : first };
}

export const listAudit = {
  name: 'listAudit',
  group: 'audit',
  method: 'GET',
  path: '/api/audit',
  summary: 'Who changed what and when, newest first; refused tries included',
  auth: 'manager',
  scope: 'tenant',
  query: z
    .strictObject({
      limit: pagingQuery.limit,
      cursor: pagingQuery.cursor,
      action: z.string().min(1).max(64).optional().meta({ description: 'Operation id', example: 'startSync' }),
      user: z.string().min(1).max(200).optional(),
      from: dayOrInstant
        .transform((text) => span(text).first)
        .optional()
        .meta({ description: 'Not before this instant or day (UTC)' }),
      to: dayOrInstant
        .transform((text) => span(text).last)
        .optional()
        .meta({ description: 'Not after this instant or day (UTC)' }),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      message: 'from must not be after to',
    }),
  responses: { 200: { description: 'A page; it may be short while there is more', schema: listOf(auditAnswerSchema) } },
} as const satisfies Contract;

/** Endpoints of function api-audit. */
export const auditContracts: readonly Contract[] = [listAudit];
