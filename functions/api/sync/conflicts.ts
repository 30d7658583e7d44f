import type * as z from 'zod';
import * as contract from '#shared/api/conflicts.ts';
import { instant } from '#shared/core/clock.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import type { Conflict } from '#shared/model/conflict.ts';
import type { SyncApiDeps } from './deps.ts';
import { started } from './views.ts';

type Conflicts = Pick<SyncApiDeps, 'conflicts'>;

const noConflict = (id: string) => new ProblemError('conflict.not_found', `There is no conflict ${id}.`);

function view({
  tenant_id: _tenant,
  run_id,
  winner,
  resolution,
  ...shown
}: Conflict): z.output<typeof contract.conflictAnswerSchema> {
  return { ...shown, sync_id: run_id, winner: winner ?? null, resolution: resolution ?? null };
}

export const listConflicts = endpoint(
  contract.listConflicts,
  async ({ query, caller: { tenantId } }, { conflicts }: Conflicts) => {
    const page = await readPage(query, [tenantId, 'conflicts', query.state], async (limit, after) => {
      const slice = await conflicts.list(tenantId, { state: query.state, limit, after });
      return { items: slice.conflicts, next: slice.next };
    });
    return answer(200, { ...page, items: page.items.map(view) });
  },
);

export const getConflict = endpoint(contract.getConflict, async ({ params, caller }, { conflicts }: Conflicts) => {
  const found = await conflicts.find(caller.tenantId, params.conflict_id);
  if (!found) throw noConflict(params.conflict_id);
  return answer(200, view(found));
});

export const resolveConflict = endpoint(
  contract.resolveConflict,
  async (
    { params, body, caller: { tenantId, userId } },
    { conflicts, clock, startRun }: Pick<SyncApiDeps, 'conflicts' | 'clock' | 'startRun'>,
  ) => {
    const found = await conflicts.find(tenantId, params.conflict_id);
    if (!found) throw noConflict(params.conflict_id);
    const fields = body.fields ?? {};
    const known = new Set(found.fields.map(({ path }) => path));
    const unknown = Object.keys(fields).filter((path) => !known.has(path));
    if (unknown.length > 0) {
      const message = `The conflict has no such field; it has ${[...known].join(', ') || 'none'}.`;
      throw invalidRequest(unknown.map((path) => ({ path: `fields.${path}`, code: 'custom', message })));
    }
    const resolved = await conflicts.resolve(found, {
      keep: body.keep,
      fields,
      by: userId,
      at: instant(clock.now()),
    });
    if (!resolved) throw new ProblemError('conflict.not_open', 'It was decided already: read it again.');
    const audit = { before: { state: found.state }, after: { state: resolved.state, keep: body.keep, fields } };
    const outcome = await startRun({
      tenantId,
      requestedBy: userId,
      entity: found.entity,
      mode: 'incremental',
      dryRun: false,
      filters: {},
      ids: [found.source.id],
      routeIds: [found.route_id],
    });
    // A flow that is busy or not connected carries it out with its next sync: the decision is kept.
    return outcome.kind === 'started' || outcome.kind === 'repeated'
      ? answer(202, started(outcome.run), audit)
      : answer(200, view(resolved), audit);
  },
);
