import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { Card } from '#web/components/card.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { EmptyState } from '#web/components/states.tsx';
import { DateTime, platformName } from '#web/components/text.tsx';
import { type Conflict, useApiList } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { strategyName, winnerName } from './names.ts';

/** Records changed on both sides since they last agreed: those that wait, and how the others ended. */
export function ConflictsPage() {
  const { state = 'open' } = useSearch({ from: '/conflicts' });
  const navigate = useNavigate({ from: '/conflicts' });
  const list = useApiList('listConflicts', { state }, { every: 10_000 });
  return (
    <Page
      title={t('conflicts.title')}
      intro={t('conflicts.intro')}
      actions={
        <SegmentedControl
          label={t('conflicts.state')}
          value={state}
          onChange={(next) => void navigate({ search: next === 'open' ? {} : { state: next }, replace: true })}
          options={[
            { value: 'open', label: t('conflicts.open') },
            { value: 'resolved', label: t('conflicts.resolved') },
            { value: 'settled', label: t('conflicts.settled') },
          ]}
        />
      }
    >
      <Card isFlush>
        <DataTable
          {...list}
          key={state}
          label={t('conflicts.title')}
          columns={state === 'open' ? waiting : decided}
          rowId={({ conflict_id }) => conflict_id}
          empty={
            state === 'open' ? (
              <EmptyState icon={CircleCheck} title={t('conflicts.noneTitle')} hint={t('conflicts.noneHint')} />
            ) : (
              <EmptyState title={t('conflicts.noneDecided')} />
            )
          }
        />
      </Card>
    </Page>
  );
}

const record: Column<Conflict> = {
  id: 'label',
  header: t('conflicts.record'),
  grows: true,
  sortBy: ({ label }) => label,
  cell: ({ conflict_id, label }) => (
    <TextLink to="/conflicts/$id" params={{ id: conflict_id }}>
      {label}
    </TextLink>
  ),
};
const between: Column<Conflict> = {
  id: 'between',
  header: t('conflicts.between'),
  from: 'md',
  cell: ({ source, target }) =>
    t('conflicts.bothSides', { source: platformName(source.connection), target: platformName(target.connection) }),
};
const at: Column<Conflict> = {
  id: 'at',
  header: t('conflicts.found'),
  sortBy: (conflict) => conflict.at,
  cell: (conflict) => <DateTime value={conflict.at} as="ago" />,
};

const waiting: readonly Column<Conflict>[] = [
  record,
  between,
  {
    id: 'fields',
    header: t('conflicts.contested'),
    align: 'end',
    from: 'sm',
    sortBy: contestedOf,
    cell: contestedOf,
  },
  at,
];
const decided: readonly Column<Conflict>[] = [
  record,
  between,
  { id: 'winner', header: t('conflicts.wentOn'), from: 'sm', cell: winnerName },
  { id: 'strategy', header: t('conflicts.decidedBy'), from: 'lg', cell: strategyName },
  at,
];

function contestedOf({ fields }: Conflict): number {
  return fields.filter(({ contested }) => contested).length;
}
