import * as contract from '#shared/api/mappings.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import { applyMapping, type FieldTrace, type MappingTrace } from '#shared/mapping/apply.ts';
import { activeMappings } from '#shared/mapping-editor/active-mappings.ts';
import { scopesAt } from '#shared/mapping-editor/scopes.ts';
import { type MappingUse, validateAs } from '#shared/mapping-editor/validation.ts';
import type { MappingsApiDeps } from './deps.ts';
import { documentIn, faultsUnder, useFor } from './views.ts';

interface PreviewRecord {
  readonly id: string;
  readonly label: string;
  readonly data: object;
  readonly raw: object;
}

export const previewMapping = endpoint(
  contract.previewMapping,
  async ({ params, body, caller: { tenantId } }, deps: MappingsApiDeps) => {
    const use = useFor(params.mapping_id);
    const checked = body.document === undefined ? undefined : validateAs(deps.platforms, use, body.document);
    const faults = checked && !checked.ok ? checked.faults : [];
    const draft = checked?.document;
    // A draft with faults can be looked at, as far as it is one.
    if (checked && !draft) throw invalidRequest(faultsUnder('document', faults));
    const inUse = draft ?? (await activeMappings(deps.mappings, tenantId)).get(params.mapping_id);
    const document = inUse ?? documentIn(use, undefined);
    const { id, data, raw } = body.record;
    const record = data ? pasted(id, data, raw) : await readRecord(deps, use, tenantId, id ?? '');
    const wanted = { document, records: [record], required: body.required ?? false };
    const [scope = {}] = await scopesAt(deps, tenantId, use, wanted);
    const trace: MappingTrace = { rules: [], fields: [] };
    const mapped = applyMapping(document, scope, trace);
    return answer(200, {
      mapping_id: params.mapping_id,
      record,
      outcome: mapped.kind,
      reason: mapped.kind === 'excluded' ? mapped.reason : null,
      failure: mapped.kind === 'failed' ? mapped.failure : null,
      payload: mapped.kind === 'mapped' ? mapped.payload : null,
      rules: trace.rules,
      fields: trace.fields.map(fieldView),
      faults: [...faults],
    });
  },
);

function pasted(id = 'pasted', data: object, raw: object = {}): PreviewRecord {
  return { id, label: `Record ${id}`, data, raw };
}

async function readRecord(
  { reader }: MappingsApiDeps,
  { route }: MappingUse,
  tenantId: string,
  recordId: string,
): Promise<PreviewRecord> {
  const { records, rejected } = unwrap(await reader.read(tenantId, route, [recordId]));
  const [refused] = rejected;
  if (refused) unwrap({ ok: false, failure: refused.failure });
  const found = records.find(({ id }) => id === recordId) ?? records[0];
  if (found) return { id: found.id, label: found.label, data: found.data as JsonObject, raw: found.raw as JsonObject };
  throw new ProblemError(
    'mapping.record_not_found',
    `${route.source.platform} has no ${route.source.entity} ${recordId}.`,
  );
}

/** JSON has no undefined: what is absent is null. */
function fieldView({ at, to, outcome, input = null, steps, output = null }: FieldTrace) {
  const shown = steps.map(({ op, before = null, after = null, taken }) => ({
    op,
    before,
    after,
    ...(taken ? { taken: { side: taken.side, steps: [...taken.steps] } } : {}),
  }));
  return { at, to, outcome, input, steps: shown, output };
}
