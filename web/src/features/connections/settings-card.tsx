import { LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { SettingsForm } from '#web/components/settings-form.tsx';
import { Loaded } from '#web/components/states.tsx';
import { useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Few settings are changed here; those of the books have a page of their own. */
const hasOwnPage = 'quickbooks';

export function SettingsCard({ platform }: { readonly platform: string }) {
  const settings = useApi('getConnectionSettings', { platform });
  if (platform === hasOwnPage) {
    return (
      <Card
        isFlush
        title={t('connections.posting')}
        description={t('connections.postingHint')}
        actions={
          <LinkButton to="/settings" search={{ tab: 'posting' }} size="small">
            {t('connections.openPosting')}
          </LinkButton>
        }
      >
        {null}
      </Card>
    );
  }
  const properties = settings.data?.schema.properties;
  if (settings.data && Object.keys(properties ?? {}).length === 0) return null;
  return (
    <Card title={t('connections.settings')}>
      <Loaded query={settings}>{(answer) => <SettingsForm answer={answer} />}</Loaded>
    </Card>
  );
}
