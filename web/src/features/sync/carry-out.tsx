import { useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { StartProblem } from '#web/components/sync-problem.tsx';
import { toastError } from '#web/components/toast.tsx';
import { type SyncDetail, SyncProblem, useAction } from '#web/lib/api.ts';
import { formatInstant } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { useStoreZone } from '#web/lib/store-zone.ts';
import { changesSomething, type Totals } from './totals.ts';

/** Leave to carry out the plan, and which of how many times it is said. */
interface Offer {
  readonly token: string;
  readonly expires: string;
  readonly step: number;
  readonly steps: number;
}

interface CarryOutProps {
  readonly sync: SyncDetail;
  /** Undefined until the plan was read. */
  readonly totals: Totals | undefined;
}

/**
 * Confirms a plan: as often as the API asks for it, with the number typed where documents are taken away. An answer that came
 * too late is asked for again; then it goes on at the page of the sync.
 */
export function CarryOut({ sync, totals }: CarryOutProps) {
  const confirmation = useConfirmation(sync.sync_id);
  const { offer } = confirmation;
  const isUndo = sync.undoes !== null;
  return (
    <>
      <Button
        variant="primary"
        icon={Check}
        needs="confirmSync"
        whyDisabled={whyNot(sync, totals)}
        busy={confirmation.isAsking && !offer}
        onClick={confirmation.ask}
      >
        {isUndo ? t('sync.carryOutUndo') : t('sync.carryOut')}
      </Button>
      {offer && totals && (
        <Ask key={offer.token} offer={offer} totals={totals} isUndo={isUndo} confirmation={confirmation} />
      )}
    </>
  );
}

function whyNot({ status }: SyncDetail, totals: Totals | undefined): string | undefined {
  if (status !== 'completed' || !totals) return t('sync.notReady');
  return changesSomething(totals) ? undefined : t('sync.nothingToDo');
}

interface AskProps {
  readonly offer: Offer;
  readonly totals: Totals;
  readonly isUndo: boolean;
  readonly confirmation: ReturnType<typeof useConfirmation>;
}

function Ask({ offer, totals, isUndo, confirmation }: AskProps) {
  const zone = useStoreZone();
  const { away, writes, linked } = totals;
  const { error, isLate } = confirmation;
  const deed = isUndo ? t('sync.carryOutUndo') : t('sync.carryOut');
  return (
    <ConfirmDialog
      open
      onClose={confirmation.drop}
      onConfirm={isLate ? confirmation.ask : confirmation.confirm}
      title={titleOf(offer, away, writes + linked)}
      description={t('sync.confirmHint')}
      confirmLabel={isLate ? t('sync.askAgain') : deed}
      isDestructive={away > 0}
      {...(away > 0 && !isLate ? { typed: away } : {})}
      busy={confirmation.isBusy}
    >
      <p className="text-xs text-ink-muted">
        {offer.steps > 1 && `${t('sync.confirmStep', { step: offer.step, steps: offer.steps })} · `}
        {t('sync.validUntil', { time: formatInstant(offer.expires, zone) })}
      </p>
      {error && <StartProblem error={error} />}
    </ConfirmDialog>
  );
}

function titleOf({ step }: Offer, away: number, writes: number): string {
  const documents = (count: number) => t('sync.confirmDocuments', { count });
  if (away === 0) return t('sync.confirmTitle', { count: documents(writes) });
  return step > 1
    ? t('sync.confirmAgain', { count: documents(away) })
    : t('sync.confirmAwayTitle', { count: documents(away) });
}

function useConfirmation(planId: string) {
  const navigate = useNavigate();
  const [offer, setOffer] = useState<Offer>();
  const open = (syncId: string) => void navigate({ to: '/runs/$syncId', params: { syncId } });
  const check = useAction('checkConfirmation', {
    changes: [],
    onSuccess: ({ token, expires_at: expires, confirmations: steps }) => {
      confirm.reset();
      setOffer({ token, expires, step: 1, steps });
    },
    onError: toastError,
  });
  const confirm = useAction('confirmSync', {
    changes: ['listSyncs'],
    onSuccess: ({ sync_id }) => open(sync_id),
    onError: (error) => {
      const again = onceMore(error, offer);
      if (again) setOffer(again);
      else if (usedBy(error)) open(usedBy(error) ?? planId);
    },
  });
  const isHandled = confirm.error !== null && (onceMore(confirm.error, offer) ?? usedBy(confirm.error)) !== undefined;
  return {
    offer,
    /** Why it was not carried out; what is asked once more is no fault. */
    error: isHandled ? null : confirm.error,
    isLate: confirm.error instanceof SyncProblem && confirm.error.code === 'confirmation.expired',
    isAsking: check.isPending,
    isBusy: check.isPending || confirm.isPending || confirm.isSuccess,
    ask: () => check.mutate({ body: { sync_id: planId } }),
    confirm: () => offer && confirm.mutate({ token: offer.token }),
    drop: () => {
      setOffer(undefined);
      confirm.reset();
    },
  };
}

/** Another token, where the API wants it said once more. */
function onceMore(error: Error, before: Offer | undefined): Offer | undefined {
  if (!(error instanceof SyncProblem) || error.code !== 'confirmation_required' || !before) return undefined;
  const { token, expires_at: expires } = error.members;
  if (typeof token !== 'string' || typeof expires !== 'string') return undefined;
  return { token, expires, step: before.step + 1, steps: before.steps };
}

/** The sync that this answer started already, from another window or before a reload. */
function usedBy(error: Error): string | undefined {
  if (!(error instanceof SyncProblem) || error.code !== 'confirmation.used') return undefined;
  const { sync_id: syncId } = error.members;
  return typeof syncId === 'string' ? syncId : undefined;
}
