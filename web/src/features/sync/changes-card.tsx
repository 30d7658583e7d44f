import { getRouteApi } from '@tanstack/react-router';
import { Card } from '#web/components/card.tsx';
import { Field, Select } from '#web/components/field.tsx';
import { EmptyState, ErrorState } from '#web/components/states.tsx';
import { entityName } from '#web/components/text.tsx';
import { type PlannedChange, useApiList } from '#web/lib/api.ts';
import { classNames } from '#web/lib/class-names.ts';
import { formatNumber } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { filled } from '#web/lib/search.ts';
import { ChangeList } from './change-list.tsx';
import { actions, countOf, type FlowRow, type Totals } from './totals.ts';

const route = getRouteApi('/sync/plan/$planId');
const anything = 'all';

/** Every change of the plan, by what happens and to which document; both stand in the address. */
export function ChangesCard({ planId, totals }: { readonly planId: string; readonly totals: Totals }) {
  const { action, document } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (search: { action?: PlannedChange['action'] | undefined; document?: string | undefined }) =>
    void navigate({ search: filled({ action, document, ...search }), replace: true, resetScroll: false });
  const changes = useApiList('getPlan', { sync_id: planId, action, target_entity: document });
  const documents = [...new Set(totals.rows.map((row) => row.document))];
  const rows = totals.rows.filter((row) => document === undefined || row.document === document);
  return (
    <Card
      title={t('sync.changes')}
      isFlush
      actions={
        documents.length > 1 && (
          <Field label={<span className="sr-only">{t('sync.documents')}</span>}>
            <Select
              value={document ?? anything}
              onChange={(next) => filter({ document: next === anything ? undefined : next })}
              options={[
                { value: anything, label: t('sync.allDocuments') },
                ...documents.map((value) => ({ value, label: entityName(value) })),
              ]}
            />
          </Field>
        )
      }
    >
      <ActionFilter rows={rows} value={action} onChange={(next) => filter({ action: next })} />
      {changes.error && <ErrorState error={changes.error} onRetry={() => void changes.refetch()} />}
      {!changes.isPending && !changes.error && changes.rows.length === 0 && !changes.hasMore ? (
        <NoChanges isFiltered={action !== undefined || document !== undefined} />
      ) : (
        <ChangeList key={`${action} ${document}`} changes={changes} total={count(rows, action)} />
      )}
    </Card>
  );
}

const count = (rows: readonly FlowRow[], action: PlannedChange['action'] | undefined): number =>
  countOf(rows, ...(action ? [action] : actions));

const NoChanges = ({ isFiltered }: { readonly isFiltered: boolean }) =>
  isFiltered ? (
    <EmptyState title={t('sync.noneOfThese')} />
  ) : (
    <EmptyState title={t('sync.noChanges')} hint={t('sync.noChangesHint')} />
  );

interface ActionFilterProps {
  readonly rows: readonly FlowRow[];
  readonly value: PlannedChange['action'] | undefined;
  readonly onChange: (action: PlannedChange['action'] | undefined) => void;
}

/** One button for each action there is, with how many. */
function ActionFilter({ rows, value, onChange }: ActionFilterProps) {
  const there = actions.filter((action) => action === value || countOf(rows, action) > 0);
  return (
    <fieldset className="flex flex-wrap gap-1.5 border-b border-line px-4 pb-3">
      <legend className="sr-only">{t('sync.filterByAction')}</legend>
      {[undefined, ...there].map((action) => (
        <button
          key={action ?? anything}
          type="button"
          aria-pressed={action === value}
          onClick={() => onChange(action)}
          className={classNames(
            'inline-flex items-center gap-1.5 rounded-full border px-3 py-1 text-[0.8125rem] font-medium',
            action === value
              ? 'border-accent bg-accent-soft text-accent'
              : 'border-line bg-surface text-ink-muted hover:text-ink',
          )}
        >
          {action ? t(`action.${action}`) : t('common.all')}
          <span className="tabular">{formatNumber(count(rows, action))}</span>
        </button>
      ))}
    </fieldset>
  );
}
