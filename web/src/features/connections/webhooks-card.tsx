import { Wrench } from 'lucide-react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card, Definitions } from '#web/components/card.tsx';
import { Switch } from '#web/components/choices.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { useAction, useApi, type WebhookReport } from '#web/lib/api.ts';
import { formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';

type Missed = WebhookReport['missed'][number];
const tones = { healthy: 'good', degraded: 'warn', off: 'neutral' } as const;

/** How the platform tells of changes by itself, and what it did not tell of. Nothing where it has no webhooks. */
export function WebhooksCard({ platform }: { readonly platform: string }) {
  const reports = useApi('getWebhookHealth', {}, { every: 30_000 });
  const report = reports.data?.items.find((each) => each.platform === platform);
  if (reports.data && !report) return null;
  return (
    <Loaded query={reports}>
      {() =>
        report && (
          <>
            <StateCard report={report} />
            <Card title={t('connections.gaps')} description={t('connections.gapsHint')} isFlush>
              <DataTable
                label={t('connections.gaps')}
                columns={columns}
                rows={report.missed}
                rowId={({ entity, id, changed_at }) => `${entity} ${id} ${changed_at}`}
                empty={<EmptyState title={t('connections.noGaps')} hint={t('connections.noGapsHint')} />}
              />
            </Card>
          </>
        )
      }
    </Loaded>
  );
}

function StateCard({ report }: { readonly report: WebhookReport }) {
  const { platform, enabled, status, hooks, last_event_at, checked_at, last_24h, missed_24h, notes, failure } = report;
  const change = useAction('switchWebhooks', {
    changes: ['getWebhookHealth'],
    onSuccess: (after) => toast(t(after.enabled ? 'connections.hooksOn' : 'connections.hooksOff')),
    onError: toastError,
  });
  const paused = hooks.filter((hook) => hook.status === 'paused').length;
  const told = [
    { term: t('connections.lastEvent'), value: <DateTime value={last_event_at} as="ago" /> },
    { term: t('connections.events24'), value: formatNumber(last_24h.events ?? 0) },
    { term: t('connections.missed24'), value: formatNumber(missed_24h) },
    ...(hooks.length > 0
      ? [
          {
            term: t('connections.hooks'),
            value:
              paused > 0
                ? t('connections.hooksPaused', { count: hooks.length, paused })
                : t('connections.hooksActive', { count: hooks.length }),
          },
        ]
      : []),
    ...(checked_at ? [{ term: t('connections.hooksChecked'), value: <DateTime value={checked_at} as="ago" /> }] : []),
  ];
  return (
    <Card
      title={t('connections.webhooks')}
      description={t('connections.webhooksHint')}
      actions={
        <div className="flex flex-wrap items-center gap-3">
          <Badge tone={tones[status]}>{t(`connections.webhooks_${status}`)}</Badge>
          <Switch
            name={t('connections.webhooksSwitch')}
            checked={enabled}
            needs="switchWebhooks"
            whyDisabled={change.isPending ? t('common.loading') : undefined}
            onChange={(next) => change.mutate({ platform, body: { enabled: next } })}
          />
        </div>
      }
    >
      <div className="flex flex-col items-start gap-3">
        <Definitions items={told} />
        {failure && (
          <p className="break-words text-bad">
            {failure.reason} {failure.fix}
          </p>
        )}
        {notes.map((note) => (
          <p key={note} className="break-words text-warn">
            {note}
          </p>
        ))}
        {status === 'degraded' && (
          <Button
            size="small"
            icon={Wrench}
            needs="switchWebhooks"
            busy={change.isPending}
            onClick={() => change.mutate({ platform, body: { enabled: true } })}
          >
            {t('connections.repairHooks')}
          </Button>
        )}
      </div>
    </Card>
  );
}

const columns: readonly Column<Missed>[] = [
  { id: 'label', header: t('connections.record'), cell: ({ label }) => label, grows: true },
  { id: 'entity', header: t('connections.kind'), cell: ({ entity }) => entityName(entity), from: 'sm' },
  {
    id: 'changed_at',
    header: t('connections.changedAt'),
    cell: ({ changed_at }) => <DateTime value={changed_at} />,
  },
];
