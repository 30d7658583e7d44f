import { instant } from '../core/clock.ts';
import type { MappingDocument } from '../mapping/document.ts';
import type { MappingVersion } from '../model/mapping-version.ts';
import type { MappingRepository } from './ports.ts';

export interface SaveDeps {
  readonly mappings: Pick<MappingRepository, 'listActive' | 'find' | 'save'>;
  readonly clock: { now(): number };
}

interface Editing {
  readonly tenantId: string;
  readonly userId: string;
  readonly comment: string | null;
}

/** One mapping to put to use; `expected` is the version it was made from, 0 for the default. */
export interface Edit {
  readonly mappingId: string;
  readonly expected: number;
  /** Null: the default. */
  readonly document: MappingDocument | null;
  readonly restoredFrom?: number;
}

export type Saved =
  | { readonly kind: 'saved'; readonly versions: readonly MappingVersion[] }
  /** Somebody else saved meanwhile; `versions` are those in use now. */
  | { readonly kind: 'changed_since'; readonly versions: Readonly<Record<string, number>> };

/** Puts documents that were validated to use, each as its next version: all of them, or none. */
export async function saveMappings(
  deps: SaveDeps,
  { tenantId, userId, comment }: Editing,
  edits: readonly Edit[],
): Promise<Saved> {
  const created_at = instant(deps.clock.now());
  const versions = edits.map(
    ({ mappingId, expected, document, restoredFrom }): MappingVersion => ({
      tenant_id: tenantId,
      mapping_id: mappingId,
      version: expected + 1,
      document: document && bare(document),
      comment,
      created_at,
      created_by: userId,
      restored_from: restoredFrom ?? null,
    }),
  );
  const active = await versionsInUse(deps, tenantId);
  const moved = edits.some(({ mappingId, expected }) => (active[mappingId] ?? 0) !== expected);
  if (!moved && (await deps.mappings.save(versions))) return { kind: 'saved', versions };
  return { kind: 'changed_since', versions: moved ? active : await versionsInUse(deps, tenantId) };
}

/** Which version of each mapping is in use; a mapping that is not here has its default. */
async function versionsInUse({ mappings }: SaveDeps, tenantId: string): Promise<Record<string, number>> {
  const active = await mappings.listActive(tenantId);
  return Object.fromEntries(active.map(({ mapping_id, version }) => [mapping_id, version]));
}

/** As a person writes it: which version it is becomes of it when it is saved. */
function bare({ saved_version: _saved, ...document }: MappingDocument): Record<string, unknown> {
  return document;
}

/** Puts an earlier version to use again, as a new one. Undefined: there is no such version. */
export async function restoreMapping(
  deps: SaveDeps,
  editing: Editing,
  { mappingId, version, expected }: { readonly mappingId: string; readonly version: number; readonly expected: number },
  documentOf: (version: MappingVersion) => MappingDocument,
): Promise<Saved | undefined> {
  const edit = { mappingId, expected, restoredFrom: version };
  if (version === 0) return saveMappings(deps, editing, [{ ...edit, document: null }]);
  const earlier = await deps.mappings.find(editing.tenantId, mappingId, version);
  if (!earlier) return undefined;
  return saveMappings(deps, editing, [{ ...edit, document: earlier.document && documentOf(earlier) }]);
}
