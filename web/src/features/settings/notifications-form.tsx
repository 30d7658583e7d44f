import { Send } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Checkbox, Switch } from '#web/components/choices.tsx';
import { Field, Input, Select, TextArea } from '#web/components/field.tsx';
import { ErrorState } from '#web/components/states.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type NotificationSettings, type NotificationSettingsChange, SyncProblem, useAction } from '#web/lib/api.ts';
import { formatHour } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

type Channel = keyof NotificationSettings['channels'];
/** A test message is told to whoever asked for it. */
type Kind = Exclude<NonNullable<NotificationSettingsChange['events']>[number], 'test'>;

const kinds: readonly Kind[] = [
  'sync_failed',
  'sync_completed_with_failures',
  'sync_paused',
  'schedule_not_started',
  'connection_reauth_required',
  'connection_error',
  'connection_recovered',
  'breaker_opened',
  'breaker_closed',
  'grant_expiring',
  'arrivals_stopped',
  'arrivals_resumed',
  'channel_disabled',
];
const severities = ['info', 'warning', 'error'] as const;
const modes = ['immediate', 'hourly', 'daily'] as const;
const save = 'putNotificationSettings';

/** What is being entered; recipients one per line. */
interface Draft {
  readonly email: boolean;
  readonly recipients: string;
  readonly slack: boolean;
  /** Empty: the present one stays. */
  readonly slackUrl: string;
  readonly webhook: boolean;
  readonly webhookUrl: string;
  readonly severity: NotificationSettings['minimum_severity'];
  /** Null: all. */
  readonly events: readonly string[] | null;
  readonly digest: NotificationSettings['digest'];
  readonly lag: string;
}

function draftOf({ channels, minimum_severity, events, digest, lag_hours }: NotificationSettings): Draft {
  return {
    email: channels.email.enabled,
    recipients: channels.email.recipients.join('\n'),
    slack: channels.slack.enabled,
    slackUrl: '',
    webhook: channels.webhook.enabled,
    webhookUrl: channels.webhook.url ?? '',
    severity: minimum_severity,
    events,
    digest,
    lag: lag_hours === null ? '' : String(lag_hours),
  };
}

/** The whole of the settings: what has no control here is sent as it is. */
function bodyOf(draft: Draft, { entities, platforms }: NotificationSettings): NotificationSettingsChange {
  const recipients = draft.recipients
    .split(/[\s,;]+/)
    .map((each) => each.trim())
    .filter(Boolean);
  return {
    channels: {
      email: { enabled: draft.email, recipients },
      slack: { enabled: draft.slack, ...(draft.slackUrl.trim() === '' ? {} : { url: draft.slackUrl.trim() }) },
      webhook: { enabled: draft.webhook, url: draft.webhookUrl.trim() === '' ? null : draft.webhookUrl.trim() },
    },
    minimum_severity: draft.severity,
    events: draft.events as NotificationSettingsChange['events'],
    entities: entities as NotificationSettingsChange['entities'],
    platforms: platforms as NotificationSettingsChange['platforms'],
    digest: draft.digest,
    lag_hours: draft.lag.trim() === '' ? null : Number(draft.lag),
  };
}

export function NotificationsForm({ settings }: { readonly settings: NotificationSettings }) {
  const [draft, setDraft] = useState(() => draftOf(settings));
  const change = useAction(save, {
    changes: ['getNotificationSettings'],
    onSuccess: () => toast(t('settings.saved')),
  });
  const set = (next: Partial<Draft>) => setDraft({ ...draft, ...next });
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(settings));
  const fault = (path: string) =>
    change.error instanceof SyncProblem
      ? change.error.errors.find((each) => each.path === path || each.path.startsWith(`${path}[`))?.message
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) change.mutate({ body: bodyOf(draft, settings) });
  };
  const { slack, webhook } = settings.channels;
  const untested = isChanged ? t('settings.saveFirst') : undefined;
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Card title={t('settings.channels')} description={t('settings.channelsHint')}>
        <div className="flex flex-col divide-y divide-line">
          <ChannelPart channel="email" isOn={draft.email} whyDisabled={untested} onSwitch={(email) => set({ email })}>
            <Field
              label={t('settings.recipients')}
              hint={t('settings.recipientsHint')}
              error={fault('channels.email.recipients')}
            >
              <TextArea
                rows={3}
                needs={save}
                value={draft.recipients}
                onChange={(event) => set({ recipients: event.target.value })}
              />
            </Field>
          </ChannelPart>
          <ChannelPart channel="slack" isOn={draft.slack} whyDisabled={untested} onSwitch={(on) => set({ slack: on })}>
            <Field
              label={t('settings.slackUrl')}
              hint={slack.address ? t('settings.slackKept', { address: slack.address }) : t('settings.slackHint')}
              error={fault('channels.slack.url')}
            >
              <Input
                type="url"
                autoComplete="off"
                needs={save}
                value={draft.slackUrl}
                onChange={(event) => set({ slackUrl: event.target.value })}
              />
            </Field>
            <SwitchedOff disabled={slack.disabled} />
          </ChannelPart>
          <ChannelPart
            channel="webhook"
            isOn={draft.webhook}
            whyDisabled={untested}
            onSwitch={(on) => set({ webhook: on })}
          >
            <Field
              label={t('settings.webhookUrl')}
              hint={t('settings.webhookHint')}
              error={fault('channels.webhook.url')}
            >
              <Input
                type="url"
                autoComplete="off"
                needs={save}
                value={draft.webhookUrl}
                onChange={(event) => set({ webhookUrl: event.target.value })}
              />
            </Field>
            <SwitchedOff disabled={webhook.disabled} />
          </ChannelPart>
        </div>
      </Card>
      <Card title={t('settings.whatAndWhen')}>
        <div className="flex flex-col gap-5">
          <div className="grid grid-cols-[minmax(0,1fr)] gap-5 md:grid-cols-2">
            <Field label={t('settings.severity')} hint={t('settings.severityHint')}>
              <Select
                needs={save}
                value={draft.severity}
                options={severities.map((value) => ({ value, label: t(`settings.severity_${value}`) }))}
                onChange={(severity) => set({ severity })}
              />
            </Field>
            <Field label={t('settings.lag')} hint={t('settings.lagHint')} error={fault('lag_hours')} optional>
              <Input
                inputMode="numeric"
                needs={save}
                value={draft.lag}
                onChange={(event) => set({ lag: event.target.value })}
              />
            </Field>
            <Field label={t('settings.digest')} hint={t('settings.digestHint')}>
              <Select
                needs={save}
                value={draft.digest.mode}
                options={modes.map((value) => ({ value, label: t(`settings.digest_${value}`) }))}
                onChange={(mode) => set({ digest: { ...draft.digest, mode } })}
              />
            </Field>
            {draft.digest.mode === 'daily' && (
              <div className="grid grid-cols-2 gap-3">
                <Field label={t('settings.hour')}>
                  <Select
                    needs={save}
                    value={String(draft.digest.hour)}
                    options={hours}
                    onChange={(hour) => set({ digest: { ...draft.digest, hour: Number(hour) } })}
                  />
                </Field>
                <Field label={t('settings.zone')} error={fault('digest.time_zone')}>
                  <Input
                    needs={save}
                    value={draft.digest.time_zone}
                    onChange={(event) => set({ digest: { ...draft.digest, time_zone: event.target.value } })}
                  />
                </Field>
              </div>
            )}
          </div>
          <Kinds chosen={draft.events} onChange={(events) => set({ events })} />
        </div>
      </Card>
      {change.error && <ErrorState error={change.error} isInline />}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          variant="primary"
          needs={save}
          busy={change.isPending}
          whyDisabled={isChanged ? undefined : t('settings.nothingChanged')}
        >
          {t('common.save')}
        </Button>
        {isChanged && (
          <Button
            variant="ghost"
            onClick={() => {
              setDraft(draftOf(settings));
              change.reset();
            }}
          >
            {t('settings.discard')}
          </Button>
        )}
      </div>
    </form>
  );
}

const hours = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: formatHour(hour),
}));

interface ChannelPartProps {
  readonly channel: Channel;
  readonly isOn: boolean;
  /** Why it cannot be tested now. */
  readonly whyDisabled: string | undefined;
  readonly onSwitch: (isOn: boolean) => void;
  readonly children: ReactNode;
}

function ChannelPart({ channel, isOn, whyDisabled, onSwitch, children }: ChannelPartProps) {
  const name = t(`settings.channel_${channel}`);
  const test = useAction('testNotification', {
    changes: ['listNotificationHistory'],
    onSuccess: ({ ok, reason }) =>
      toast(ok ? t('settings.testSent', { channel: name }) : (reason ?? t('settings.testFailed')), ok ? 'good' : 'bad'),
    onError: toastError,
  });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0 md:grid-cols-[14rem_minmax(0,1fr)]">
      <div className="flex flex-row items-start justify-between gap-3 md:flex-col md:justify-start">
        <Switch label={<span className="font-medium">{name}</span>} checked={isOn} needs={save} onChange={onSwitch} />
        <Button
          size="small"
          icon={Send}
          needs="testNotification"
          busy={test.isPending}
          whyDisabled={whyDisabled}
          aria-label={t('settings.testOf', { channel: name })}
          onClick={() => test.mutate({ body: { channel } })}
        >
          {t('settings.test')}
        </Button>
      </div>
      <div className="flex min-w-0 flex-col gap-2">{children}</div>
    </div>
  );
}

function SwitchedOff({ disabled }: { readonly disabled: { readonly reason: string } | null }) {
  if (!disabled) return null;
  return <p className="break-words text-warn">{t('settings.switchedOff', { reason: disabled.reason })}</p>;
}

interface KindsProps {
  readonly chosen: readonly string[] | null;
  readonly onChange: (chosen: readonly string[] | null) => void;
}

/** Which happenings are told; all of them unless some were taken out. */
function Kinds({ chosen, onChange }: KindsProps) {
  const present = chosen ?? kinds;
  const toggle = (kind: string, isOn: boolean) => {
    const next = kinds.filter((each) => (each === kind ? isOn : present.includes(each)));
    onChange(next.length === kinds.length ? null : next);
  };
  return (
    <fieldset>
      <legend className="mb-2 font-medium">{t('settings.kinds')}</legend>
      <ul className="grid gap-2 sm:grid-cols-2">
        {kinds.map((kind) => (
          <li key={kind}>
            <Checkbox
              label={t(`settings.kind_${kind}`)}
              checked={present.includes(kind)}
              needs={save}
              onChange={(isOn) => toggle(kind, isOn)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
