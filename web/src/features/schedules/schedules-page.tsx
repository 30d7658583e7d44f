import { getRouteApi } from '@tanstack/react-router';
import { CalendarClock, Plus, RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Switch } from '#web/components/choices.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { Input } from '#web/components/field.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime, entityName, platformName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type Schedule, useAction, useApiList } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { OutcomeBadge } from './outcome-badge.tsx';

const ScheduleForm = lazy(async () => ({ default: (await import('./schedule-form.tsx')).ScheduleForm }));
const ScheduleDetails = lazy(async () => ({ default: (await import('./schedule-details.tsx')).ScheduleDetails }));

const route = getRouteApi('/schedules');

/** Syncs that start by themselves: which, when next, and what came of the last time. */
export function SchedulesPage() {
  const { q = '', schedule: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const zone = useStoreZone();
  const list = useApiList('listSchedules', {}, { every: 20_000 });
  const [edited, setEdited] = useState<Schedule | 'new'>();
  const [isRestoring, setIsRestoring] = useState(false);
  const rows = list.rows.filter((schedule) => matches(schedule, q));
  const open = (schedule: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, schedule }), replace: true });
  return (
    <Page
      title={t('schedules.title')}
      intro={[t('schedules.intro'), zone && t('time.zone', { zone })].filter(Boolean).join(' ')}
      actions={
        <>
          <Button icon={RotateCcw} needs="makeDefaultSchedules" onClick={() => setIsRestoring(true)}>
            {t('schedules.defaults')}
          </Button>
          <Button icon={Plus} variant="primary" needs="createSchedule" onClick={() => setEdited('new')}>
            {t('schedules.create')}
          </Button>
        </>
      }
    >
      <Input
        type="search"
        aria-label={t('common.search')}
        placeholder={t('schedules.searchHint')}
        value={q}
        onChange={({ target }) =>
          void navigate({ search: (before) => ({ ...before, q: target.value || undefined }), replace: true })
        }
        className="sm:max-w-xs"
      />
      <Card isFlush>
        <DataTable
          {...list}
          label={t('schedules.title')}
          columns={columnsWith(open)}
          rows={rows}
          rowId={({ schedule_id }) => schedule_id}
          sortedBy="next"
          empty={
            list.rows.length > 0 ? (
              <EmptyState title={t('schedules.noMatch')} />
            ) : (
              <EmptyState icon={CalendarClock} title={t('schedules.none')} hint={t('schedules.noneHint')} />
            )
          }
        />
      </Card>
      <Suspense fallback={null}>
        {opened !== undefined && edited === undefined && (
          <ScheduleDetails
            scheduleId={opened}
            onClose={() => open(undefined)}
            onEdit={(schedule) => {
              open(undefined);
              setEdited(schedule);
            }}
          />
        )}
        {edited !== undefined && (
          <ScheduleForm
            schedule={edited === 'new' ? undefined : edited}
            onClose={() => setEdited(undefined)}
            onSaved={() => setEdited(undefined)}
          />
        )}
      </Suspense>
      <RestoreDefaults open={isRestoring} onClose={() => setIsRestoring(false)} />
    </Page>
  );
}

const matches = ({ name, entity, in_words }: Schedule, wanted: string): boolean =>
  [name, entityName(entity), in_words].some((text) => text.toLowerCase().includes(wanted.trim().toLowerCase()));

const columnsWith = (open: (scheduleId: string) => void): readonly Column<Schedule>[] => [
  {
    id: 'name',
    header: t('schedules.name'),
    sortBy: ({ name }) => name,
    cell: (schedule) => (
      <div className="min-w-0">
        <button
          type="button"
          onClick={() => open(schedule.schedule_id)}
          className="text-left font-medium text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
        >
          {schedule.name}
        </button>
        <p className="text-xs text-ink-muted">{schedule.in_words}</p>
      </div>
    ),
  },
  {
    id: 'what',
    header: t('schedules.what'),
    from: 'lg',
    sortBy: ({ entity }) => entityName(entity),
    cell: ({ entity, mode, source, target }) => (
      <div className="whitespace-nowrap">
        {entityName(entity)}
        <p className="text-xs text-ink-muted">
          {[maybe('mode', mode) ?? mode, waysOf(source, target)].filter(Boolean).join(' · ')}
        </p>
      </div>
    ),
  },
  {
    id: 'next',
    header: t('schedules.next'),
    from: 'sm',
    sortBy: ({ next_run_at }) => next_run_at ?? undefined,
    cell: (schedule) => <NextRun schedule={schedule} />,
  },
  {
    id: 'last',
    header: t('schedules.last'),
    from: 'md',
    cell: ({ last_run }) =>
      last_run ? (
        <div className="flex flex-col items-start gap-0.5">
          <OutcomeBadge outcome={last_run.outcome} />
          <span className="text-xs text-ink-muted">
            <DateTime value={last_run.at} as="ago" />
          </span>
        </div>
      ) : (
        <span className="text-ink-muted">{t('schedules.notYet')}</span>
      ),
  },
  { id: 'enabled', header: t('schedules.enabled'), align: 'end', cell: (schedule) => <Toggle schedule={schedule} /> },
];

function waysOf(source: string | null, target: string | null): string {
  if (source === null && target === null) return '';
  const name = (platform: string | null) => (platform === null ? t('schedules.anywhere') : platformName(platform));
  return t('schedules.way', { source: name(source), target: name(target) });
}

function NextRun({ schedule: { enabled, next_run_at, waiting_since, pending } }: { readonly schedule: Schedule }) {
  if (!enabled) return <span className="text-ink-muted">{t('schedules.off')}</span>;
  if (waiting_since) return <Badge tone="warn">{t('schedules.waiting')}</Badge>;
  return (
    <div>
      <DateTime value={next_run_at} />
      {pending && <p className="text-xs text-ink-muted">{t('schedules.pending')}</p>}
    </div>
  );
}

function Toggle({ schedule: { schedule_id, name, enabled } }: { readonly schedule: Schedule }) {
  const toggle = useAction('toggleSchedule', {
    changes: ['listSchedules', 'getSchedule'],
    onSuccess: (after) => toast(t(after.enabled ? 'schedules.switchedOn' : 'schedules.switchedOff', { name })),
    onError: toastError,
  });
  const shown = toggle.isPending ? toggle.variables.body.enabled : enabled;
  return (
    <Switch
      name={t('schedules.toggle', { name })}
      checked={shown}
      needs="toggleSchedule"
      onChange={(next) => toggle.mutate({ schedule_id, body: { enabled: next } })}
    />
  );
}

function RestoreDefaults({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const make = useAction('makeDefaultSchedules', {
    changes: ['listSchedules'],
    onSuccess: ({ items }) => {
      toast(t('schedules.defaultsMade', { count: items.length }));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={() => make.mutate({ body: { again: true } })}
      title={t('schedules.defaultsTitle')}
      description={t('schedules.defaultsHint')}
      confirmLabel={t('schedules.defaults')}
      busy={make.isPending}
      error={make.error}
    />
  );
}
