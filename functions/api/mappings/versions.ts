import * as contract from '#shared/api/mappings.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { documentOf } from '#shared/mapping-editor/active-mappings.ts';
import { restoreMapping } from '#shared/mapping-editor/save.ts';
import type { MappingsApiDeps } from './deps.ts';
import { bare, defaultVersionOf, documentIn, mappingOf, savedOf, useFor, versionInfoOf } from './views.ts';

export const listMappingVersions = endpoint(
  contract.listMappingVersions,
  async ({ params, query, caller }, { mappings }: MappingsApiDeps) => {
    const { mapping_id } = params;
    useFor(mapping_id);
    const scope = [caller.tenantId, contract.listMappingVersions.name, mapping_id];
    const page = await readPage(query, scope, async (limit, after) => {
      const from = after === undefined ? {} : { after: Number(after) };
      const { versions, next } = await mappings.list(caller.tenantId, mapping_id, { limit, ...from });
      return { items: versions.map(versionInfoOf), ...(next === undefined ? {} : { next: String(next) }) };
    });
    return answer(200, page);
  },
);

export const getMappingVersion = endpoint(
  contract.getMappingVersion,
  async ({ params, caller }, { mappings }: MappingsApiDeps) => {
    const { mapping_id, version } = params;
    const use = useFor(mapping_id);
    if (version === 0)
      return answer(200, { ...defaultVersionOf(mapping_id), document: bare(documentIn(use, undefined)) });
    const found = await mappings.find(caller.tenantId, mapping_id, version);
    if (!found) throw noVersion(mapping_id, version);
    return answer(200, { ...versionInfoOf(found), document: bare(documentOf(found)) });
  },
);

export const restoreMappingVersion = endpoint(
  contract.restoreMappingVersion,
  async ({ params, body, caller }, deps: MappingsApiDeps) => {
    const { mapping_id: mappingId, version } = params;
    const use = useFor(mappingId);
    const editing = { tenantId: caller.tenantId, userId: caller.userId, comment: body.comment ?? null };
    const edit = { mappingId, version, expected: body.expected_version };
    const saved = await restoreMapping(deps, editing, edit, documentOf);
    if (!saved) throw noVersion(mappingId, version);
    const [restored] = savedOf(saved, [mappingId]);
    const note = {
      target: { type: 'mapping', id: mappingId },
      before: { version: body.expected_version },
      after: { version: restored?.version, restored_from: version },
    };
    return answer(200, mappingOf(use, restored), note);
  },
);

function noVersion(mappingId: string, version: number): ProblemError {
  return new ProblemError('mapping.version_not_found', `${mappingId} has no version ${version}.`);
}
