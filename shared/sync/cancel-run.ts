import { isFinal, type Run } from '../model/run.ts';
import type { EngineDeps } from './ports.ts';

/** Asks a run to stop after the window it works on. Undefined when there is no such run; final runs stay as they are. */
export async function cancelRun(
  deps: Pick<EngineDeps, 'runs'>,
  tenantId: string,
  runId: string,
): Promise<Run | undefined> {
  const run = await deps.runs.find(tenantId, runId);
  if (!run || isFinal(run.status)) return run;
  return deps.runs.requestCancel(tenantId, runId);
}
