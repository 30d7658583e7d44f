import { RefreshCw } from 'lucide-react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { JsonView } from '#web/components/json-view.tsx';
import { ExternalLink } from '#web/components/link.tsx';
import { Loaded } from '#web/components/states.tsx';
import { useApi } from '#web/lib/api.ts';
import { useDenial } from '#web/lib/auth/index.ts';
import { t } from '#web/lib/i18n/index.ts';

const tones = { complete: 'good', incomplete: 'bad', unknown: 'neutral' } as const;

/** What the owner runs on the platform itself: the SQL, and whether all that it makes is there. */
export function SetupCard({ platform }: { readonly platform: string }) {
  const denial = useDenial('getConnectionSetup');
  const setup = useApi('getConnectionSetup', { platform }, { enabled: denial === undefined });
  return (
    <Card
      title={t('connections.tables')}
      description={t('connections.tablesHint')}
      actions={
        <Button
          size="small"
          icon={RefreshCw}
          needs="getConnectionSetup"
          busy={setup.isFetching}
          whyDisabled={setup.data?.state === 'unknown' ? t('connections.notConnectedYet') : undefined}
          onClick={() => void setup.refetch()}
        >
          {t('connections.checkTables')}
        </Button>
      }
    >
      {denial ? (
        <p className="text-ink-muted">{denial}</p>
      ) : (
        <Loaded query={setup}>
          {({ state, missing, script, run_at }) => (
            <div className="flex flex-col items-start gap-3">
              <Badge tone={tones[state]}>{t(`connections.tables_${state}`)}</Badge>
              {missing.length > 0 && (
                <ul aria-label={t('connections.tablesMissing')} className="list-disc pl-5">
                  {missing.map((each) => (
                    <li key={each}>{each}</li>
                  ))}
                </ul>
              )}
              {state !== 'complete' && (
                <>
                  <ol className="list-decimal pl-5">
                    <li>{t('connections.sqlStep1')}</li>
                    <li>
                      {t('connections.sqlStep2')}{' '}
                      {run_at && <ExternalLink href={run_at}>{t('connections.openEditor')}</ExternalLink>}
                    </li>
                    <li>{t(state === 'unknown' ? 'connections.sqlStep3Connect' : 'connections.sqlStep3')}</li>
                  </ol>
                  <div className="w-full">
                    <JsonView label={t('connections.sql')} value={script} />
                  </div>
                </>
              )}
            </div>
          )}
        </Loaded>
      )}
    </Card>
  );
}
