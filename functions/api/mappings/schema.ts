import * as contract from '#shared/api/mappings.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { contextOf } from '#shared/mapping-editor/validation.ts';
import { type ObjectSchema, type Place, placesOf } from '#shared/model/record-schema.ts';
import type { MappingsApiDeps } from './deps.ts';
import { useFor } from './views.ts';

export const getMappingSchema = endpoint(
  contract.getMappingSchema,
  async ({ params }, { platforms }: MappingsApiDeps) => {
    const { source, target, settings, references, steps } = contextOf(platforms, useFor(params.mapping_id));
    return answer(200, {
      source: placesFor(source),
      target: placesFor(target),
      settings: [...(settings ?? [])],
      references: [...references],
      steps: [...steps],
    });
  },
);

const placesFor = (schema: ObjectSchema | undefined) => (schema ? placesOf(schema).map(placeView) : null);

function placeView({ path, schema }: Place) {
  const { kind, required = false, read_only = false } = schema;
  return {
    path,
    kind,
    required,
    read_only,
    max_length: 'max_length' in schema ? (schema.max_length ?? null) : null,
    values: 'values' in schema && schema.values ? [...schema.values] : null,
    max_elements: schema.kind === 'list' ? (schema.max_elements ?? null) : null,
  };
}
