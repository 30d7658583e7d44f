import type { Condition } from '../mapping/document.ts';
import type { ConflictStrategy, DeletePolicy, FlowDirection, FlowSettings } from '../model/flow-settings.ts';
import type { Route } from './routes.ts';

/** How one flow of a workspace works: its own settings over those of its entity over those for all over the defaults. */
export interface FlowPolicy {
  readonly enabled: boolean;
  readonly direction: FlowDirection;
  readonly conflict: ConflictStrategy;
  readonly deletePolicy: DeletePolicy;
  readonly deleteDelayMs: number;
  readonly deleteBrake: number;
  readonly filter?: Condition | undefined;
}

const hourMs = 3_600_000;
export const flowDefaults = {
  direction: 'bidirectional',
  delete_policy: 'local_only',
  delete_delay_hours: 24,
  delete_brake: 10,
} as const;

export function policyOf(settings: FlowSettings, route: Route): FlowPolicy {
  const own = settings.flows[route.id] ?? {};
  const direction = settings.direction.entities[route.name] ?? settings.direction.all ?? flowDefaults.direction;
  return {
    enabled: own.enabled !== false && (direction === 'bidirectional' || direction === route.direction),
    direction,
    conflict: own.conflict ?? strategyBy(settings.source_of_truth[route.name], route),
    deletePolicy:
      own.delete_policy ??
      settings.delete_policy.entities[route.name] ??
      settings.delete_policy.all ??
      flowDefaults.delete_policy,
    deleteDelayMs: (settings.delete_delay_hours ?? flowDefaults.delete_delay_hours) * hourMs,
    deleteBrake: settings.delete_brake ?? flowDefaults.delete_brake,
    // Checked by its schema before it was stored.
    filter: own.filter as Condition | undefined,
  };
}

/** Who is right wins whichever way the flow goes. */
function strategyBy(truth: string | undefined, { target, conflict = 'source_wins' }: Route): ConflictStrategy {
  if (truth === undefined) return conflict;
  return truth === target.platform ? 'target_wins' : 'source_wins';
}
