import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Card } from '#web/components/card.tsx';
import { Switch } from '#web/components/choices.tsx';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { TextLink } from '#web/components/link.tsx';
import { Loaded } from '#web/components/states.tsx';
import { DateTime, platformName } from '#web/components/text.tsx';
import { toast } from '#web/components/toast.tsx';
import { type SandboxMode, useAction, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Practice with test accounts: the switch, and which systems have some. */
export function SandboxTab() {
  const sandbox = useApi('getSandboxMode');
  return <Loaded query={sandbox}>{(mode) => <Mode mode={mode} />}</Loaded>;
}

function Mode({ mode }: { readonly mode: SandboxMode }) {
  const [isAsking, setIsAsking] = useState(false);
  const queries = useQueryClient();
  const change = useAction('setSandboxMode', {
    onSuccess: ({ enabled }) => {
      setIsAsking(false);
      // Everything that was read belongs to the other workspace.
      void queries.resetQueries();
      toast(t(enabled ? 'settings.sandboxIsOn' : 'settings.sandboxIsOff'));
    },
  });
  const next = !mode.enabled;
  return (
    <div className="flex flex-col gap-5">
      <Card title={t('settings.sandbox')} description={t('settings.sandboxHint')}>
        <div className="flex flex-col items-start gap-3">
          <Switch
            label={t('settings.sandboxSwitch')}
            checked={mode.enabled}
            needs="setSandboxMode"
            onChange={() => setIsAsking(true)}
          />
          <ul className="list-disc pl-5 text-ink-muted">
            <li>{t('settings.sandboxOwn')}</li>
            <li>{t('settings.sandboxLive')}</li>
            <li>{t('settings.sandboxBack')}</li>
          </ul>
          {mode.changed_at && (
            <p className="text-xs text-ink-muted">
              {t('settings.sandboxBy', { user: mode.changed_by ?? t('common.unknown') })}{' '}
              <DateTime value={mode.changed_at} />
            </p>
          )}
        </div>
        <ConfirmDialog
          open={isAsking}
          onClose={() => {
            setIsAsking(false);
            change.reset();
          }}
          onConfirm={() => change.mutate({ body: { enabled: next } })}
          title={t(next ? 'settings.sandboxAskOn' : 'settings.sandboxAskOff')}
          description={t(next ? 'settings.sandboxAskOnHint' : 'settings.sandboxAskOffHint')}
          confirmLabel={t(next ? 'settings.sandboxTurnOn' : 'settings.sandboxTurnOff')}
          busy={change.isPending}
          error={change.error}
        />
      </Card>
      <Card title={t('settings.sandboxAccounts')} description={t('settings.sandboxAccountsHint')}>
        <ul className="-my-2 divide-y divide-line">
          {mode.connections.map(({ platform, connected, display_name }) => (
            <li key={platform} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
              <span className="min-w-0">
                {mode.enabled ? (
                  <TextLink to="/connections/$platform" params={{ platform }}>
                    {platformName(platform)}
                  </TextLink>
                ) : (
                  platformName(platform)
                )}
                {display_name && <span className="block text-xs break-words text-ink-muted">{display_name}</span>}
              </span>
              <Badge tone={connected ? 'good' : 'neutral'}>
                {t(connected ? 'settings.sandboxConnected' : 'settings.sandboxMissing')}
              </Badge>
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}
