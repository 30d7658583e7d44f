import * as z from 'zod';
import { auditEntrySchema } from '../model/audit-entry.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { listOf } from './schemas.ts';
import { isInOrder, notAfter, notBefore } from './time-span.ts';

const { tenant_id: _tenant, audit_id, ...entryFields } = auditEntrySchema.shape;

export const auditAnswerSchema = z.object({ id: audit_id, ...entryFields }).meta({ id: 'AuditEntry' });

export const listAudit = {
  name: 'listAudit',
  group: 'audit',
  method: 'GET',
  path: '/api/audit',
  summary: 'Who changed what and when, newest first; refused tries included',
  auth: 'manager',
  query: z
    .strictObject({
      limit: pagingQuery.limit,
      cursor: pagingQuery.cursor,
      action: z.string().min(1).max(64).optional().meta({ description: 'Operation id', example: 'startSync' }),
      user: z.string().min(1).max(200).optional(),
      from: notBefore,
      to: notAfter,
    })
    .refine(({ from, to }) => isInOrder(from, to), { message: 'from must not be after to' }),
  responses: { 200: { description: 'A page; it may be short while there is more', schema: listOf(auditAnswerSchema) } },
} as const satisfies Contract;

/** Endpoints of function api-audit. */
export const auditContracts: readonly Contract[] = [listAudit];
