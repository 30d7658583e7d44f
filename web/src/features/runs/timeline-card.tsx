import {
  Ban,
  CheckCheck,
  CircleAlert,
  CircleCheck,
  CirclePause,
  ClipboardCheck,
  type LucideIcon,
  Play,
  UserRound,
} from 'lucide-react';
import { Card } from '#web/components/card.tsx';
import { flowName, useFlows } from '#web/components/flow-name.tsx';
import { TextLink } from '#web/components/link.tsx';
import { requester } from '#web/components/sync-run.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { type Flow, type SyncDetail, useApi } from '#web/lib/api.ts';
import { formatInstant } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { type Event, timelineOf } from './timeline.ts';

const icons: Readonly<Record<Event['kind'], LucideIcon>> = {
  asked: UserRound,
  confirmed: ClipboardCheck,
  began: Play,
  finished: CircleCheck,
  failed: CircleAlert,
  stopped: Ban,
  waits: CirclePause,
  completed: CheckCheck,
  ended_failed: CircleAlert,
  cancelled: Ban,
};

/** What happened when, and the syncs this one belongs to. */
export function TimelineCard({ sync }: { readonly sync: SyncDetail }) {
  const flows = useFlows();
  return (
    <Card title={t('runs.timeline')}>
      <ol className="flex flex-col gap-3">
        {timelineOf(sync).map((event) => {
          const Icon = icons[event.kind];
          return (
            <li key={`${event.kind} ${event.flow}`} className="flex gap-3">
              <Icon aria-hidden size={16} className="mt-0.5 shrink-0 text-ink-muted" />
              <span className="min-w-0 flex-1">
                <span className="flex flex-wrap justify-between gap-x-3">
                  <span className="break-words">{textOf(event, sync, flows)}</span>
                  <span className="text-xs leading-5 text-ink-muted">
                    {event.kind === 'waits' && `${t('runs.legGoesOn')} `}
                    {event.at && <DateTime value={event.at} />}
                  </span>
                </span>
                {event.note && <span className="block text-xs break-words text-ink-muted">{event.note}</span>}
              </span>
            </li>
          );
        })}
      </ol>
      <Related sync={sync} />
    </Card>
  );
}

function textOf({ kind, flow = '' }: Event, sync: SyncDetail, flows: ReadonlyMap<string, Flow>): string {
  const named = { flow: flowName(flows, flow) };
  switch (kind) {
    case 'asked':
      return t('runs.askedAt', { who: requester(sync.requested_by) });
    case 'confirmed':
      return t('runs.planMadeAt');
    case 'began':
      return t('runs.legStarted', named);
    case 'finished':
      return t('runs.legFinished', named);
    case 'failed':
      return t('runs.legFailed', named);
    case 'stopped':
      return t('runs.legCancelled', named);
    case 'waits':
      return t('runs.legWaits', named);
    case 'completed':
      return t('runs.endedCompleted');
    case 'ended_failed':
      return t('runs.endedFailed');
    case 'cancelled':
      return t('runs.endedCancelled');
  }
}

/** The sync it takes back, or those that took it back. */
function Related({ sync }: { readonly sync: SyncDetail }) {
  const zone = useStoreZone();
  const others = useApi('listSyncs', { entity: sync.entity, limit: 100 });
  const undone = useApi('getSync', { sync_id: sync.undoes ?? '' }, { enabled: sync.undoes !== null });
  const undos = others.data?.items.filter(({ undoes, dry_run }) => undoes === sync.sync_id && !dry_run) ?? [];
  if (!undone.data && undos.length === 0) return null;
  return (
    <ul className="mt-4 flex flex-col gap-1 border-t border-line pt-3">
      {undone.data && (
        <li>
          <TextLink to="/runs/$syncId" params={{ syncId: undone.data.sync_id }}>
            {t('runs.takesBack', {
              entity: entityName(undone.data.entity),
              time: formatInstant(undone.data.started_at, zone),
            })}
          </TextLink>
        </li>
      )}
      {undos.map(({ sync_id: syncId, started_at, requested_by }) => (
        <li key={syncId}>
          {t('runs.takenBackBy')}{' '}
          <TextLink to="/runs/$syncId" params={{ syncId }}>
            {requester(requested_by)}
          </TextLink>{' '}
          <DateTime value={started_at} />
        </li>
      ))}
    </ul>
  );
}
