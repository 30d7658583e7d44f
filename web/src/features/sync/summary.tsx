import { CircleAlert, CircleCheck, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Card, Stat, StatList } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { FlowName, flowName, useFlows } from '#web/components/flow-name.tsx';
import { TextLink } from '#web/components/link.tsx';
import { entityName, Money } from '#web/components/text.tsx';
import { type PlanSummary, type SyncDetail, useApi } from '#web/lib/api.ts';
import { classNames } from '#web/lib/class-names.ts';
import { formatDuration, formatInstant, formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { type AccountRow, accountRows, actions, countOf, type FlowRow, type Totals } from './totals.ts';

/** The four numbers one decides by. */
export function PlanStats({ totals }: { readonly totals: Totals }) {
  const { writes, linked, away, failed, conflicts, same } = totals;
  const blocked = failed + conflicts;
  return (
    <StatList>
      <Stat
        label={t('sync.statWrites')}
        value={formatNumber(writes)}
        hint={linked > 0 ? t('sync.statWritesHint', { count: linked }) : undefined}
      />
      <Stat
        label={t('sync.statAway')}
        value={formatNumber(away)}
        hint={t('sync.statAwayHint')}
        {...(away > 0 ? { tone: 'bad' } : {})}
      />
      <Stat
        label={t('sync.statBlocked')}
        value={formatNumber(blocked)}
        hint={blocked > 0 ? t('sync.statBlockedHint') : undefined}
        {...(blocked > 0 ? { tone: 'warn' } : {})}
      />
      <Stat label={t('sync.statSame')} value={formatNumber(same)} hint={t('sync.statSameHint')} />
    </StatList>
  );
}

/** What one has to know before the numbers: what went wrong, what is destructive, what it takes back, whether it was done. */
export function Notices({ sync, totals }: { readonly sync: SyncDetail; readonly totals: Totals }) {
  const flows = useFlows();
  const zone = useStoreZone();
  const others = useApi('listSyncs', { entity: sync.entity, limit: 100 });
  const undone = useApi('getSync', { sync_id: sync.undoes ?? '' }, { enabled: sync.undoes !== null });
  const carriedOut = others.data?.items.find(({ plan_id }) => plan_id === sync.sync_id);
  const show = (action: 'fail' | 'conflict' | 'delete' | 'archive') => (
    <TextLink to="/sync/plan/$planId" params={{ planId: sync.sync_id }} search={{ action }} resetScroll={false}>
      {t('sync.showThese')}
    </TextLink>
  );
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {undone.data && (
        <Notice tone="neutral" icon={CircleAlert}>
          <TextLink to="/runs/$syncId" params={{ syncId: undone.data.sync_id }}>
            {t('sync.takesBack', {
              entity: entityName(undone.data.entity),
              time: formatInstant(undone.data.started_at, zone),
            })}
          </TextLink>
        </Notice>
      )}
      {carriedOut && (
        <Notice tone="good" icon={CircleCheck}>
          {t('sync.carriedOut')}{' '}
          <TextLink to="/runs/$syncId" params={{ syncId: carriedOut.sync_id }}>
            {t('sync.openRun')}
          </TextLink>
        </Notice>
      )}
      {sync.status !== 'completed' && (
        <Notice tone="bad" icon={CircleAlert}>
          <span className="font-medium">
            {sync.status === 'cancelled' ? t('sync.planCancelled') : t('sync.planFailed')}
          </span>
        </Notice>
      )}
      {sync.legs.map(({ route_id, failure }) =>
        failure ? (
          <Notice key={route_id} tone="bad" icon={CircleAlert}>
            <span className="block font-medium">{t('sync.flowFailed', { flow: flowName(flows, route_id) })}</span>
            <span className="block">{failure.reason}</span>
            <span className="block text-ink-muted">{failure.fix}</span>
          </Notice>
        ) : null,
      )}
      {totals.away > 0 && (
        <Notice tone="bad" icon={TriangleAlert}>
          {t('sync.manyAway', { count: totals.away })} {show(countOf(totals.rows, 'delete') > 0 ? 'delete' : 'archive')}
        </Notice>
      )}
      {totals.failed > 0 && (
        <Notice tone="warn" icon={TriangleAlert}>
          {t('sync.manyFail', { count: totals.failed })} {show('fail')}
        </Notice>
      )}
      {totals.conflicts > 0 && (
        <Notice tone="warn" icon={TriangleAlert}>
          {t('sync.manyConflict', { count: totals.conflicts })} {show('conflict')}
        </Notice>
      )}
    </div>
  );
}

const noticeTones = {
  neutral: 'border-line bg-surface [&>svg]:text-ink-muted',
  good: 'border-transparent bg-good-soft [&>svg]:text-good',
  warn: 'border-transparent bg-warn-soft [&>svg]:text-warn',
  bad: 'border-transparent bg-bad-soft [&>svg]:text-bad',
} as const;

interface NoticeProps {
  readonly tone: keyof typeof noticeTones;
  readonly icon: LucideIcon;
  readonly children: ReactNode;
}

const Notice = ({ tone, icon: Icon, children }: NoticeProps) => (
  <div className={classNames('flex gap-2.5 rounded-card border px-4 py-2.5', noticeTones[tone])}>
    <Icon aria-hidden size={17} className="mt-0.5 shrink-0" />
    <div className="min-w-0 break-words">{children}</div>
  </div>
);

const flowColumns: readonly Column<FlowRow>[] = [
  {
    id: 'document',
    header: t('sync.document'),
    cell: ({ document, route }) => (
      <>
        <span className="block">{entityName(document)}</span>
        <span className="block text-xs text-ink-muted">
          <FlowName id={route} />
        </span>
      </>
    ),
  },
  ...actions.map(
    (action): Column<FlowRow> => ({
      id: action,
      header: t(`action.${action}`),
      align: 'end',
      cell: ({ counts }) => <Count value={counts[action] ?? 0} />,
    }),
  ),
  { id: 'money', header: t('sync.money'), align: 'end', cell: ({ money }) => <Sums money={money} /> },
];

/** Flow by flow and document by document: how many, and what they come to. */
export function FlowsCard({ totals }: { readonly totals: Totals }) {
  const { rows, seconds, calls } = totals;
  const used = flowColumns.filter(({ id }) => !isAction(id) || countOf(rows, id) > 0);
  const hint =
    calls > 0
      ? t('sync.writingTime', { duration: formatDuration(seconds), calls: t('sync.calls', { count: calls }) })
      : undefined;
  return (
    <Card title={t('sync.flows')} description={hint} isFlush>
      <DataTable label={t('sync.flows')} columns={used} rows={rows} rowId={({ id }) => id} />
    </Card>
  );
}

const isAction = (id: string): id is (typeof actions)[number] => actions.some((action) => action === id);

const Count = ({ value }: { readonly value: number }) => (value === 0 ? null : formatNumber(value));

function Sums({ money }: Pick<FlowRow, 'money'>) {
  return money.map(({ currency, created, updated, deleted }) => (
    <span key={currency} className="flex flex-col">
      <Sum amount={created} currency={currency} note={t('sync.moneyNew')} />
      <Sum amount={updated} currency={currency} note={t('sync.moneyMoved')} />
      <Sum amount={deleted} currency={currency} note={t('sync.moneyBack')} />
    </span>
  ));
}

function Sum({
  amount,
  currency,
  note,
}: {
  readonly amount: string;
  readonly currency: string;
  readonly note: string;
}) {
  if (!/[1-9]/.test(amount)) return null;
  return (
    <span className="whitespace-nowrap">
      <Money amount={amount} currency={currency} /> <span className="text-xs text-ink-muted">{note}</span>
    </span>
  );
}

const accountColumns: readonly Column<AccountRow>[] = [
  { id: 'account', header: t('sync.account'), cell: ({ account }) => account, grows: true },
  {
    id: 'debit',
    header: t('sync.debit'),
    align: 'end',
    cell: ({ debit, currency }) => debit && <Money amount={debit} currency={currency} />,
  },
  {
    id: 'credit',
    header: t('sync.credit'),
    align: 'end',
    cell: ({ credit, currency }) => credit && <Money amount={credit} currency={currency} />,
  },
];

/** What the plan does to the accounts of the books, as an accountant writes it. */
export function BooksCard({ summary }: { readonly summary: PlanSummary }) {
  const rows = accountRows(summary);
  return (
    <Card title={t('sync.books')} description={t('sync.booksHint')} isFlush>
      <DataTable
        label={t('sync.books')}
        columns={accountColumns}
        rows={rows}
        rowId={({ id }) => id}
        empty={<p className="px-4 pb-4 text-ink-muted">{t('sync.booksNone')}</p>}
      />
    </Card>
  );
}
