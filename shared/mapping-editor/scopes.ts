import { applyMapping } from '../mapping/apply.ts';
import type { MappingDocument } from '../mapping/document.ts';
import type { Scope } from '../mapping/scope.ts';
import type { LinkRepository } from '../sync/ports.ts';
import { routes } from '../sync/routes.ts';
import { scopesFor } from '../sync/scopes.ts';
import { addressFor } from '../sync/work.ts';
import { activeMappings } from './active-mappings.ts';
import type { MappingReader, MappingRepository } from './ports.ts';
import type { MappingUse } from './validation.ts';

export interface ScopeDeps {
  readonly mappings: Pick<MappingRepository, 'listActive'>;
  readonly links: Pick<LinkRepository, 'findMany'>;
  readonly reader: Pick<MappingReader, 'surroundings'>;
}

interface Wanted {
  readonly document: MappingDocument;
  readonly records: readonly { readonly id: string; readonly data: object; readonly raw: object }[];
  /** As if another record needed them. */
  readonly required: boolean;
}

/**
 * What a document would read of these records in a sync of now: what the target has of them and of what it asks about
 * counts, and so does what the steps before it would write.
 */
export async function scopesAt(
  deps: ScopeDeps,
  tenantId: string,
  { route, step }: MappingUse,
  { document, records, required }: Wanted,
): Promise<Scope[]> {
  const [active, beside] = await Promise.all([
    activeMappings(deps.mappings, tenantId),
    deps.reader.surroundings(tenantId, route),
  ]);
  const written = new Set<number>();
  const scopesOf = async (entity: string, by: MappingDocument): Promise<Scope[]> => {
    const links = await deps.links.findMany(
      tenantId,
      records.map((record) => addressFor(route, entity, record)),
    );
    const standing = records.map((record, index) => ({
      record,
      state: { required, written: links[index]?.state === 'linked' || written.has(index) },
    }));
    return scopesFor({ deps, tenantId, routes }, route, by, beside, standing);
  };
  for (const { entity, mapping } of route.steps.slice(0, route.steps.indexOf(step))) {
    const earlier = active.get(mapping);
    if (!earlier) continue;
    for (const [index, scope] of (await scopesOf(entity, earlier)).entries()) {
      if (applyMapping(earlier, scope).kind === 'mapped') written.add(index);
    }
  }
  return scopesOf(step.entity, document);
}
