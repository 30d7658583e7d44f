import * as contract from '#shared/api/mappings.ts';
import { instant } from '#shared/core/clock.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import { saveMappings } from '#shared/mapping-editor/save.ts';
import { validateAs } from '#shared/mapping-editor/validation.ts';
import type { MappingVersion } from '#shared/model/mapping-version.ts';
import { routes } from '#shared/sync/routes.ts';
import type { MappingsApiDeps } from './deps.ts';
import { bare, documentIn, faultsUnder, infoOf, mappingOf, savedOf, useFor, validDocument } from './views.ts';

const allIds = () => routes.flatMap(({ steps }) => steps.map(({ mapping }) => mapping));

async function inUse({ mappings }: MappingsApiDeps, tenantId: string): Promise<Map<string, MappingVersion>> {
  return new Map((await mappings.listActive(tenantId)).map((version) => [version.mapping_id, version]));
}

export const listMappings = endpoint(contract.listMappings, async ({ caller }, deps: MappingsApiDeps) => {
  const active = await inUse(deps, caller.tenantId);
  const items = allIds().map((mappingId) => infoOf(useFor(mappingId), active.get(mappingId)));
  return answer(200, { items, next_cursor: null });
});

export const getMapping = endpoint(contract.getMapping, async ({ params, caller }, deps: MappingsApiDeps) => {
  const use = useFor(params.mapping_id);
  return answer(200, mappingOf(use, (await inUse(deps, caller.tenantId)).get(params.mapping_id)));
});

export const putMapping = endpoint(contract.putMapping, async ({ params, body, caller }, deps: MappingsApiDeps) => {
  const mappingId = params.mapping_id;
  const use = useFor(mappingId);
  const document = validDocument(deps.platforms, use, body.document);
  const before = (await inUse(deps, caller.tenantId)).get(mappingId);
  const editing = { tenantId: caller.tenantId, userId: caller.userId, comment: body.comment ?? null };
  const edit = { mappingId, expected: body.expected_version, document };
  const [version] = savedOf(await saveMappings(deps, editing, [edit]), [mappingId]);
  const note = {
    target: { type: 'mapping', id: mappingId },
    ...changesOf(bare(documentIn(use, before)), bare(document)),
  };
  return answer(200, mappingOf(use, version), note);
});

export const validateMapping = endpoint(
  contract.validateMapping,
  async ({ params, body }, { platforms }: MappingsApiDeps) => {
    const checked = validateAs(platforms, useFor(params.mapping_id), body.document);
    return answer(200, { valid: checked.ok, faults: checked.ok ? [] : [...checked.faults] });
  },
);

export const exportMappings = endpoint(contract.exportMappings, async ({ query, caller }, deps: MappingsApiDeps) => {
  const wanted = query.mapping_ids === undefined ? allIds() : [...new Set(query.mapping_ids.split(','))];
  const active = await inUse(deps, caller.tenantId);
  const mappings = wanted.map((mappingId) => {
    const { version, document } = mappingOf(useFor(mappingId), active.get(mappingId));
    return { mapping_id: mappingId, version, document };
  });
  return answer(200, {
    format: 'easysale-sync/mappings' as const,
    exported_at: instant(deps.clock.now()),
    mappings,
  });
});

export const importMappings = endpoint(contract.importMappings, async ({ body, caller }, deps: MappingsApiDeps) => {
  const checked = body.mappings.map(({ mapping_id, document }, index) => {
    const where = `mappings[${index}]`;
    const twice = body.mappings.findIndex((other) => other.mapping_id === mapping_id) < index;
    if (twice) return [{ path: `${where}.mapping_id`, code: 'duplicate', message: 'It is in the list twice' }];
    const known = allIds().includes(mapping_id);
    if (!known)
      return [{ path: `${where}.mapping_id`, code: 'not_found', message: `There is no mapping ${mapping_id}` }];
    const result = validateAs(deps.platforms, useFor(mapping_id), document);
    return result.ok ? result.document : faultsUnder(`${where}.document`, result.faults);
  });
  const faults = checked.filter((each) => Array.isArray(each)).flat();
  if (faults.length > 0) throw invalidRequest(faults);
  const active = await inUse(deps, caller.tenantId);
  const edits = body.mappings.flatMap(({ mapping_id: mappingId, expected_version }, index) => {
    const document = checked[index];
    const expected = expected_version ?? active.get(mappingId)?.version ?? 0;
    return document && !Array.isArray(document) ? [{ mappingId, expected, document }] : [];
  });
  const ids = edits.map(({ mappingId }) => mappingId);
  const editing = { tenantId: caller.tenantId, userId: caller.userId, comment: body.comment ?? null };
  const versions = savedOf(await saveMappings(deps, editing, edits), ids);
  const items = versions.map((version) => infoOf(useFor(version.mapping_id), version));
  const after = Object.fromEntries(versions.map(({ mapping_id, version }) => [mapping_id, version]));
  return answer(200, { items }, { target: { type: 'mapping', id: ids.join(',').slice(0, 200) }, after });
});
