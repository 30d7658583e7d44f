import * as z from 'zod';
import { failureSchema, instantSchema } from '../model/failure.ts';
import { jobStatuses } from '../model/job.ts';
import { schemaKinds } from '../model/record-schema.ts';
import type { Contract } from './contract.ts';
import { pagingQuery } from './paging.ts';
import { id, listOf } from './schemas.ts';

const mappingId = z.string().min(1).max(200).meta({ example: 'woocommerce.order-quickbooks.invoice' });
const versionNumber = z.number().int().min(0);
const comment = z.string().max(500).nullable().optional().meta({ description: 'Why, for the list of versions' });
const documentSchema = z
  .record(z.string(), z.unknown())
  .meta({ description: 'A mapping document; docs/mappings.md has all of its members' });
const expectedVersion = versionNumber.meta({
  description: 'The version it was made from, 0 for the default: another one in use by then is not overwritten',
});
const shown = z.unknown();
const end = z.object({ platform: z.string(), entity: z.string() });

const infoFields = {
  mapping_id: z.string(),
  entity: z.string().meta({ description: 'The entity whose syncs it belongs to', example: 'orders' }),
  source: end,
  target: end,
  version: versionNumber.meta({ description: 'The version in use; 0 is the default that comes with the product' }),
  is_default: z.boolean(),
  changed_at: instantSchema.nullable(),
  changed_by: z.string().nullable(),
  comment: z.string().nullable(),
};
const infoSchema = z.object(infoFields).meta({ id: 'MappingInfo' });
const mappingSchema = z.object({ ...infoFields, document: documentSchema }).meta({ id: 'Mapping' });
const versionFields = {
  mapping_id: z.string(),
  version: versionNumber,
  is_default: z.boolean(),
  comment: z.string().nullable(),
  created_at: instantSchema.nullable(),
  created_by: z.string().nullable(),
  restored_from: versionNumber.nullable(),
};
const versionInfoSchema = z.object(versionFields).meta({ id: 'MappingVersionInfo' });
const versionSchema = z.object({ ...versionFields, document: documentSchema }).meta({ id: 'MappingVersion' });
const faultSchema = z
  .object({
    path: z.string().meta({ description: 'Where in the document', example: 'fields[3].via[0].length' }),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'MappingFault' });
const faults = z.array(faultSchema);

const placeSchema = z
  .object({
    path: z.string().meta({
      description: 'As mappings write it; a list has [] after its name',
      example: 'Line[].SalesItemLineDetail.Qty',
    }),
    kind: z.enum(schemaKinds),
    required: z.boolean().meta({ description: 'The target refuses a record without it' }),
    read_only: z.boolean().meta({ description: 'The target sets it itself' }),
    max_length: z.number().int().nullable(),
    values: z.array(z.string()).nullable().meta({ description: 'The only ones there are' }),
    max_elements: z.number().int().nullable(),
  })
  .meta({ id: 'MappingPlace' });
const places = z.array(placeSchema).nullable();

const params = z.object({ mapping_id: mappingId });
const notFound = { status: 404, code: 'mapping.not_found', when: 'no flow has such a mapping' } as const;
const changedSince = {
  status: 409,
  code: 'mapping.changed_since',
  when: 'another version is in use by now; `version` names it',
} as const;

export const listMappings = {
  name: 'listMappings',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings',
  summary: 'Every mapping, with the version in use',
  auth: 'viewer',
  responses: { 200: { description: 'All of them', schema: listOf(infoSchema) } },
} as const satisfies Contract;

export const exportMappings = {
  name: 'exportMappings',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings/export',
  summary: 'The mappings in use as one JSON document that import takes',
  auth: 'viewer',
  query: z.strictObject({
    mapping_ids: z.string().min(1).max(4000).optional().meta({ description: 'Only these, with commas between them' }),
  }),
  responses: {
    200: {
      description: 'The documents',
      schema: z
        .object({
          format: z.literal('easysale-sync/mappings'),
          exported_at: instantSchema,
          mappings: z.array(z.object({ mapping_id: z.string(), version: versionNumber, document: documentSchema })),
        })
        .meta({ id: 'MappingExport' }),
    },
  },
  problems: [notFound],
} as const satisfies Contract;

export const importMappings = {
  name: 'importMappings',
  group: 'mappings',
  method: 'POST',
  path: '/api/mappings/import',
  summary: 'Check and save several mappings: all of them, or none',
  auth: 'admin',
  body: z
    .strictObject({
      format: z.literal('easysale-sync/mappings').optional(),
      exported_at: z.string().optional(),
      comment,
      mappings: z
        .array(
          z.strictObject({
            mapping_id: mappingId,
            document: documentSchema,
            version: versionNumber.optional().meta({ description: 'Of where it comes from; not looked at' }),
            expected_version: expectedVersion.optional(),
          }),
        )
        .min(1)
        // Two items each, and a transaction takes a hundred.
        .max(50),
    })
    .meta({ id: 'ImportMappings' }),
  responses: { 200: { description: 'As they are in use now', schema: z.object({ items: z.array(infoSchema) }) } },
  problems: [changedSince],
} as const satisfies Contract;

export const getMapping = {
  name: 'getMapping',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings/{mapping_id}',
  summary: 'One mapping with the document in use',
  auth: 'viewer',
  params,
  responses: { 200: { description: 'The mapping', schema: mappingSchema } },
  problems: [notFound],
} as const satisfies Contract;

export const getMappingSchema = {
  name: 'getMappingSchema',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings/{mapping_id}/schema',
  summary: 'What a mapping can read and write: the places of both ends',
  auth: 'viewer',
  params,
  responses: {
    200: {
      description: 'Both ends; null where nothing is known of one',
      schema: z
        .object({
          source: places,
          target: places,
          settings: z.array(z.string()).meta({ description: 'Settings of the target, under `settings.`' }),
          references: z.array(z.string()).meta({ description: 'Entities that `ref` can name' }),
          steps: z.array(z.string()).meta({ description: 'Documents made before this one, for `step`' }),
        })
        .meta({ id: 'MappingSchema' }),
    },
  },
  problems: [notFound],
} as const satisfies Contract;

export const putMapping = {
  name: 'putMapping',
  group: 'mappings',
  method: 'PUT',
  path: '/api/mappings/{mapping_id}',
  summary: 'Check a document and put it to use as the next version',
  auth: 'admin',
  params,
  body: z
    .strictObject({ document: documentSchema, expected_version: expectedVersion, comment })
    .meta({ id: 'PutMapping' }),
  responses: { 200: { description: 'The mapping as it is in use now', schema: mappingSchema } },
  problems: [notFound, changedSince],
} as const satisfies Contract;

export const validateMapping = {
  name: 'validateMapping',
  group: 'mappings',
  method: 'POST',
  path: '/api/mappings/{mapping_id}/validate',
  summary: 'Every fault of a document, by its path, without saving it',
  auth: 'manager',
  params,
  body: z.strictObject({ document: documentSchema }).meta({ id: 'ValidateMapping' }),
  responses: { 200: { description: 'What is wrong', schema: z.object({ valid: z.boolean(), faults }) } },
  problems: [notFound],
} as const satisfies Contract;

const transformStep = z.object({
  op: z.string(),
  before: shown,
  after: shown,
  taken: z.object({ side: z.enum(['yes', 'no']), steps: z.array(shown) }).optional(),
});
const previewSchema = z
  .object({
    mapping_id: z.string(),
    record: z.object({ id: z.string(), label: z.string(), data: shown, raw: shown }),
    outcome: z.enum(['mapped', 'excluded', 'failed']),
    reason: z.string().nullable().meta({ description: 'Why it is left out' }),
    failure: failureSchema.nullable(),
    payload: shown.meta({ description: 'What would be written; `$ref` and `$step` stand for ids of other documents' }),
    rules: z.array(z.object({ at: z.string(), held: z.boolean() })),
    fields: z.array(
      z.object({
        at: z.string().meta({ description: 'Where the field stands in the document', example: 'fields[3].fields[0]' }),
        to: z.string().meta({ example: 'Line[0].Amount' }),
        outcome: z.enum(['written', 'absent', 'skipped', 'failed']),
        input: shown,
        steps: z.array(transformStep),
        output: shown,
      }),
    ),
    faults: faults.meta({ description: 'What keeps the document from being saved' }),
  })
  .meta({ id: 'MappingPreview' });

export const previewMapping = {
  name: 'previewMapping',
  group: 'mappings',
  method: 'POST',
  path: '/api/mappings/{mapping_id}/preview',
  summary: 'What a document makes of one record, step by step; writes nothing',
  auth: 'manager',
  params,
  body: z
    .strictObject({
      document: documentSchema.optional().meta({ description: 'The one in use when absent' }),
      record: z
        .strictObject({
          id: id.optional().meta({ description: 'Alone: it is read from the source' }),
          data: z
            .record(z.string(), z.unknown())
            .optional()
            .meta({ description: 'A record that is not read: as `record` of an earlier preview shows it' }),
          raw: z.record(z.string(), z.unknown()).optional(),
        })
        .refine(({ id: recordId, data }) => recordId !== undefined || data !== undefined, {
          message: 'Give an id, to have it read, or data',
        }),
      required: z.boolean().optional().meta({ description: 'As if another record needed it' }),
    })
    .meta({ id: 'PreviewMapping' }),
  responses: { 200: { description: 'What it makes of the record', schema: previewSchema } },
  problems: [
    notFound,
    { status: 404, code: 'mapping.record_not_found', when: 'the source has no such record' },
    { status: 409, code: 'connection.required', when: 'the source is not connected and a record is to be read' },
  ],
} as const satisfies Contract;

export const listMappingVersions = {
  name: 'listMappingVersions',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings/{mapping_id}/versions',
  summary: 'Saved versions of a mapping, newest first',
  auth: 'viewer',
  params,
  query: z.strictObject(pagingQuery),
  responses: { 200: { description: 'A page', schema: listOf(versionInfoSchema) } },
  problems: [notFound],
} as const satisfies Contract;

const versionParams = z.object({ mapping_id: mappingId, version: z.coerce.number().int().min(0).max(999_999) });
const versionNotFound = { status: 404, code: 'mapping.version_not_found', when: 'it has no such version' } as const;

export const getMappingVersion = {
  name: 'getMappingVersion',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings/{mapping_id}/versions/{version}',
  summary: 'One version with its document; 0 is the default',
  auth: 'viewer',
  params: versionParams,
  responses: { 200: { description: 'The version', schema: versionSchema } },
  problems: [notFound, versionNotFound],
} as const satisfies Contract;

export const restoreMappingVersion = {
  name: 'restoreMappingVersion',
  group: 'mappings',
  method: 'POST',
  path: '/api/mappings/{mapping_id}/versions/{version}/restore',
  summary: 'Put an earlier version to use again, as a new one',
  auth: 'admin',
  params: versionParams,
  body: z.strictObject({ expected_version: expectedVersion, comment }).meta({ id: 'RestoreMappingVersion' }),
  responses: { 200: { description: 'The mapping as it is in use now', schema: mappingSchema } },
  problems: [notFound, versionNotFound, changedSince],
} as const satisfies Contract;

const replayChangeSchema = z.object({
  source_id: z.string(),
  label: z.string(),
  change: z.enum(['same', 'different', 'unreadable']),
  active: shown.meta({
    description: 'What the mapping in use makes of it: `kind`, and `reason` where it writes nothing',
  }),
  draft: shown,
  fields: z.array(z.object({ path: z.string(), before: shown, after: shown })),
});
const replaySchema = z
  .object({
    replay_id: z.string(),
    mapping_id: z.string(),
    status: z.enum(jobStatuses),
    records: z.number().int(),
    different: z.number().int(),
    items: z.array(replayChangeSchema).meta({ description: 'Records that come out differently' }),
    failure: failureSchema.nullable(),
    requested_by: z.string(),
    started_at: instantSchema,
    finished_at: instantSchema.nullable(),
  })
  .meta({ id: 'MappingReplay' });

export const startMappingReplay = {
  name: 'startMappingReplay',
  group: 'mappings',
  method: 'POST',
  path: '/api/mappings/{mapping_id}/replay',
  summary: 'Compare a draft with the mapping in use over the records synced last; writes nothing to a platform',
  auth: 'manager',
  params,
  body: z
    .strictObject({
      document: documentSchema,
      records: z.number().int().min(1).max(200).default(50).meta({ description: 'How many of the last records' }),
    })
    .meta({ id: 'StartMappingReplay' }),
  responses: { 202: { description: 'It goes on by itself: ask for it again', schema: replaySchema } },
  problems: [notFound],
} as const satisfies Contract;

export const getMappingReplay = {
  name: 'getMappingReplay',
  group: 'mappings',
  method: 'GET',
  path: '/api/mappings/replays/{replay_id}',
  summary: 'What a draft would have made otherwise, record by record and field by field',
  auth: 'viewer',
  params: z.object({ replay_id: id }),
  responses: { 200: { description: 'The replay, as far as it is', schema: replaySchema } },
  problems: [{ status: 404, code: 'mapping.replay_not_found', when: 'there is no such replay' }],
} as const satisfies Contract;

/** Endpoints of function api-mappings. */
export const mappingContracts: readonly Contract[] = [
  listMappings,
  exportMappings,
  importMappings,
  getMapping,
  getMappingSchema,
  putMapping,
  validateMapping,
  previewMapping,
  listMappingVersions,
  getMappingVersion,
  restoreMappingVersion,
  startMappingReplay,
  getMappingReplay,
];
