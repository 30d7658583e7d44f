import * as z from 'zod';
import { instantSchema } from '../model/failure.ts';
import { eventFaultSchema, eventReceiptSchema, eventResults } from '../model/pos-event.ts';
import type { Contract } from './contract.ts';
import { id } from './schemas.ts';

/** Tills send what waited while they were offline in batches of this size. */
export const mostEvents = 500;

/** What tills are told of. */
export const feedEntities = [
  'product',
  'customer',
  'stock_level',
  'sale',
  'refund',
  'invoice',
  'payment',
  'vendor',
  'bill',
  'item',
] as const;

const notConnected = { status: 409, code: 'connection.required', when: 'the POS is not connected, or switched off' };

const recordNameSchema = z.object({ entity: z.string(), id: z.string() });

const outcomeSchema = z
  .object({
    index: z.number().int().meta({ description: 'Position in the batch' }),
    client_id: z.string().nullable().meta({ description: 'Null where the event has none that could be one' }),
    result: z.enum(eventResults).meta({
      description:
        'applied; duplicate: it was taken before; superseded: something later is known of the same record; rejected',
    }),
    faults: z.array(eventFaultSchema).meta({ description: 'Why it is rejected, by path' }),
    record: recordNameSchema.nullable().meta({ description: 'The record it is about' }),
    effective_at: instantSchema
      .nullable()
      .meta({ description: 'When it counts as having happened: `occurred_at`, but not later than it came' }),
  })
  .meta({ id: 'PosEventOutcome' });

export const postEvents = {
  name: 'postPosEvents',
  group: 'pos',
  method: 'POST',
  path: '/api/pos/events',
  summary: 'Take what happened at tills: in any order, as often as it is sent, days late; each event is applied once',
  auth: 'manager',
  body: z
    .strictObject({
      events: z.array(z.unknown()).min(1).max(mostEvents).meta({
        description:
          'Each with client_id, kind, occurred_at, register and data; docs/pos.md has the kinds. One that is faulty is rejected alone.',
      }),
    })
    .meta({ id: 'PosEvents' }),
  responses: {
    200: {
      description: 'What became of each event, in the order of the batch',
      schema: z
        .object({
          counts: z.record(z.enum(eventResults), z.number().int()),
          results: z.array(outcomeSchema),
        })
        .meta({ id: 'PosEventOutcomes' }),
    },
  },
  problems: [notConnected],
} as const satisfies Contract;

const { tenant_id: _tenant, version: _version, hash: _hash, ...receiptFields } = eventReceiptSchema.shape;

export const getEvent = {
  name: 'getPosEvent',
  group: 'pos',
  method: 'GET',
  path: '/api/pos/events/{client_id}',
  summary: 'What became of one event of a till',
  auth: 'viewer',
  params: z.strictObject({ client_id: id }),
  responses: { 200: { description: 'The event', schema: z.object(receiptFields).meta({ id: 'PosEvent' }) } },
  problems: [{ status: 404, code: 'pos.event_not_found', when: 'no such event ever came' }],
} as const satisfies Contract;

export const getChanges = {
  name: 'listPosChanges',
  group: 'pos',
  method: 'GET',
  path: '/api/pos/changes',
  summary: 'What changed for tills: products, prices, stock, customers, documents of the books; from a cursor on',
  auth: 'viewer',
  query: z.strictObject({
    cursor: z.string().max(200).optional().meta({ description: '`next_cursor` of the answer before; without it: all' }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(200)
      .default(100)
      .meta({ description: 'Changes that are looked at, at most' }),
    entities: z
      .string()
      .max(200)
      .regex(new RegExp(`^(${feedEntities.join('|')})(,(${feedEntities.join('|')}))*$`), {
        error: `must be some of ${feedEntities.join(', ')}, with commas between them`,
      })
      .transform((text) => text.split(','))
      .optional()
      .meta({ description: 'Only these, with commas between them', example: 'product,stock_level' }),
  }),
  responses: {
    200: {
      description: 'Each record as it is now. None is skipped; one may come again',
      schema: z
        .object({
          items: z.array(
            z
              .object({
                entity: z.string().meta({ example: 'product' }),
                id: z.string(),
                version: z.number().int().meta({ description: 'Rises with each change of the record' }),
                gone: z.boolean().meta({ description: 'True: it is to be forgotten' }),
                changed_at: instantSchema,
                data: z.record(z.string(), z.unknown()),
              })
              .meta({ id: 'PosChange' }),
          ),
          next_cursor: z.string().meta({ description: 'Where to go on, now or later' }),
          has_more: z.boolean().meta({ description: 'True: ask again at once' }),
        })
        .meta({ id: 'PosChanges' }),
    },
  },
  problems: [notConnected],
} as const satisfies Contract;

/** Endpoints of function api-pos. */
export const posContracts: readonly Contract[] = [postEvents, getEvent, getChanges];
