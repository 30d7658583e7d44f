import { FlaskConical } from 'lucide-react';
import { TextLink } from '#web/components/link.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** In sandbox mode the connections are others: those of the sandbox. Live ones stay as they are. */
export function SandboxNote() {
  const sandbox = useApi('getSandboxMode');
  if (!sandbox.data?.enabled) return null;
  return (
    <p className="flex items-start gap-2.5 rounded-card border border-line bg-surface px-4 py-3">
      <FlaskConical aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />
      <span>
        {t('connections.sandboxNote')}{' '}
        <TextLink to="/settings" search={{ tab: 'sandbox' }}>
          {t('connections.sandboxLink')}
        </TextLink>
      </span>
    </p>
  );
}
