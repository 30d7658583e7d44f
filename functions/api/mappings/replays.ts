import type * as z from 'zod';
import * as contract from '#shared/api/mappings.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import {
  mappingReplay,
  replayChangeSchema,
  replayKey,
  replayRequestSchema,
  replayResultSchema,
} from '#shared/mapping-editor/replay.ts';
import type { Job } from '#shared/model/job.ts';
import type { MappingsApiDeps } from './deps.ts';
import { bare, useFor, validDocument } from './views.ts';

type ReplayAnswer = z.output<(typeof contract.getMappingReplay.responses)[200]['schema']>;

export const startMappingReplay = endpoint(
  contract.startMappingReplay,
  async ({ params, body, caller }, deps: MappingsApiDeps) => {
    const { mapping_id } = params;
    const document = validDocument(deps.platforms, useFor(mapping_id), body.document);
    const request = { mapping_id, records: body.records, document: bare(document) as JsonObject };
    const asked = { tenantId: caller.tenantId, requestedBy: caller.userId, request, reuseMs: 0 };
    const { job } = await deps.startReplay(asked);
    const note = {
      target: { type: 'mapping', id: mapping_id },
      after: { replay_id: job.job_id, records: body.records },
    };
    return answer(202, await replayView(deps, job), note);
  },
);

export const getMappingReplay = endpoint(
  contract.getMappingReplay,
  async ({ params, caller }, deps: MappingsApiDeps) => {
    const job = await deps.jobs.find(caller.tenantId, params.replay_id);
    if (job?.kind !== mappingReplay.kind) {
      throw new ProblemError('mapping.replay_not_found', `There is no replay ${params.replay_id}.`);
    }
    return answer(200, await replayView(deps, job));
  },
);

async function replayView({ journal }: MappingsApiDeps, job: Job): Promise<ReplayAnswer> {
  const { mapping_id } = replayRequestSchema.parse(job.request);
  const result = job.status === 'completed' ? replayResultSchema.parse(job.result) : undefined;
  const pages = Array.from({ length: result?.pages ?? 0 }, (_, page) => replayKey(job.tenant_id, job.job_id, page));
  const lines = (await Promise.all(pages.map((key) => journal.read(key)))).flat();
  return {
    replay_id: job.job_id,
    mapping_id,
    status: job.status,
    records: result?.records ?? job.progress.done,
    different: result?.different ?? 0,
    items: lines.map((line) => replayChangeSchema.parse(line)),
    failure: job.failure ?? null,
    requested_by: job.requested_by,
    started_at: job.started_at,
    finished_at: job.finished_at ?? null,
  };
}
