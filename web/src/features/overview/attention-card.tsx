import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Loaded } from '#web/components/states.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { type AttentionItem, attentionOf } from './attention.ts';
import { useComparison } from './use-comparison.ts';

const shown = 6;

/** What a person should do next; the rest of the page is for looking. */
export function AttentionCard() {
  const health = useApi('getIntegrationsHealth', {}, { every: 10_000 });
  const causes = useApi('listFailureCauses', { limit: 50 }, { every: 10_000 });
  const conflicts = useApi('listConflicts', { state: 'open', limit: 50 }, { every: 30_000 });
  const { latest } = useComparison();
  const error = health.error ?? causes.error ?? conflicts.error;
  const isKnown = health.data && causes.data && conflicts.data;
  const items = isKnown && {
    items: attentionOf({
      connectors: health.data.connectors,
      causes: causes.data.items,
      conflicts: conflicts.data.items,
      moreConflicts: conflicts.data.next_cursor !== null,
      comparison: latest,
    }),
  };
  const refetch = () => Promise.all([health.refetch(), causes.refetch(), conflicts.refetch()]);
  return (
    <Card title={t('overview.attention')}>
      <Loaded query={{ data: items, error, refetch }}>
        {({ items: all }) => (all.length === 0 ? <Nothing /> : <Items items={all} />)}
      </Loaded>
    </Card>
  );
}

function Nothing() {
  return (
    <div className="flex items-center gap-3">
      <CircleCheck aria-hidden size={22} className="shrink-0 text-good" />
      <div>
        <p className="font-medium">{t('overview.nothing')}</p>
        <p className="text-ink-muted">{t('overview.nothingHint')}</p>
      </div>
    </div>
  );
}

function Items({ items }: { readonly items: readonly AttentionItem[] }) {
  const rest = items.length - shown;
  return (
    <>
      <ol className="-my-2.5 divide-y divide-line">
        {items.slice(0, shown).map(({ id, tone, title, hint, to, deed }) => {
          const Icon = tone === 'bad' ? CircleAlert : TriangleAlert;
          return (
            <li key={id} className="flex items-start gap-3 py-2.5">
              <Icon
                aria-hidden
                size={18}
                className={tone === 'bad' ? 'mt-0.5 shrink-0 text-bad' : 'mt-0.5 shrink-0 text-warn'}
              />
              <div className="min-w-0 flex-1">
                <p className="font-medium break-words">{title}</p>
                <p className="break-words text-ink-muted">{hint}</p>
              </div>
              <LinkButton to={to} size="small">
                {deed}
              </LinkButton>
            </li>
          );
        })}
      </ol>
      {rest > 0 && <p className="mt-3 text-xs text-ink-muted">{t('overview.moreCauses', { count: rest })}</p>}
    </>
  );
}
