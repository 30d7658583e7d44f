import * as contract from '#shared/api/settings.ts';
import { readSandbox, type SandboxDeps, type SandboxState, switchSandbox } from '#shared/connections/sandbox-mode.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';

export const getSandbox = endpoint(contract.getSandbox, async ({ caller: { tenantId } }, deps: SandboxDeps) =>
  answer(200, view(await readSandbox(deps, tenantId))),
);

export const setSandbox = endpoint(
  contract.setSandbox,
  async ({ body: { enabled }, caller: { tenantId, userId } }, deps: SandboxDeps) => {
    const outcome = await switchSandbox(deps, { tenantId, userId, enabled });
    if (outcome.kind === 'active') {
      const { run_id, entity, status } = outcome.run;
      const detail = `The sync ${run_id} of ${entity} is ${status}: wait for it or cancel it, then switch.`;
      throw new ProblemError('sandbox.sync_active', detail, { members: { sync_id: run_id } });
    }
    const target = { type: 'settings', id: 'sandbox' };
    if (outcome.kind === 'same') return answer(200, view(outcome.now), { target });
    const note = { target, before: { enabled: outcome.before?.enabled ?? false }, after: { enabled } };
    return answer(200, view(outcome.now), note);
  },
);

function view({ mode, connections }: SandboxState) {
  return {
    enabled: mode?.enabled ?? false,
    changed_at: mode?.changed_at ?? null,
    changed_by: mode?.changed_by ?? null,
    connections: [...connections],
  };
}
