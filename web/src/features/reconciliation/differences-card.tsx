import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { ExternalLink, TextLink } from '#web/components/link.tsx';
import { EmptyState, Loaded } from '#web/components/states.tsx';
import { BusinessDay, Money, platformName } from '#web/components/text.tsx';
import { type Difference, type ReconciliationDetail, useApiList } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

/** What does not agree, each with why and what to do; of one day when a cell of it was chosen. */
export function DifferencesCard({ report }: { readonly report: ReconciliationDetail }) {
  const { report_id } = report;
  const { day, system } = useSearch({ from: '/reconciliation/$id' });
  const navigate = useNavigate({ from: '/reconciliation/$id' });
  const filters = { report_id, ...(day === undefined ? {} : { day }), ...(system === undefined ? {} : { system }) };
  const list = useApiList('listDifferences', filters);
  const data = list.isPending ? undefined : list.rows;
  return (
    <Card
      title={t('reconciliation.differences')}
      description={t('reconciliation.differencesHint')}
      isFlush
      actions={
        day !== undefined && (
          <Button size="small" variant="ghost" onClick={() => void navigate({ search: {}, replace: true })}>
            {t('reconciliation.allDays')}
          </Button>
        )
      }
    >
      <Loaded query={{ data, error: list.error, refetch: list.refetch }}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={CircleCheck} title={t('reconciliation.noDifferences')} />
          ) : (
            <ul aria-label={t('reconciliation.differences')} className="divide-y divide-line">
              {rows.map((difference) => (
                <Row key={difference.difference_id} difference={difference} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {list.hasMore && (
        <div className="flex justify-center border-t border-line p-2">
          <Button size="small" variant="ghost" busy={list.isLoadingMore} onClick={() => void list.loadMore()}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Row({ difference }: { readonly difference: Difference }) {
  const { kind, day, system, label, records, fields, cause, fix, failure_id } = difference;
  return (
    <li className="grid gap-x-6 gap-y-2 p-4 lg:grid-cols-[3fr_2fr]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{label}</span>
          <Badge tone={kind === 'pending' || kind === 'excluded_by_setting' ? 'neutral' : 'bad'}>
            {maybe('reconciliation', kind) ?? kind}
          </Badge>
          <span className="flex gap-x-2 text-xs text-ink-muted">
            <span>{platformName(system)}</span>
            <BusinessDay day={day} />
          </span>
        </p>
        <p className="mt-1 break-words">{cause}</p>
        <p className="mt-1 break-words">
          <span className="font-medium">{t('problem.fix')}</span> {fix}
        </p>
        {failure_id !== undefined && (
          <p className="mt-1">
            <TextLink to="/failures/$id" params={{ id: failure_id }}>
              {t('reconciliation.whyFailed')}
            </TextLink>
          </p>
        )}
        {fields.length > 0 && (
          <ul className="mt-2 text-ink-muted">
            {fields.map(({ field, expected, found }) => (
              <li key={field}>{t('reconciliation.fieldDiffers', { field, expected, found })}</li>
            ))}
          </ul>
        )}
      </div>
      <dl className="grid content-start gap-y-1.5">
        {Object.entries(records).map(([name, { number, gross, currency, url }]) => (
          <div key={name} className="flex flex-wrap items-center justify-between gap-x-3">
            <dt className="text-ink-muted">{platformName(name)}</dt>
            <dd className="flex flex-wrap items-center gap-x-3">
              {url === null ? number : <ExternalLink href={url}>{number}</ExternalLink>}
              <Money amount={gross} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
