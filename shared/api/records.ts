import * as z from 'zod';
import { failureSchema, instantSchema } from '../model/failure.ts';
import { failureRecordSchema } from '../model/failure-record.ts';
import { linkSchema } from '../model/link.ts';
import type { Contract } from './contract.ts';
import { historyAnswerSchema } from './history.ts';
import { pagingQuery } from './paging.ts';
import { id, listOf } from './schemas.ts';

const address = { connection: z.string(), entity: z.string(), id: z.string() };
const url = z
  .string()
  .nullable()
  .meta({ description: 'Where a person finds it; null where it has no page of its own' });
const name = z.string().min(1).max(64);
const { route_id, attempts, state, first_failed_at, last_failed_at } = failureRecordSchema.shape;

const recordSchema = z
  .object({
    ...address,
    label: z.string().nullable(),
    number: z.string().nullable().meta({ description: 'What people call it, where that is not its id' }),
    url,
  })
  .meta({ id: 'SourceRecord' });

const documentSchema = z
  .object({
    connection: z.string(),
    entity: z.string(),
    id: z.string().nullable().meta({ description: 'Null while a create is under way' }),
    state: linkSchema.shape.state,
    url,
    updated_at: instantSchema,
  })
  .meta({ id: 'RecordDocument' });

const recordFailureSchema = z
  .object({
    id: z.string(),
    sync_id: z.string(),
    route_id,
    failure: failureSchema,
    attempts,
    state,
    first_failed_at,
    last_failed_at,
  })
  .meta({ id: 'RecordFailure' });

export const findRecords = {
  name: 'findRecords',
  group: 'insights',
  method: 'GET',
  path: '/api/records',
  summary: 'Find a record by its id or its order number',
  auth: 'viewer',
  query: z.strictObject({
    search: id.meta({ description: 'Exactly. A number that is not the id is known once the record has a document' }),
  }),
  responses: {
    200: {
      description: 'Records of all sources that go by it',
      schema: z.object({ items: z.array(z.object({ ...address, matched_by: z.enum(['id', 'number']) })) }),
    },
  },
} as const satisfies Contract;

export const getTimeline = {
  name: 'getTimeline',
  group: 'insights',
  method: 'GET',
  path: '/api/records/{connection}/{entity}/{id}/timeline',
  summary: 'Everything that happened to one record across systems, newest first, with its documents',
  auth: 'viewer',
  params: z.strictObject({
    connection: name.meta({ example: 'woocommerce' }),
    entity: name.meta({ example: 'order' }),
    id,
  }),
  query: z.strictObject({ limit: pagingQuery.limit, cursor: pagingQuery.cursor }),
  responses: {
    200: {
      description: 'The record as it is now, and a page of its events',
      schema: z
        .object({
          record: recordSchema,
          documents: z.array(documentSchema).meta({ description: 'What it became on other platforms' }),
          failures: z.array(recordFailureSchema).meta({ description: 'Why it is not where it should be' }),
          related: z
            .array(
              z.object({
                ...address,
                label: z.string().nullable().meta({ description: 'What people call it, once it was synced' }),
                url,
              }),
            )
            .meta({ description: 'Records it refers to: the customer and products of an order' }),
          ...listOf(historyAnswerSchema).shape,
        })
        .meta({ id: 'Timeline' }),
    },
  },
  problems: [{ status: 404, code: 'record.not_found', when: 'nothing is known of such a record' }],
} as const satisfies Contract;
