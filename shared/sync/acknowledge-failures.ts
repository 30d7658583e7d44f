import { instant } from '../core/clock.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { EngineDeps } from './ports.ts';

type AcknowledgeDeps = Pick<EngineDeps, 'failures' | 'clock'>;

/** Marks failures as seen: they are not tried again by themselves. Answers them in order; undefined: there is none. */
export function acknowledge(
  { failures, clock }: AcknowledgeDeps,
  tenantId: string,
  failureIds: readonly string[],
  by: string,
): Promise<(FailureRecord | undefined)[]> {
  const at = instant(clock.now());
  return failures.change(
    tenantId,
    at,
    failureIds.map((failureId) => ({ failureId })),
    (before) =>
      before && {
        ...before,
        state: 'acknowledged',
        acknowledged_by: by,
        acknowledged_at: at,
        next_retry_at: undefined,
      },
  );
}

/** A call ends well before the gateway gives up on it. */
const maxMs = 15_000;

export interface Acknowledged {
  /** How many were marked. */
  readonly acknowledged: number;
  /** The first of them. */
  readonly ids: readonly string[];
  /** True when time ran out before all were marked. */
  readonly more: boolean;
}

/** Marks all open failures of some routes or of a cause, as many as time allows. */
export async function acknowledgeAll(
  deps: AcknowledgeDeps,
  tenantId: string,
  which: { readonly routeIds: readonly string[] } | { readonly cause: string },
  by: string,
): Promise<Acknowledged> {
  const until = deps.clock.now() + maxMs;
  const ids: string[] = [];
  let acknowledged = 0;
  let after: string | undefined;
  do {
    const page = await deps.failures.list(tenantId, { ...which, state: 'open', limit: 100, after });
    const found = page.failures.map(({ failure_id }) => failure_id);
    const marked = await acknowledge(deps, tenantId, found, by);
    acknowledged += marked.filter((record) => record !== undefined).length;
    if (ids.length === 0) ids.push(...found);
    after = page.next;
  } while (after !== undefined && deps.clock.now() < until);
  return { acknowledged, ids, more: after !== undefined };
}
