import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Definitions } from '#web/components/card.tsx';
import { ConfirmDialog, Dialog } from '#web/components/dialog.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime, entityName, platformName } from '#web/components/text.tsx';
import { toast } from '#web/components/toast.tsx';
import { type ScheduleDetail, useAction, useApi } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import { Upcoming } from './upcoming.tsx';

export interface ScheduleDetailsProps {
  readonly scheduleId: string;
  readonly onClose: () => void;
  readonly onEdit: (schedule: ScheduleDetail) => void;
}

/** One schedule: what it does, when next, and what came of its last times. */
export function ScheduleDetails({ scheduleId, onClose, onEdit }: ScheduleDetailsProps) {
  const schedule = useApi('getSchedule', { schedule_id: scheduleId });
  const [isDeleting, setIsDeleting] = useState(false);
  const remove = useAction('deleteSchedule', {
    changes: ['listSchedules'],
    onSuccess: ({ name }) => {
      toast(t('schedules.deleted', { name }));
      onClose();
    },
  });
  const { data } = schedule;
  if (isDeleting && data) {
    return (
      <ConfirmDialog
        open
        onClose={() => setIsDeleting(false)}
        onConfirm={() => remove.mutate({ schedule_id: scheduleId })}
        title={t('schedules.deleteTitle', { name: data.name })}
        description={t('schedules.deleteHint')}
        confirmLabel={t('schedules.delete')}
        isDestructive
        busy={remove.isPending}
        error={remove.error}
      />
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={data?.name ?? t('schedules.details')}
      description={data?.in_words}
      footer={
        data && (
          <>
            <Button icon={Trash2} variant="danger" needs="deleteSchedule" onClick={() => setIsDeleting(true)}>
              {t('schedules.delete')}
            </Button>
            <Button icon={Pencil} variant="primary" needs="putSchedule" onClick={() => onEdit(data)}>
              {t('common.edit')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={schedule}>{(detail) => <Details detail={detail} />}</Loaded>
    </Dialog>
  );
}

function Details({ detail }: { readonly detail: ScheduleDetail }) {
  const { entity, mode, source, target, overlap, time_zone, next_runs, events, updated_by, updated_at } = detail;
  return (
    <div className="flex flex-col gap-5">
      <Definitions
        items={[
          { term: t('schedules.what'), value: `${entityName(entity)}, ${maybe('mode', mode) ?? mode}` },
          { term: t('schedules.from'), value: source ? platformName(source) : t('schedules.anyPlatform') },
          { term: t('schedules.to'), value: target ? platformName(target) : t('schedules.anyPlatform') },
          { term: t('schedules.overlap'), value: t(`schedules.overlap_${overlap}`) },
          { term: t('schedules.timeZone'), value: time_zone },
          {
            term: t('schedules.changed'),
            value: (
              <>
                <DateTime value={updated_at} /> {t('schedules.by', { who: updated_by })}
              </>
            ),
          },
        ]}
      />
      <section aria-label={t('schedules.nextRuns')}>
        <h3 className="mb-1 font-semibold">{t('schedules.nextRuns')}</h3>
        {next_runs.length === 0 ? (
          <p className="text-ink-muted">{t('schedules.offHint')}</p>
        ) : (
          <Upcoming times={next_runs} timeZone={time_zone} />
        )}
      </section>
      <section aria-label={t('schedules.lastRuns')}>
        <h3 className="mb-1 font-semibold">{t('schedules.lastRuns')}</h3>
        {events.length === 0 && <p className="text-ink-muted">{t('schedules.notYet')}</p>}
        <ul className="divide-y divide-line">
          {events.map(({ due_at, at, outcome, reason }) => (
            <li key={`${due_at} ${at} ${outcome}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-1.5">
              <DateTime value={at} />
              <OutcomeBadge outcome={outcome} />
              {reason && <span className="text-ink-muted">{reason}</span>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
