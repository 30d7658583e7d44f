import { useParams } from '@tanstack/react-router';
import { Eye, FileSearch, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { StatusBadge } from '#web/components/badge.tsx';
import { Button, LinkButton } from '#web/components/button.tsx';
import { Card, Definitions } from '#web/components/card.tsx';
import { useFlows } from '#web/components/flow-name.tsx';
import { JsonView } from '#web/components/json-view.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type SyncFailureDetail, useAction, useApi } from '#web/lib/api.ts';
import { nameOf } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { FailuresTable } from './failures-table.tsx';
import { changed } from './retried.ts';

/** One record that did not arrive: why, what to do, what was sent, and what waits for it. */
export function FailurePage() {
  const { id } = useParams({ from: '/failures/$id' });
  const failure = useApi('getFailure', { id }, { every: 5_000 });
  return (
    <Page
      title={failure.data?.label ?? t('failures.one')}
      breadcrumb={<TextLink to="/failures">{t('failures.title')}</TextLink>}
      actions={failure.data && <Actions failure={failure.data} />}
    >
      <Loaded query={failure}>{(detail) => <Detail failure={detail} />}</Loaded>
    </Page>
  );
}

function Actions({ failure }: { readonly failure: SyncFailureDetail }) {
  const { id, state, route_id, source_id, carried } = failure;
  const source = useFlows().get(route_id)?.source;
  const retry = useAction('retryFailure', {
    changes: changed,
    onSuccess: () => toast(t('failures.retrying', { count: 1 })),
    onError: toastError,
  });
  const see = useAction('acknowledgeFailure', {
    changes: changed,
    onSuccess: () => toast(t('failures.markedSeen', { count: 1 })),
    onError: toastError,
  });
  return (
    <>
      {!carried && source && (
        <LinkButton
          icon={FileSearch}
          to="/records/$connection/$entity/$id"
          params={{ connection: source.platform, entity: source.entity, id: source_id }}
        >
          {t('failures.whatHappened')}
        </LinkButton>
      )}
      {state === 'open' && (
        <Button icon={Eye} needs="acknowledgeFailure" busy={see.isPending} onClick={() => see.mutate({ id })}>
          {t('failures.markSeen')}
        </Button>
      )}
      <Button
        variant="primary"
        icon={RotateCw}
        needs="retryFailure"
        busy={retry.isPending}
        onClick={() => retry.mutate({ id })}
      >
        {t('common.retry')}
      </Button>
    </>
  );
}

function Detail({ failure }: { readonly failure: SyncFailureDetail }) {
  const { failure: reason, payload, tries, dependents, id } = failure;
  return (
    <div className="grid min-w-0 gap-5 lg:grid-cols-[3fr_2fr]">
      <div className="flex min-w-0 flex-col gap-5">
        <Card title={t('failures.why')}>
          <p className="break-words">{reason.reason}</p>
          <p className="mt-2 break-words">
            <span className="font-medium">{t('problem.fix')}</span> {reason.fix}
          </p>
        </Card>
        {dependents > 0 && (
          <Card title={t('failures.waiting')} description={t('failures.waitingHint')} isFlush>
            <FailuresTable filters={{ parent: id }} />
          </Card>
        )}
        {payload !== undefined && (
          <Card title={t('failures.payload')} description={t('failures.payloadHint')}>
            <JsonView label={t('failures.payload')} value={payload} />
          </Card>
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <Card title={t('common.details')}>
          <Definitions items={factsOf(failure)} />
        </Card>
        <Card title={t('failures.tries')}>
          <ol className="-my-2 divide-y divide-line">
            {tries.map(({ at, sync_id, code }) => (
              <li key={`${at} ${sync_id}`} className="flex flex-wrap items-center justify-between gap-x-3 py-2">
                <DateTime value={at} />
                <code className="font-mono text-xs break-all text-ink-muted">{code}</code>
              </li>
            ))}
          </ol>
        </Card>
      </div>
    </div>
  );
}

interface Fact {
  readonly term: ReactNode;
  readonly value: ReactNode;
}

function factsOf(failure: SyncFailureDetail): readonly Fact[] {
  const { failure: reason, parent, next_retry_at, retry_note } = failure;
  const facts: readonly Fact[] = [
    { term: t('failures.state'), value: <StatusBadge status={failure.state} /> },
    { term: t('failures.document'), value: failure.target_entity && entityName(failure.target_entity) },
    { term: t('failures.field'), value: reason.field && nameOf(reason.field) },
    { term: t('problem.code'), value: <Code>{reason.code}</Code> },
    { term: t('failures.platformCode'), value: reason.platform_code },
    { term: t('failures.traceId'), value: reason.trace_id },
    {
      term: t('failures.attempts'),
      value: t('failures.attemptsOf', { attempts: failure.attempts, most: failure.max_attempts }),
    },
    { term: t('failures.nextRetry'), value: next_retry_at ? <DateTime value={next_retry_at} /> : retry_note },
    {
      term: t('failures.waitsFor'),
      value: parent && (
        <TextLink to="/failures/$id" params={{ id: parent }}>
          {t('failures.parentFailure')}
        </TextLink>
      ),
    },
    { term: t('failures.firstFailed'), value: <DateTime value={failure.first_failed_at} /> },
    { term: t('failures.seenBy'), value: failure.acknowledged_by },
  ];
  return facts.filter(({ value }) => Boolean(value));
}

const Code = ({ children }: { readonly children: string }) => (
  <code className="font-mono text-xs break-all">{children}</code>
);
