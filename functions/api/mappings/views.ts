import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import type { MappingFault } from '#shared/mapping/validate/faults.ts';
import { documentOf } from '#shared/mapping-editor/active-mappings.ts';
import type { Saved } from '#shared/mapping-editor/save.ts';
import { type MappingUse, type Platforms, useOf, validateAs } from '#shared/mapping-editor/validation.ts';
import type { MappingVersion } from '#shared/model/mapping-version.ts';

/** Where this mapping is used. @throws ProblemError 404 when no flow has it. */
export function useFor(mappingId: string): MappingUse {
  const use = useOf(mappingId);
  if (use && defaultMappings.has(mappingId)) return use;
  throw new ProblemError('mapping.not_found', `There is no mapping ${mappingId}.`);
}

export function infoOf({ route, step }: MappingUse, active: MappingVersion | undefined) {
  return {
    mapping_id: step.mapping,
    entity: route.name,
    source: route.source,
    target: { platform: route.target.platform, entity: step.entity },
    version: active?.version ?? 0,
    is_default: (active?.document ?? null) === null,
    changed_at: active?.created_at ?? null,
    changed_by: active?.created_by ?? null,
    comment: active?.comment ?? null,
  };
}

export function mappingOf(use: MappingUse, active: MappingVersion | undefined) {
  return { ...infoOf(use, active), document: bare(documentIn(use, active)) };
}

/** The document of a version; of none, the default. */
export function documentIn({ step }: MappingUse, version: MappingVersion | undefined): MappingDocument {
  const fallback = defaultMappings.get(step.mapping);
  if (version) return documentOf(version);
  if (fallback) return fallback;
  throw new Error(`no document ${step.mapping}`);
}

/** As a person edits it. */
export function bare({ saved_version: _saved, ...document }: MappingDocument): Record<string, unknown> {
  return document;
}

export function versionInfoOf(version: MappingVersion) {
  const { mapping_id, version: number, document, comment, created_at, created_by, restored_from } = version;
  return {
    mapping_id,
    version: number,
    is_default: document === null,
    comment,
    created_at,
    created_by,
    restored_from,
  };
}

/** The default, as if it were a version. */
export function defaultVersionOf(mappingId: string) {
  return {
    mapping_id: mappingId,
    version: 0,
    is_default: true,
    comment: null,
    created_at: null,
    created_by: null,
    restored_from: null,
  };
}

/** The document, checked. @throws ProblemError 400 with every fault under `where`. */
export function validDocument(platforms: Platforms, use: MappingUse, document: unknown): MappingDocument {
  const checked = validateAs(platforms, use, document);
  if (checked.ok) return checked.document;
  throw invalidRequest(faultsUnder('document', checked.faults));
}

export function faultsUnder(where: string, faults: readonly MappingFault[]) {
  return faults.map(({ path, ...fault }) => {
    const joined = path.startsWith('[') ? `${where}${path}` : `${where}.${path}`;
    return { ...fault, path: path === '' ? where : joined };
  });
}

/** The versions saved. @throws ProblemError 409 when somebody else was faster. */
export function savedOf(saved: Saved, mappingIds: readonly string[]): readonly MappingVersion[] {
  if (saved.kind === 'saved') return saved.versions;
  const now = Object.fromEntries(mappingIds.map((mappingId) => [mappingId, saved.versions[mappingId] ?? 0]));
  const [first = ''] = mappingIds;
  const detail = 'Somebody saved another version meanwhile: look at it, then save over it or make yours from it.';
  throw new ProblemError('mapping.changed_since', detail, { members: { version: now[first] ?? 0, versions: now } });
}
