import type { Endpoint } from '#shared/http/endpoint.ts';
import type { MappingsApiDeps } from './deps.ts';
import { exportMappings, getMapping, importMappings, listMappings, putMapping, validateMapping } from './mappings.ts';
import { previewMapping } from './preview.ts';
import { getMappingReplay, startMappingReplay } from './replays.ts';
import { getMappingSchema } from './schema.ts';
import { getMappingVersion, listMappingVersions, restoreMappingVersion } from './versions.ts';

/** Every endpoint of this function, bound to what it needs. */
export function mappingsEndpoints(deps: MappingsApiDeps): Endpoint[] {
  return [
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
  ].map((bind) => bind(deps));
}
