import { Link } from '@tanstack/react-router';
import { Eye, RotateCw } from 'lucide-react';
import { Badge, CountBadge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { type Loadable, Loaded } from '#web/components/states.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type FailureCause, useAction } from '#web/lib/api.ts';
import { nameOf } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { type FailureState, queryOf } from './address.ts';
import { AllArrived } from './all-arrived.tsx';
import { afterRetry, changed } from './retried.ts';

export interface CausesCardProps {
  readonly causes: Loadable<{ readonly items: readonly FailureCause[] }>;
  readonly state: FailureState;
  readonly chosen: string | undefined;
}

/** Each cause with what to do about it and what it holds up. */
export function CausesCard({ causes, state, chosen }: CausesCardProps) {
  return (
    <Card title={t('failures.causes')} description={t('failures.causesHint')} isFlush>
      <Loaded query={causes}>
        {({ items }) => {
          const shown = items.filter(({ count }) => count[state] > 0);
          if (shown.length === 0) {
            return state === 'open' ? <AllArrived /> : <p className="p-4 text-ink-muted">{t('failures.noneSeen')}</p>;
          }
          return (
            <ul className="divide-y divide-line">
              {shown.map((cause) => (
                <Cause key={cause.id} cause={cause} state={state} isChosen={cause.id === chosen} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
}

interface CauseProps {
  readonly cause: FailureCause;
  readonly state: FailureState;
  readonly isChosen: boolean;
}

function Cause({ cause, state, isChosen }: CauseProps) {
  const { id, reason, fix, field, count, entities, parent, next_retry_at, last_seen_at } = cause;
  const retry = useAction('retryFailureCause', { changes: changed, onSuccess: afterRetry, onError: toastError });
  const see = useAction('acknowledgeFailureCause', {
    changes: changed,
    onSuccess: ({ acknowledged }) => toast(t('failures.markedSeen', { count: acknowledged })),
    onError: toastError,
  });
  return (
    <li data-chosen={isChosen || undefined} className="flex flex-col gap-2 p-4 data-chosen:bg-accent-soft lg:flex-row">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <CountBadge count={count[state]} tone={state === 'open' ? 'bad' : 'neutral'} />
          <Link
            to="/failures"
            search={queryOf(state, isChosen ? undefined : id)}
            className="min-w-0 rounded-sm font-medium break-words hover:underline"
          >
            {reason}
          </Link>
        </p>
        <p className="mt-1 break-words">
          <span className="font-medium">{t('problem.fix')}</span> {fix}
        </p>
        <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-muted">
          {entities.map((entity) => (
            <Badge key={entity}>{entityName(entity)}</Badge>
          ))}
          {field !== null && (
            <span>
              {t('failures.field')} {nameOf(field)}
            </span>
          )}
          <span>
            {t('failures.lastSeen')} <DateTime value={last_seen_at} as="ago" />
          </span>
          {next_retry_at !== null && (
            <span>
              {t('failures.nextRetry')} <DateTime value={next_retry_at} />
            </span>
          )}
          {parent && (
            <span>
              {t('failures.waitsFor')}{' '}
              <TextLink to="/failures/$id" params={{ id: parent.id }}>
                {parent.label}
              </TextLink>
            </span>
          )}
        </p>
      </div>
      <div className="flex flex-wrap items-start gap-2">
        {state === 'open' && (
          <Button
            size="small"
            variant="ghost"
            icon={Eye}
            needs="acknowledgeFailureCause"
            busy={see.isPending}
            onClick={() => see.mutate({ cause: id })}
          >
            {t('failures.markSeen')}
          </Button>
        )}
        <Button
          size="small"
          icon={RotateCw}
          needs="retryFailureCause"
          busy={retry.isPending}
          onClick={() => retry.mutate({ cause: id })}
        >
          {t('failures.retryCause', { count: count[state] })}
        </Button>
      </div>
    </li>
  );
}
