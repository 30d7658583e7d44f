import { live, type Reconciliation, useAction, useApi } from '#web/lib/api.ts';
import { dayIn } from '#web/lib/format.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { daysUpTo } from './days.ts';

const isGoingOn = ({ status }: Reconciliation): boolean => status === 'queued' || status === 'running';

/** The latest comparison of the systems that reaches to today, and how to have a new one. */
export function useComparison() {
  const zone = useStoreZone();
  const today = dayIn(new Date(), zone);
  const reports = useApi(
    'listReconciliations',
    { limit: 10 },
    { every: live(({ items }: { readonly items: readonly Reconciliation[] }) => items.some(isGoingOn), 1500) },
  );
  const start = useAction('startReconciliation', { changes: ['listReconciliations'] });
  const items = reports.data?.items ?? [];
  const reaching = items.filter(({ end_date }) => end_date >= today);
  return {
    today,
    reports,
    latest: reaching.find(({ status }) => status === 'completed'),
    hasFailed: reaching[0]?.status === 'failed' ? reaching[0] : undefined,
    isComparing: start.isPending || items.some(isGoingOn),
    error: start.error,
    compare: () => start.mutate({ body: { start_date: daysUpTo(today)[0] ?? today, end_date: today } }),
  };
}
