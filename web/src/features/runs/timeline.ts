import type { SyncDetail } from '#web/lib/api.ts';

/** Something that happened in a sync; `flow` is the id of the flow it happened to. */
export interface Event {
  readonly kind:
    | 'asked'
    | 'confirmed'
    | 'began'
    | 'finished'
    | 'failed'
    | 'stopped'
    | 'waits'
    | 'completed'
    | 'ended_failed'
    | 'cancelled';
  /** Null for what has no time of its own. */
  readonly at: string | null;
  readonly flow?: string;
  readonly note?: string;
}

const legEnds = { completed: 'finished', failed: 'failed', cancelled: 'stopped' } as const;
const runEnds = { completed: 'completed', failed: 'ended_failed', cancelled: 'cancelled' } as const;

/** What happened to a sync so far, in order. */
export function timelineOf({ started_at, finished_at, plan_id, status, legs }: SyncDetail): readonly Event[] {
  const ofLegs = legs.flatMap((leg): readonly Event[] => {
    const flow = leg.route_id;
    const note = leg.failure ? { note: leg.failure.reason } : {};
    const end = isEnded(leg.status) ? legEnds[leg.status] : undefined;
    return [
      ...(leg.started_at ? [{ kind: 'began', at: leg.started_at, flow } as const] : []),
      ...(leg.status === 'paused' ? [{ kind: 'waits', at: leg.resume_at, flow, ...note } as const] : []),
      ...(end && leg.finished_at ? [{ kind: end, at: leg.finished_at, flow, ...note } as const] : []),
    ];
  });
  return [
    { kind: 'asked', at: started_at },
    ...(plan_id ? [{ kind: 'confirmed', at: started_at } as const] : []),
    ...ofLegs.sort((a, b) => (a.at ?? '').localeCompare(b.at ?? '')),
    ...(finished_at && isEnded(status) ? [{ kind: runEnds[status], at: finished_at } as const] : []),
  ];
}

const isEnded = (status: SyncDetail['status']): status is keyof typeof legEnds => status in legEnds;
