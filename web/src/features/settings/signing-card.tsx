import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { ConfirmDialog, Dialog } from '#web/components/dialog.tsx';
import { JsonView } from '#web/components/json-view.tsx';
import { DateTime } from '#web/components/text.tsx';
import { useAction } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** The secret that signs messages to a webhook: made here, shown this once. */
export function SigningCard({ madeAt }: { readonly madeAt: string | null }) {
  const [isAsking, setIsAsking] = useState(false);
  const rotate = useAction('rotateWebhookSecret', {
    changes: ['getNotificationSettings'],
    onSuccess: () => setIsAsking(false),
  });
  const make = () => rotate.mutate(undefined);
  return (
    <Card
      title={t('settings.signing')}
      description={t('settings.signingHint')}
      actions={
        <Button
          size="small"
          icon={KeyRound}
          needs="rotateWebhookSecret"
          busy={rotate.isPending}
          onClick={() => (madeAt === null ? make() : setIsAsking(true))}
        >
          {t(madeAt === null ? 'settings.makeSecret' : 'settings.newSecret')}
        </Button>
      }
    >
      <p>
        {madeAt === null ? (
          t('settings.noSecret')
        ) : (
          <>
            {t('settings.secretMade')} <DateTime value={madeAt} />
          </>
        )}
      </p>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={make}
        title={t('settings.newSecretTitle')}
        description={t('settings.newSecretHint')}
        confirmLabel={t('settings.newSecret')}
        busy={rotate.isPending}
        error={rotate.error}
      />
      <Dialog
        open={rotate.data !== undefined}
        onClose={() => rotate.reset()}
        title={t('settings.secretTitle')}
        description={t('settings.secretOnce')}
        footer={
          <Button variant="primary" onClick={() => rotate.reset()}>
            {t('settings.secretKept')}
          </Button>
        }
      >
        <JsonView label={t('settings.secretTitle')} value={rotate.data?.secret ?? ''} />
      </Dialog>
    </Card>
  );
}
