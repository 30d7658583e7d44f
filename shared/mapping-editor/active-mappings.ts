import { type MappingDocument, mappingDocumentSchema } from '../mapping/document.ts';
import { defaultMappings } from '../mapping/documents/index.ts';
import type { MappingVersion } from '../model/mapping-version.ts';
import type { MappingRepository } from './ports.ts';

/**
 * The mappings a workspace works with: what it saved, and the defaults for the rest. One query, whatever their number; it
 * answers nothing where nothing was ever saved.
 */
export async function activeMappings(
  mappings: Pick<MappingRepository, 'listActive'>,
  tenantId: string,
): Promise<ReadonlyMap<string, MappingDocument>> {
  const saved = await mappings.listActive(tenantId);
  if (saved.length === 0) return defaultMappings;
  // A mapping that the product does not have any more belongs to no route and is left alone.
  const own = saved.filter(({ document, mapping_id }) => document !== null && defaultMappings.has(mapping_id));
  return new Map([...defaultMappings, ...own.map((version) => [version.mapping_id, documentOf(version)] as const)]);
}

/** The document of a saved version, or the default it stands for; it knows which version it is. */
export function documentOf({ mapping_id, document, version }: MappingVersion): MappingDocument {
  const fallback = defaultMappings.get(mapping_id);
  if (document === null && fallback) return fallback;
  return { ...mappingDocumentSchema.parse(document), saved_version: version };
}
