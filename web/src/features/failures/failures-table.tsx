import { Eye, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { TextLink } from '#web/components/link.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime, entityName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type SyncFailure, useAction, useApiList } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import type { FailureState } from './address.ts';
import { AllArrived } from './all-arrived.tsx';
import { afterRetry, changed } from './retried.ts';

export interface FailuresTableProps {
  readonly filters: {
    readonly state?: FailureState;
    readonly cause?: string;
    /** Only what waits for this one. */
    readonly parent?: string;
  };
}

/** Failures one by one, to be chosen and tried again or put aside together. */
export function FailuresTable({ filters }: FailuresTableProps) {
  const list = useApiList('listFailures', filters, { every: 5_000 });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = list.rows.map(({ id }) => id).filter((id) => chosen.has(id));
  const empty =
    filters.parent !== undefined ? (
      <EmptyState title={t('failures.noDependents')} />
    ) : filters.state === 'open' ? (
      <AllArrived />
    ) : (
      <EmptyState title={t('failures.noneSeen')} />
    );
  return (
    <>
      {ids.length > 0 && <ChosenBar ids={ids} state={filters.state ?? 'open'} onDone={() => setChosen(new Set())} />}
      <DataTable
        {...list}
        label={t('failures.records')}
        columns={columns}
        rowId={({ id }) => id}
        rowName={({ label }) => label}
        selection={{ ids: chosen, onChange: setChosen }}
        empty={empty}
      />
    </>
  );
}

interface ChosenBarProps {
  readonly ids: readonly string[];
  readonly state: FailureState;
  readonly onDone: () => void;
}

function ChosenBar({ ids, state, onDone }: ChosenBarProps) {
  const retry = useAction('retryFailures', {
    changes: changed,
    onError: toastError,
    onSuccess: (answer) => {
      onDone();
      afterRetry(answer);
    },
  });
  const see = useAction('acknowledgeFailures', {
    changes: changed,
    onError: toastError,
    onSuccess: ({ acknowledged }) => {
      onDone();
      toast(t('failures.markedSeen', { count: acknowledged }));
    },
  });
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-4 py-2">
      <p role="status" className="mr-auto font-medium">
        {t('common.selected', { count: ids.length })}
      </p>
      {state === 'open' && (
        <Button
          size="small"
          icon={Eye}
          needs="acknowledgeFailures"
          busy={see.isPending}
          onClick={() => see.mutate({ body: { ids } })}
        >
          {t('failures.markSeen')}
        </Button>
      )}
      <Button
        size="small"
        variant="primary"
        icon={RotateCw}
        needs="retryFailures"
        busy={retry.isPending}
        onClick={() => retry.mutate({ body: { ids } })}
      >
        {t('common.retry')}
      </Button>
    </div>
  );
}

const columns: readonly Column<SyncFailure>[] = [
  {
    id: 'label',
    header: t('failures.record'),
    sortBy: ({ label }) => label,
    cell: ({ id, label, dependents }) => (
      <span className="flex flex-wrap items-center gap-x-2">
        <TextLink to="/failures/$id" params={{ id }}>
          {label}
        </TextLink>
        {dependents > 0 && <Badge tone="warn">{t('failures.dependents', { count: dependents })}</Badge>}
      </span>
    ),
  },
  {
    id: 'reason',
    header: t('failures.reason'),
    grows: true,
    from: 'sm',
    cell: ({ parked, failure }) => (parked ? t('failures.parked') : failure.reason),
  },
  {
    id: 'target',
    header: t('failures.document'),
    from: 'lg',
    sortBy: ({ target_entity }) => target_entity,
    cell: ({ target_entity }) => (target_entity === undefined ? '' : entityName(target_entity)),
  },
  {
    id: 'attempts',
    header: t('failures.attempts'),
    align: 'end',
    from: 'md',
    sortBy: ({ attempts }) => attempts,
    cell: ({ attempts, max_attempts }) => t('failures.attemptsOf', { attempts, most: max_attempts }),
  },
  {
    id: 'last',
    header: t('failures.lastTried'),
    sortBy: ({ last_failed_at }) => last_failed_at,
    cell: ({ last_failed_at }) => <DateTime value={last_failed_at} as="ago" />,
  },
];
