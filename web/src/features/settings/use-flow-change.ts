import { toast } from '#web/components/toast.tsx';
import { type Flow, useAction } from '#web/lib/api.ts';
import type { Condition } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import type { Conflict, Policy } from './terms.ts';

/** Undefined: it follows its entity again, or has no filter. */
interface FlowChange {
  readonly enabled?: boolean | undefined;
  readonly conflict?: Conflict | undefined;
  readonly delete_policy?: Policy | undefined;
  readonly filter?: Condition | undefined;
}

interface FlowChangeOptions {
  readonly onSuccess?: () => void;
  /** Where the error is not shown beside what was changed. */
  readonly onError?: (error: Error) => void;
}

/** Changes one thing of a flow: all else that was chosen for it is sent along, because what is left out gets its default. */
export function useFlowChange({ onSuccess, onError }: FlowChangeOptions) {
  const action = useAction('putFlow', {
    changes: ['listFlows'],
    onSuccess: () => {
      toast(t('settings.saved'));
      onSuccess?.();
    },
    ...(onError ? { onError } : {}),
  });
  const change = (flow: Flow, next: FlowChange, confirm?: 'delete_remote') => {
    const present = {
      enabled: flow.enabled ?? undefined,
      conflict: flow.chosen.conflict ?? undefined,
      delete_policy: flow.chosen.delete_policy ?? undefined,
      filter: flow.filter ?? undefined,
    };
    const merged = { ...present, ...next };
    // A policy that deletes was confirmed when it was chosen.
    const confirmed = merged.delete_policy === 'delete_remote' ? (confirm ?? 'delete_remote') : undefined;
    const body = Object.fromEntries(
      Object.entries({ ...merged, confirm: confirmed }).filter(([, value]) => value !== undefined),
    );
    action.mutate({ flow_id: flow.flow_id, body });
  };
  return { change, isPending: action.isPending, error: action.error };
}
