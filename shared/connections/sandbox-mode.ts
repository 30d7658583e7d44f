import { type Clock, instant } from '../core/clock.ts';
import { workspaceOf } from '../core/workspace.ts';
import type { ConnectionRepository } from '../data/connection-repository.ts';
import type { WorkspaceRepository } from '../data/workspace-repository.ts';
import { isFinal, type Run } from '../model/run.ts';
import type { SandboxMode } from '../model/sandbox-mode.ts';
import type { RunRepository } from '../sync/ports.ts';

export interface SandboxDeps {
  readonly workspaces: WorkspaceRepository;
  readonly runs: Pick<RunRepository, 'list' | 'find'>;
  readonly connections: Pick<ConnectionRepository, 'list'>;
  /** Names of all platforms there are. */
  readonly platforms: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
}

/** The mode of a tenant, and what is connected in its sandbox. */
export interface SandboxState {
  /** Undefined where nobody ever switched. */
  readonly mode: SandboxMode | undefined;
  readonly connections: readonly {
    readonly platform: string;
    readonly connected: boolean;
    readonly display_name: string | null;
  }[];
}

export async function readSandbox(deps: SandboxDeps, tenantId: string): Promise<SandboxState> {
  const [mode, made] = await Promise.all([
    deps.workspaces.mode(tenantId),
    deps.connections.list(workspaceOf(tenantId, true).tenantId),
  ]);
  const connections = deps.platforms.map((platform) => {
    const found = made.find((each) => each.platform === platform && each.status !== 'disconnected');
    return { platform, connected: found !== undefined, display_name: found?.display_name ?? null };
  });
  return { mode, connections };
}

export type Switched =
  | { readonly kind: 'switched'; readonly before: SandboxMode | undefined; readonly now: SandboxState }
  /** It was the mode already: nothing was changed. */
  | { readonly kind: 'same'; readonly now: SandboxState }
  /** A run of the workspace that would be left has not ended. */
  | { readonly kind: 'active'; readonly run: Run };

/**
 * Switches a tenant into its sandbox or back. Refused while a run is active, so that nobody loses sight of it; one that is
 * started in this very moment goes on in its own workspace and is seen again after switching back.
 */
export async function switchSandbox(
  deps: SandboxDeps,
  { tenantId, userId, enabled }: { tenantId: string; userId: string; enabled: boolean },
): Promise<Switched> {
  const before = await deps.workspaces.mode(tenantId);
  if ((before?.enabled ?? false) !== enabled) {
    const run = await activeRun(deps, workspaceOf(tenantId, !enabled).tenantId);
    if (run) return { kind: 'active', run };
    const mode = { tenant_id: tenantId, enabled, changed_at: instant(deps.clock.now()), changed_by: userId };
    if (await deps.workspaces.switchTo(mode)) {
      return { kind: 'switched', before, now: { ...(await readSandbox(deps, tenantId)), mode } };
    }
  }
  return { kind: 'same', now: await readSandbox(deps, tenantId) };
}

const activeStatuses = ['running', 'queued', 'paused'] as const;
/** Above the number of routes, which are the runs that can be active at once. */
const mostActive = 25;

async function activeRun({ runs }: Pick<SandboxDeps, 'runs'>, workspaceId: string): Promise<Run | undefined> {
  for (const status of activeStatuses) {
    const page = await runs.list(workspaceId, { status, limit: mostActive });
    for (const { run_id } of page.runs) {
      // The index lags: what it still shows as active may have ended.
      const run = await runs.find(workspaceId, run_id);
      if (run && !isFinal(run.status)) return run;
    }
  }
  return undefined;
}
