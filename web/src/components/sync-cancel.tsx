import { CircleStop } from 'lucide-react';
import { useState } from 'react';
import type { Sync } from '#web/lib/api.ts';
import { useAction } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './dialog.tsx';

/** Stops a sync, once it is confirmed. */
export function CancelSync({ sync }: { readonly sync: Sync }) {
  const [isOpen, setIsOpen] = useState(false);
  const cancel = useAction('cancelSync', {
    changes: ['getSync', 'listSyncs'],
    onSuccess: () => setIsOpen(false),
  });
  return (
    <>
      <Button
        icon={CircleStop}
        needs="cancelSync"
        whyDisabled={sync.cancel_requested ? t('runs.cancelAsked') : undefined}
        onClick={() => setIsOpen(true)}
      >
        {t('runs.cancel')}
      </Button>
      <ConfirmDialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        onConfirm={() => cancel.mutate({ sync_id: sync.sync_id })}
        title={t('runs.cancelTitle')}
        description={t('runs.cancelHint')}
        confirmLabel={t('runs.cancelDo')}
        busy={cancel.isPending}
        error={cancel.error}
      />
    </>
  );
}
