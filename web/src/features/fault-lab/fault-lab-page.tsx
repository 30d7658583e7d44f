import { ShoppingCart, Sparkles, Zap } from 'lucide-react';
import { useState } from 'react';
import { Badge, StatusBadge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Page } from '#web/components/page.tsx';
import { EmptyState, ErrorState, Loaded } from '#web/components/states.tsx';
import { BusinessDay, DateTime, entityName, platformName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { useAction, useApi } from '#web/lib/api.ts';
import { dayIn } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { scenariosOf } from './scenarios.ts';
import { useLab, useLabActions } from './use-lab.ts';

/** Breaks the simulated platforms, so that one can watch how nothing is lost and nothing comes twice. */
export function FaultLabPage() {
  const zone = useStoreZone();
  const [orders, setOrders] = useState<readonly number[]>([]);
  const { arm, clear, order } = useLabActions({ onPlaced: ({ id }) => setOrders([id, ...orders]) });
  const scenarios = scenariosOf(dayIn(new Date(), zone));
  const error = arm.error ?? clear.error ?? order.error;
  return (
    <Page title={t('faultLab.title')} intro={t('faultLab.intro')}>
      {error && <ErrorState error={error} isInline />}
      <div className="grid min-w-0 gap-5 lg:grid-cols-[3fr_2fr]">
        <Card title={t('faultLab.break')} description={t('faultLab.breakHint')} isFlush>
          <ul className="divide-y divide-line">
            {scenarios.map((scenario) => (
              <li key={scenario.id} className="flex items-start gap-3 p-4">
                <scenario.icon aria-hidden size={20} className="mt-0.5 shrink-0 text-ink-muted" />
                <div className="min-w-0 flex-1">
                  <h3 className="font-medium">{scenario.title}</h3>
                  <p className="text-ink-muted">{scenario.story}</p>
                </div>
                <Button
                  size="small"
                  icon={Zap}
                  needs="startSync"
                  busy={arm.isPending && arm.variables.id === scenario.id}
                  aria-label={t('faultLab.doIt', { scenario: scenario.title })}
                  onClick={() => arm.mutate(scenario, { onSuccess: () => toast(t('faultLab.armed')) })}
                >
                  {t('faultLab.go')}
                </Button>
              </li>
            ))}
          </ul>
        </Card>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={t('faultLab.watch')} description={t('faultLab.watchHint')}>
            <div className="flex flex-wrap gap-2">
              <Button
                variant="primary"
                icon={ShoppingCart}
                needs="startSync"
                busy={order.isPending}
                onClick={() => order.mutate()}
              >
                {t('faultLab.placeOrder')}
              </Button>
              <SyncNow />
            </div>
            {orders.length > 0 && (
              <ul aria-label={t('faultLab.placed')} className="mt-3 flex flex-wrap gap-x-4 gap-y-1">
                {orders.map((id) => (
                  <li key={id}>
                    <TextLink
                      to="/records/$connection/$entity/$id"
                      params={{ connection: 'woocommerce', entity: 'order', id: String(id) }}
                    >
                      {t('faultLab.order', { id: String(id) })}
                    </TextLink>
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <ArmedCard onClear={() => clear.mutate()} isClearing={clear.isPending} />
          <HealingCard />
        </div>
      </div>
    </Page>
  );
}

function SyncNow() {
  const start = useAction('startSync', {
    changes: ['listSyncs'],
    onSuccess: () => toast(t('faultLab.syncing')),
    onError: toastError,
  });
  return (
    <Button
      needs="startSync"
      busy={start.isPending}
      onClick={() => start.mutate({ entity: 'orders', body: { mode: 'incremental' } })}
    >
      {t('faultLab.sync')}
    </Button>
  );
}

interface ArmedCardProps {
  readonly onClear: () => void;
  readonly isClearing: boolean;
}

/** What is broken at the moment. */
function ArmedCard({ onClear, isClearing }: ArmedCardProps) {
  const { faults, state } = useLab();
  const data = faults.data && state.data && { items: faults.data.items, ...state.data };
  const refetch = () => Promise.all([faults.refetch(), state.refetch()]);
  return (
    <Card
      title={t('faultLab.now')}
      actions={
        <Button size="small" icon={Sparkles} needs="startSync" busy={isClearing} onClick={onClear}>
          {t('faultLab.clear')}
        </Button>
      }
    >
      <Loaded query={{ data, error: faults.error ?? state.error, refetch }}>
        {({ items, books_closed_to, webhooks_lost }) =>
          items.length === 0 && !webhooks_lost && books_closed_to === null ? (
            <p className="text-ink-muted">{t('faultLab.allWell')}</p>
          ) : (
            <ul aria-label={t('faultLab.now')} className="flex flex-col gap-1.5">
              {items.map(({ platform, fault, hits }, index) => (
                <li key={`${platform} ${fault.kind} ${fault.path ?? index}`} className="flex flex-wrap gap-x-2">
                  <Badge tone="warn">{platformName(platform)}</Badge>
                  <span>{t('faultLab.hits', { kind: kindName(fault.kind, fault.status), count: hits })}</span>
                </li>
              ))}
              {webhooks_lost && <li>{t('faultLab.webhooksAreLost')}</li>}
              {books_closed_to !== null && (
                <li className="flex flex-wrap gap-x-2">
                  <span>{t('faultLab.booksAreClosed')}</span>
                  <BusinessDay day={books_closed_to} />
                </li>
              )}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function kindName(kind: string, status: number | undefined): string {
  if (kind === 'reply') return t('faultLab.reply', { status: String(status ?? '') });
  if (kind === 'delay') return t('faultLab.delay');
  return kind === 'drop_after' ? t('faultLab.dropAfter') : t('faultLab.dropBefore');
}

/** The newest syncs and what is still open, as they go on. */
function HealingCard() {
  const syncs = useApi('listSyncs', { limit: 6 }, { every: 1500 });
  const causes = useApi('listFailureCauses', { limit: 50 }, { every: 3000 });
  const open = causes.data?.items.reduce((sum, { count }) => sum + count.open, 0) ?? 0;
  return (
    <Card
      title={t('faultLab.healing')}
      actions={open > 0 && <TextLink to="/failures">{t('faultLab.openFailures', { count: open })}</TextLink>}
    >
      <Loaded query={syncs}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('faultLab.noSyncs')} />
          ) : (
            <ul aria-label={t('faultLab.healing')} className="-my-2 divide-y divide-line">
              {items.map(({ sync_id, entity, status, started_at }) => (
                <li key={sync_id} className="flex flex-wrap items-center justify-between gap-2 py-2">
                  <TextLink to="/runs/$syncId" params={{ syncId: sync_id }}>
                    {entityName(entity)}
                  </TextLink>
                  <span className="flex items-center gap-2 text-xs text-ink-muted">
                    <DateTime value={started_at} as="ago" />
                    <StatusBadge status={status} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
