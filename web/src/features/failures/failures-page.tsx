import { useNavigate, useSearch } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { Page } from '#web/components/page.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { useAction, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { queryOf } from './address.ts';
import { CausesCard } from './causes-card.tsx';
import { FailuresTable } from './failures-table.tsx';
import { afterRetry, changed } from './retried.ts';

/** What did not arrive: by cause first, since one mended cause mends many records. */
export function FailuresPage() {
  const { state = 'open', cause } = useSearch({ from: '/failures' });
  const navigate = useNavigate({ from: '/failures' });
  const causes = useApi('listFailureCauses', { limit: 100 }, { every: 5_000 });
  const open = causes.data?.items.reduce((sum, { count }) => sum + count.open, 0) ?? 0;
  const shown = causes.data?.items.find(({ id }) => id === cause);
  return (
    <Page
      title={t('failures.title')}
      intro={t('failures.intro')}
      actions={
        <>
          <SegmentedControl
            label={t('failures.state')}
            value={state}
            onChange={(next) => void navigate({ search: queryOf(next, cause), replace: true })}
            options={[
              { value: 'open', label: t('failures.open') },
              { value: 'acknowledged', label: t('failures.seen') },
            ]}
          />
          <RetryAll open={open} />
        </>
      }
    >
      <CausesCard causes={causes} state={state} chosen={cause} />
      <Card
        title={shown ? shown.reason : t('failures.records')}
        isFlush
        actions={
          cause !== undefined && (
            <Button
              size="small"
              variant="ghost"
              onClick={() => void navigate({ search: queryOf(state), replace: true })}
            >
              {t('failures.allCauses')}
            </Button>
          )
        }
      >
        <FailuresTable key={`${state} ${cause}`} filters={{ state, ...(cause === undefined ? {} : { cause }) }} />
      </Card>
    </Page>
  );
}

/** Everything again, asked once: it may be a lot of work for the platforms. */
function RetryAll({ open }: { readonly open: number }) {
  const [isAsked, setIsAsked] = useState(false);
  const retry = useAction('retryFailures', {
    changes: changed,
    onSuccess: (answer) => {
      setIsAsked(false);
      afterRetry(answer);
    },
  });
  return (
    <>
      <Button
        variant="primary"
        icon={RotateCw}
        needs="retryFailures"
        whyDisabled={open === 0 ? t('failures.nothingToRetry') : undefined}
        onClick={() => setIsAsked(true)}
      >
        {t('failures.retryAll')}
      </Button>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setIsAsked(false)}
        onConfirm={() => retry.mutate({ body: {} })}
        title={t('failures.retryAllTitle', { count: open })}
        description={t('failures.retryAllHint')}
        confirmLabel={t('failures.retryAll')}
        busy={retry.isPending}
        error={retry.error}
      />
    </>
  );
}
