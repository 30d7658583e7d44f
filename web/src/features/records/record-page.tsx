import { useParams } from '@tanstack/react-router';
import { ArrowRight, RotateCw } from 'lucide-react';
import { ActionBadge, Badge, StatusBadge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { FlowName } from '#web/components/flow-name.tsx';
import { ExternalLink, TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { DateTime, entityName, Money, platformName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type Timeline, useAction, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** One record in every system it reached, and all that happened to it. */
export function RecordPage() {
  const { connection, entity, id } = useParams({ from: '/records/$connection/$entity/$id' });
  const timeline = useApi('getTimeline', { connection, entity, id, limit: 100 }, { every: 5_000 });
  const name = t('records.name', { platform: platformName(connection), entity: entityName(entity), id });
  return (
    <Page
      title={timeline.data?.record.label ?? name}
      intro={
        timeline.data?.record.number ? t('records.alsoNumber', { number: timeline.data.record.number }) : undefined
      }
      breadcrumb={<TextLink to="/records">{t('records.title')}</TextLink>}
    >
      <Loaded query={timeline}>
        {(found) => (
          <>
            <Systems timeline={found} />
            {found.failures.length > 0 && <Failures timeline={found} />}
            <Events timeline={found} />
            {found.related.length > 0 && <Related timeline={found} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Where it is: what it is at its source, and what it became elsewhere. */
function Systems({ timeline: { record, documents } }: { readonly timeline: Timeline }) {
  const platforms = [...new Set(documents.map(({ connection }) => connection))];
  return (
    <ul aria-label={t('records.systems')} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      <li>
        <Card title={platformName(record.connection)} description={t('records.source')} className="h-full">
          <p className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-medium">{record.label ?? entityName(record.entity)}</span>
            {record.url && <ExternalLink href={record.url}>{t('records.openIn')}</ExternalLink>}
          </p>
        </Card>
      </li>
      {platforms.length === 0 && (
        <li className="sm:col-span-1 xl:col-span-2">
          <Card className="h-full">
            <EmptyState icon={ArrowRight} title={t('records.nowhere')} hint={t('records.nowhereHint')} />
          </Card>
        </li>
      )}
      {platforms.map((platform) => (
        <li key={platform}>
          <Card title={platformName(platform)} description={t('records.documents')} className="h-full">
            <ul className="-my-1.5 divide-y divide-line">
              {documents
                .filter(({ connection }) => connection === platform)
                .map(({ entity, id, state, url, updated_at }) => (
                  <li key={`${entity} ${id}`} className="flex flex-wrap items-center justify-between gap-2 py-1.5">
                    <span className="min-w-0">
                      <span className="font-medium">{entityName(entity)}</span>{' '}
                      {id !== null && <span className="break-all text-ink-muted tabular">{id}</span>}
                      <span className="block text-xs text-ink-muted">
                        <DateTime value={updated_at} as="ago" />
                      </span>
                    </span>
                    {state !== 'linked' && (
                      <Badge tone={state === 'removed' ? 'neutral' : 'accent'}>
                        {state === 'removed' ? t('records.removed') : t('records.claiming')}
                      </Badge>
                    )}
                    {url && <ExternalLink href={url}>{t('records.openIn')}</ExternalLink>}
                  </li>
                ))}
            </ul>
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Failures({ timeline: { failures } }: { readonly timeline: Timeline }) {
  const retry = useAction('retryFailures', {
    onSuccess: ({ records }) => toast(t('failures.retrying', { count: records })),
    onError: toastError,
  });
  return (
    <Card
      title={t('records.failures')}
      isFlush
      actions={
        <Button
          size="small"
          icon={RotateCw}
          needs="retryFailures"
          busy={retry.isPending}
          onClick={() => retry.mutate({ body: { ids: failures.map(({ id }) => id) } })}
        >
          {t('common.retry')}
        </Button>
      }
    >
      <ul className="divide-y divide-line">
        {failures.map(({ id, failure, state, last_failed_at }) => (
          <li key={id} className="px-4 py-2.5">
            <p className="flex flex-wrap items-center gap-2">
              <StatusBadge status={state} />
              <TextLink to="/failures/$id" params={{ id }}>
                {failure.reason}
              </TextLink>
              <span className="text-xs text-ink-muted">
                <DateTime value={last_failed_at} as="ago" />
              </span>
            </p>
            <p className="mt-1 break-words">
              <span className="font-medium">{t('problem.fix')}</span> {failure.fix}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Events({ timeline: { items, next_cursor } }: { readonly timeline: Timeline }) {
  return (
    <Card title={t('records.history')} description={t('records.historyHint')} isFlush>
      {items.length === 0 ? (
        <EmptyState title={t('records.noHistory')} />
      ) : (
        <ol className="divide-y divide-line">
          {items.map(({ id, at, status, route, documents, reason, failure }) => (
            <li key={id} className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[10rem_1fr]">
              <DateTime value={at} />
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2">
                  <ActionBadge action={status} />
                  <FlowName id={route} />
                </p>
                <ul className="text-ink-muted">
                  {documents.map(({ entity, action, target_id, total, currency }) => (
                    <li key={`${entity} ${target_id} ${action}`} className="flex flex-wrap gap-x-2">
                      <span>
                        {entityName(entity)} {target_id}
                      </span>
                      {total !== null && currency !== null && <Money amount={total} currency={currency} />}
                    </li>
                  ))}
                </ul>
                {explained(status, reason, failure) && (
                  <p className="break-words text-ink-muted">{explained(status, reason, failure)}</p>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      {next_cursor !== null && <p className="border-t border-line px-4 py-2 text-ink-muted">{t('records.older')}</p>}
    </Card>
  );
}

type Event = Timeline['items'][number];

/** Why something was left as it is, or failed; what was done needs no reason, whatever was left out beside it. */
const explained = (status: Event['status'], reason: Event['reason'], failure: Event['failure']): string | undefined =>
  failure?.reason ?? (status === 'skipped' ? (reason ?? undefined) : undefined);

function Related({ timeline: { related } }: { readonly timeline: Timeline }) {
  return (
    <Card title={t('records.related')}>
      <ul className="flex flex-wrap gap-x-5 gap-y-1.5">
        {related.map(({ connection, entity, id, label }) => (
          <li key={`${connection} ${entity} ${id}`}>
            <TextLink to="/records/$connection/$entity/$id" params={{ connection, entity, id }}>
              {t('records.relatedName', { entity: entityName(entity), id: label ?? id })}
            </TextLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
