import * as z from 'zod';
import { conflictStrategies, deletePolicies, flowDirections } from '../model/flow-settings.ts';
import type { Contract } from './contract.ts';
import { entityName, id } from './schemas.ts';

const direction = z.enum(flowDirections).meta({
  description: 'push: from shop and tills to books and warehouse; pull: what books and shop tell the others',
});
const conflict = z.enum(conflictStrategies).meta({
  description: 'Who is right where both sides changed a record; manual: it waits for a person',
});
const deletePolicy = z.enum(deletePolicies).meta({
  description:
    'What becomes of a document whose record is gone: it stays, is archived (voided, made inactive), or deleted',
});
const filter = z.record(z.string(), z.unknown()).meta({
  description: 'A condition of the mapping language; records for which it does not hold are left out',
  example: { path: 'status', equals: 'completed' },
});

const flowSchema = z
  .object({
    flow_id: z.string().meta({ example: 'woocommerce.order-quickbooks' }),
    entity: entityName,
    source: z.object({ platform: z.string(), entity: z.string() }),
    target: z.object({ platform: z.string(), documents: z.array(z.string()) }),
    way: z.enum(['push', 'pull']).meta({ description: 'Which way this flow goes' }),
    two_way: z.boolean().meta({ description: 'True where another flow carries the same records back' }),
    connected: z.boolean(),
    /** Whether it runs: switched on, and not against the direction. */
    active: z.boolean(),
    enabled: z.boolean().nullable().meta({ description: 'As chosen for this flow; null: the default' }),
    conflict,
    delete_policy: deletePolicy,
    filter: filter.nullable(),
    chosen: z
      .object({ conflict: conflict.nullable(), delete_policy: deletePolicy.nullable() })
      .meta({ description: 'What was chosen for this flow alone; null: it follows its entity' }),
  })
  .meta({ id: 'Flow' });

const unknownFlow = { status: 404, code: 'flow.not_found', when: 'there is no such flow' };
const busy = { status: 409, code: 'flow.busy', when: 'somebody else is changing the settings; try again' };
const confirm = {
  status: 409,
  code: 'confirmation_required',
  when: 'documents would be deleted: send `confirm` with the value `delete_remote`',
};
const confirmation = z
  .literal('delete_remote')
  .optional()
  .meta({ description: 'Required where the policy becomes delete_remote' });

export const listFlows = {
  name: 'listFlows',
  group: 'settings',
  method: 'GET',
  path: '/api/flows',
  summary: 'Every flow: what goes from where to where, and how',
  auth: 'viewer',
  responses: { 200: { description: 'All of them', schema: z.object({ items: z.array(flowSchema) }) } },
} as const satisfies Contract;

export const putFlow = {
  name: 'putFlow',
  group: 'settings',
  method: 'PUT',
  path: '/api/flows/{flow_id}',
  summary: 'Choose how one flow works; what is left out follows its entity',
  auth: 'admin',
  params: z.strictObject({ flow_id: id }),
  body: z
    .strictObject({
      enabled: z.boolean().optional(),
      conflict: conflict.optional(),
      delete_policy: deletePolicy.optional(),
      filter: filter.optional(),
      confirm: confirmation,
    })
    .meta({ id: 'PutFlow' }),
  responses: { 200: { description: 'The flow as it works now', schema: flowSchema } },
  problems: [unknownFlow, busy, confirm],
} as const satisfies Contract;

const directionSchema = z
  .object({
    all: direction,
    entities: z.record(z.string(), direction).meta({ description: 'By entity, where it differs' }),
    source_of_truth: z.record(z.string(), z.string()).meta({
      description: 'By entity: the platform that is right where two differ',
      example: { orders: 'woocommerce' },
    }),
  })
  .meta({ id: 'SyncDirection' });

export const getDirection = {
  name: 'getSyncDirection',
  group: 'settings',
  method: 'GET',
  path: '/api/sync/direction',
  summary: 'Which way records go, for all entities and for single ones',
  auth: 'viewer',
  responses: { 200: { description: 'The directions', schema: directionSchema } },
} as const satisfies Contract;

export const putDirection = {
  name: 'putSyncDirection',
  group: 'settings',
  method: 'PUT',
  path: '/api/sync/direction',
  summary: 'Choose which way records go; what is left out gets its default',
  auth: 'admin',
  body: z
    .strictObject({
      all: direction.optional(),
      entities: z.record(entityName, direction).optional(),
      source_of_truth: z.record(entityName, z.string().min(1).max(64)).optional(),
    })
    .meta({ id: 'PutSyncDirection' }),
  responses: { 200: { description: 'The directions as they are now', schema: directionSchema } },
  problems: [busy],
} as const satisfies Contract;

const deletePolicySchema = z
  .object({
    all: deletePolicy,
    entities: z.record(z.string(), deletePolicy).meta({ description: 'By entity, where it differs' }),
    delay_hours: z.number().int().meta({ description: 'delete_remote waits this long for the record to come back' }),
    brake: z
      .number()
      .int()
      .meta({ description: 'Documents of an entity a sync may take away without a confirmed plan' }),
  })
  .meta({ id: 'DeletePolicy' });

export const getDeletePolicy = {
  name: 'getDeletePolicy',
  group: 'settings',
  method: 'GET',
  path: '/api/sync/delete-policy',
  summary: 'What becomes of documents whose records are gone',
  auth: 'viewer',
  responses: { 200: { description: 'The policies', schema: deletePolicySchema } },
} as const satisfies Contract;

export const putDeletePolicy = {
  name: 'putDeletePolicy',
  group: 'settings',
  method: 'PUT',
  path: '/api/sync/delete-policy',
  summary: 'Choose what becomes of documents whose records are gone; what is left out gets its default',
  auth: 'admin',
  body: z
    .strictObject({
      all: deletePolicy.optional(),
      entities: z.record(entityName, deletePolicy).optional(),
      delay_hours: z.number().int().min(0).max(720).optional(),
      brake: z.number().int().min(0).max(1000).optional(),
      confirm: confirmation,
    })
    .meta({ id: 'PutDeletePolicy' }),
  responses: { 200: { description: 'The policies as they are now', schema: deletePolicySchema } },
  problems: [busy, confirm],
} as const satisfies Contract;

export const flowContracts: readonly Contract[] = [
  listFlows,
  putFlow,
  getDirection,
  putDirection,
  getDeletePolicy,
  putDeletePolicy,
];
