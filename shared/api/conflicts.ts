import * as z from 'zod';
import { conflictSchema, conflictSides, conflictStates } from '../model/conflict.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { id, listOf, startedSchema } from './schemas.ts';

const { tenant_id: _tenant, run_id, winner, resolution, ...shown } = conflictSchema.shape;

export const conflictAnswerSchema = z
  .object({
    ...shown,
    sync_id: run_id,
    winner: winner.unwrap().nullable().meta({ description: 'Whose version went on; null while it waits' }),
    resolution: resolution.unwrap().nullable(),
  })
  .meta({ id: 'Conflict' });

const noConflict = { status: 404, code: 'conflict.not_found', when: 'the tenant has no conflict of this id' };

export const listConflicts = {
  name: 'listConflicts',
  group: 'sync',
  method: 'GET',
  path: '/api/conflicts',
  summary: 'Records changed on both sides, newest first: those that wait, and how the others ended',
  auth: 'viewer',
  query: z.strictObject({ ...pagingQuery, state: z.enum(conflictStates).optional() }),
  responses: { 200: { description: 'A page', schema: listOf(conflictAnswerSchema) } },
} as const satisfies Contract;

export const getConflict = {
  name: 'getConflict',
  group: 'sync',
  method: 'GET',
  path: '/api/conflicts/{conflict_id}',
  summary: 'One conflict: both versions and what they last had in common',
  auth: 'viewer',
  params: z.strictObject({ conflict_id: id }),
  responses: { 200: { description: 'The conflict', schema: conflictAnswerSchema } },
  problems: [noConflict],
} as const satisfies Contract;

export const resolveConflict = {
  name: 'resolveConflict',
  group: 'sync',
  method: 'POST',
  path: '/api/conflicts/{conflict_id}/resolve',
  summary: 'Decide a conflict that waits, as a whole or field by field; the record is synced at once',
  auth: 'manager',
  params: z.strictObject({ conflict_id: id }),
  body: z
    .strictObject({
      keep: z.enum(conflictSides).meta({ description: 'Whose version goes on' }),
      fields: z
        .record(z.string().min(1).max(200), z.enum(conflictSides))
        .optional()
        .meta({
          description: 'By field of the conflict, where it is the other side’s',
          example: { PrimaryPhone: 'target' },
        }),
    })
    .meta({ id: 'ResolveConflict' }),
  responses: {
    200: { description: 'Decided; the next sync of its flow carries it out', schema: conflictAnswerSchema },
    202: { description: 'Decided, and a sync of the record is queued', schema: startedSchema },
  },
  problems: [
    noConflict,
    { status: 409, code: 'conflict.not_open', when: 'it was decided already, or the versions it was about are past' },
  ],
} as const satisfies Contract;

export const conflictContracts: readonly Contract[] = [listConflicts, getConflict, resolveConflict];
