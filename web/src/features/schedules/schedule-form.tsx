import { type FormEvent, useId, useState } from 'react';
import { RadioGroup, Switch } from '#web/components/choices.tsx';
import { Dialog } from '#web/components/dialog.tsx';
import { Field, Input, Select } from '#web/components/field.tsx';
import { FormButtons } from '#web/components/form-buttons.tsx';
import { SkeletonLines } from '#web/components/skeleton.tsx';
import { ErrorState } from '#web/components/states.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import { toast } from '#web/components/toast.tsx';
import { type Schedule, type ScheduleDefinition, SyncProblem, useAction, useApi } from '#web/lib/api.ts';
import { useDebounced } from '#web/lib/debounced.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { expressionOf, type Recurrence, recurrenceOf } from './recurrence.ts';
import { RecurrenceFields } from './recurrence-fields.tsx';
import { Upcoming } from './upcoming.tsx';

export interface ScheduleFormProps {
  /** Undefined: a new one. */
  readonly schedule: Schedule | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

interface Draft extends Pick<Schedule, 'entity' | 'mode' | 'source' | 'target' | 'overlap' | 'enabled'> {
  /** Undefined until somebody gives it one. */
  readonly name: string | undefined;
  readonly recurrence: Recurrence;
  readonly timeZone: string | undefined;
}

const modes = ['incremental', 'full', 'sweep'] as const;
const overlaps = ['skip', 'queue'] as const;

const draftOf = (schedule: Schedule | undefined): Draft => ({
  name: schedule?.name,
  entity: schedule?.entity ?? 'orders',
  mode: schedule?.mode ?? 'incremental',
  source: schedule?.source ?? null,
  target: schedule?.target ?? null,
  overlap: schedule?.overlap ?? 'skip',
  enabled: schedule?.enabled ?? true,
  recurrence: schedule ? recurrenceOf(schedule.expression) : { kind: 'daily', time: '03:30' },
  timeZone: schedule?.time_zone,
});

/** Makes or changes a schedule; the times it would run at are shown as they are chosen. */
export function ScheduleForm({ schedule, onClose, onSaved }: ScheduleFormProps) {
  const form = useId();
  const storeZone = useStoreZone();
  const [draft, setDraft] = useState(() => draftOf(schedule));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const timeZone = draft.timeZone ?? storeZone ?? 'UTC';
  const expression = expressionOf(draft.recurrence);
  const asked = useDebounced(expression);
  const preview = useApi(
    'previewSchedule',
    { expression: asked ?? '', time_zone: timeZone },
    { enabled: asked !== undefined, keepPrevious: true },
  );
  const options = {
    changes: ['listSchedules', 'getSchedule'] as const,
    onSuccess: ({ name }: Schedule) => {
      toast(t('schedules.saved', { name }));
      onSaved();
    },
  };
  const create = useAction('createSchedule', options);
  const put = useAction('putSchedule', options);
  const saving = schedule ? put : create;
  const suggested = t('schedules.suggestedName', {
    entity: entityName(draft.entity),
    words: lowerFirst(preview.data?.in_words.split(', by the clocks')[0] ?? ''),
  }).slice(0, 100);
  const name = draft.name ?? suggested;
  const fault = (path: string) => faultAt(saving.error, path);
  const expressionFault =
    expression === undefined
      ? t('schedules.incomplete')
      : (faultAt(preview.error, 'expression') ?? fault('expression'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (expression === undefined || saving.isPending) return;
    const { entity, mode, source, target, overlap, enabled } = draft;
    // The API knows which entities and platforms there are; the lists here come from it.
    const body = { name, entity, source, target, mode, expression, time_zone: timeZone, overlap, enabled };
    if (schedule) put.mutate({ schedule_id: schedule.schedule_id, body: body as ScheduleDefinition });
    else create.mutate({ body: body as ScheduleDefinition });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={schedule ? t('schedules.editTitle', { name: schedule.name }) : t('schedules.createTitle')}
      description={t('schedules.formHint')}
      size="large"
      footer={
        <FormButtons
          form={form}
          onCancel={onClose}
          busy={saving.isPending}
          whyDisabled={expressionFault ? t('schedules.incomplete') : undefined}
        />
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-6 md:grid-cols-[minmax(0,1fr)_17rem]">
        <div className="flex flex-col gap-5">
          <What draft={draft} onChange={change} fault={fault} />
          <RecurrenceFields
            value={draft.recurrence}
            onChange={(recurrence) => change({ recurrence })}
            expression={expression ?? ''}
            error={expressionFault}
          />
          <Field label={t('schedules.timeZone')} hint={t('schedules.timeZoneHint')} error={fault('time_zone')}>
            <Select value={timeZone} onChange={(zone) => change({ timeZone: zone })} options={zones(timeZone)} />
          </Field>
          <div>
            <p className="mb-1.5 font-medium">{t('schedules.overlap')}</p>
            <RadioGroup
              name={t('schedules.overlap')}
              value={draft.overlap}
              onChange={(overlap) => change({ overlap })}
              options={overlaps.map((value) => ({
                value,
                label: t(`schedules.overlap_${value}`),
                hint: t(`schedules.overlapHint_${value}`),
              }))}
            />
          </div>
          <Field label={t('schedules.name')} error={name.trim() === '' ? t('schedules.nameMissing') : fault('name')}>
            <Input value={name} maxLength={100} onChange={({ target }) => change({ name: target.value })} />
          </Field>
          <Switch
            label={t('schedules.enabledLabel')}
            checked={draft.enabled}
            onChange={(enabled) => change({ enabled })}
          />
          {saving.error && <ErrorState error={saving.error} isInline />}
        </div>
        <aside aria-live="polite" className="h-fit rounded-card bg-sunken p-4 md:sticky md:top-0">
          <h3 className="mb-1 font-semibold">{t('schedules.nextRuns')}</h3>
          {expressionFault ? (
            <p className="text-ink-muted">{t('schedules.noTimes')}</p>
          ) : preview.data ? (
            <>
              <p className="mb-3 text-ink-muted">{preview.data.in_words}</p>
              <Upcoming times={preview.data.next_runs} timeZone={preview.data.time_zone} />
              {preview.data.next_runs.length === 0 && <p>{t('schedules.never')}</p>}
            </>
          ) : preview.error ? (
            <ErrorState error={preview.error} isInline onRetry={() => void preview.refetch()} />
          ) : (
            <SkeletonLines lines={5} />
          )}
        </aside>
      </form>
    </Dialog>
  );
}

interface WhatProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
  readonly fault: (path: string) => string | undefined;
}

/** Which records, how many of them, from where to where. */
function What({ draft, onChange, fault }: WhatProps) {
  const flows = useApi('listFlows', {}).data?.items ?? [];
  const entities = [...new Set([draft.entity, ...flows.map(({ entity }) => entity)])];
  const own = flows.filter(({ entity }) => entity === draft.entity);
  const platforms = (end: 'source' | 'target') => [
    { value: '', label: t('schedules.anyPlatform') },
    ...[...new Set([...own.map((flow) => flow[end].platform), ...(draft[end] ? [draft[end]] : [])])].map(
      (platform) => ({ value: platform, label: platformName(platform) }),
    ),
  ];
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={t('schedules.entity')} error={fault('entity')}>
          <Select
            value={draft.entity}
            onChange={(entity) => onChange({ entity, source: null, target: null })}
            options={entities
              .map((value) => ({ value, label: entityName(value) }))
              .toSorted((a, b) => a.label.localeCompare(b.label))}
          />
        </Field>
        <Field label={t('schedules.from')} error={fault('source')}>
          <Select
            value={draft.source ?? ''}
            onChange={(source) => onChange({ source: source || null })}
            options={platforms('source')}
          />
        </Field>
        <Field label={t('schedules.to')} error={fault('target')}>
          <Select
            value={draft.target ?? ''}
            onChange={(target) => onChange({ target: target || null })}
            options={platforms('target')}
          />
        </Field>
      </div>
      <div>
        <p className="mb-1.5 font-medium">{t('schedules.mode')}</p>
        <RadioGroup
          name={t('schedules.mode')}
          value={draft.mode}
          onChange={(mode) => onChange({ mode })}
          options={modes.map((value) => ({
            value,
            label: t(`schedules.mode_${value}`),
            hint: t(`schedules.modeHint_${value}`),
          }))}
        />
      </div>
    </>
  );
}

/** What the API says is wrong with one member; its path begins with where the request had it. */
function faultAt(error: Error | null, name: string): string | undefined {
  const faults = error instanceof SyncProblem ? error.errors : [];
  const own = faults.filter(({ path }) => path === name || path.endsWith(`.${name}`));
  return own.length === 0 ? undefined : own.map(({ message }) => message).join('. ');
}

const zones = (chosen: string) =>
  [...new Set([chosen, 'UTC', ...Intl.supportedValuesOf('timeZone')])]
    .toSorted()
    .map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
