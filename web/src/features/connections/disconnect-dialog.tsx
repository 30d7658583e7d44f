import { ConfirmDialog } from '#web/components/dialog.tsx';
import { toast } from '#web/components/toast.tsx';
import { type Connection, useAction } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

export interface DisconnectDialogProps {
  readonly connection: Connection;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Says what ends and what stays, and has the name typed. */
export function DisconnectDialog({ connection, open, onClose }: DisconnectDialogProps) {
  const { platform, title } = connection;
  const disconnect = useAction('disconnectPlatform', {
    onSuccess: ({ revoked }) => {
      onClose();
      toast(t(revoked ? 'connections.disconnected' : 'connections.disconnectedAlone', { platform: title }));
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={() => disconnect.mutate({ platform })}
      title={t('connections.disconnectTitle', { platform: title })}
      confirmLabel={t('connections.disconnect')}
      isDestructive
      typed={title}
      busy={disconnect.isPending}
      error={disconnect.error}
    >
      <ul className="list-disc pl-5">
        <li>{t('connections.disconnectKeys')}</li>
        <li>{t('connections.disconnectSyncs')}</li>
        <li>{t('connections.disconnectStays')}</li>
      </ul>
    </ConfirmDialog>
  );
}
