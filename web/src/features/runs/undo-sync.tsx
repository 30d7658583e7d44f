import { useNavigate } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import { Button } from '#web/components/button.tsx';
import { toastError } from '#web/components/toast.tsx';
import { type SyncDetail, useAction } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** So many records one call takes. */
const mostRecords = 1000;

interface UndoSyncProps {
  readonly sync: SyncDetail;
  /** Ids of records of the source; all of the sync without it. */
  readonly records?: readonly string[];
}

/** Asks for the plan of taking a sync back; that plan is looked at and confirmed as every other. */
export function UndoSync({ sync, records }: UndoSyncProps) {
  const navigate = useNavigate();
  const undo = useAction('undoSync', {
    changes: ['listSyncs'],
    onSuccess: ({ sync_id: planId }) => void navigate({ to: '/sync/plan/$planId', params: { planId } }),
    onError: toastError,
  });
  return (
    <Button
      icon={Undo2}
      size={records ? 'small' : 'medium'}
      needs="undoSync"
      whyDisabled={whyNot(sync, records)}
      busy={undo.isPending}
      onClick={() =>
        undo.mutate({ sync_id: sync.sync_id, body: { dry_run: true, ...(records ? { record_ids: records } : {}) } })
      }
    >
      {records ? t('runs.undoSome', { count: records.length }) : t('runs.undoAll')}
    </Button>
  );
}

function whyNot({ progress }: SyncDetail, records: readonly string[] | undefined): string | undefined {
  if (records && records.length > mostRecords) return t('runs.undoTooMany');
  const wrote = Object.values(progress.documents).some(
    ({ created, updated, deleted, linked }) => created + updated + deleted + linked > 0,
  );
  return wrote ? undefined : t('runs.undoNothing');
}
