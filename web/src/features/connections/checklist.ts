import { type Connection, useApi } from '#web/lib/api.ts';
import { useDenial } from '#web/lib/auth/index.ts';
import { formatList } from '#web/lib/format.ts';
import { t } from '#web/lib/i18n/index.ts';
import { guideOf, isConnected } from './guides.ts';

export interface Check {
  readonly id: 'connected' | 'tested' | 'settings' | 'schema' | 'mappings' | 'webhooks';
  /** `worth`: worth a look, and no reason to wait. */
  readonly state: 'done' | 'open' | 'worth' | 'unknown';
  readonly text: string;
  /** Where it is put right. */
  readonly platform?: string | undefined;
}

export interface Checklist {
  /** Undefined until it is known. */
  readonly checks: readonly Check[] | undefined;
  readonly isReady: boolean;
  /** Records have arrived before: there is nothing left to prepare. */
  readonly isOver: boolean;
}

const names = (connections: readonly Connection[]): string => formatList(connections.map(({ title }) => title));

/** What to look at before the first sync. */
export function useChecklist(): Checklist {
  const connections = useApi('listConnections', {}, { every: 15_000 });
  const flows = useApi('listFlows');
  const webhooks = useApi('getWebhookHealth');
  const mappings = useApi('listMappings');
  const items = connections.data?.items ?? [];
  const warehouse = items.find((each) => guideOf(each.platform).hasSetup);
  const isWarehouseMade = warehouse !== undefined && isConnected(warehouse);
  const setupDenial = useDenial('getConnectionSetup');
  const setup = useApi(
    'getConnectionSetup',
    { platform: warehouse?.platform ?? '' },
    { enabled: isWarehouseMade && setupDenial === undefined },
  );
  if (!connections.data || !flows.data) return { checks: undefined, isReady: false, isOver: false };

  const made = items.filter(isConnected);
  const missing = items.filter((each) => !isConnected(each) && each.platform !== 'pos');
  const hasFlow = flows.data.items.some(({ connected }) => connected);
  const untested = made.filter(({ status, enabled }) => status !== 'connected' || !enabled);
  const warned = made.filter(({ warnings }) => warnings.length > 0);
  const reports = webhooks.data?.items ?? [];
  const shaky = reports.filter(({ status }) => status !== 'healthy');
  const changed = mappings.data?.items.filter(({ is_default }) => !is_default).length ?? 0;

  const checks: Check[] = [
    missing.length === 0
      ? { id: 'connected', state: 'done', text: t('connections.checkConnected') }
      : {
          id: 'connected',
          state: hasFlow ? 'worth' : 'open',
          text: t(hasFlow ? 'connections.checkSomeConnected' : 'connections.checkNotConnected', {
            platforms: names(missing),
          }),
          platform: missing[0]?.platform,
        },
    made.length === 0
      ? { id: 'tested', state: 'open', text: t('connections.checkNothingToTest') }
      : untested.length === 0
        ? { id: 'tested', state: 'done', text: t('connections.checkTested') }
        : {
            id: 'tested',
            state: 'open',
            text: t('connections.checkNotTested', { platforms: names(untested) }),
            platform: untested[0]?.platform,
          },
    made.length === 0
      ? { id: 'settings', state: 'open', text: t('connections.checkNoSettings') }
      : warned.length === 0
        ? { id: 'settings', state: 'done', text: t('connections.checkSettings') }
        : {
            id: 'settings',
            state: 'worth',
            text: t('connections.checkWarnings', { platforms: names(warned) }),
            platform: warned[0]?.platform,
          },
    schemaCheck(warehouse, isWarehouseMade, setup.data?.state),
    {
      id: 'mappings',
      state: mappings.data ? 'done' : 'unknown',
      text: changed === 0 ? t('connections.checkDefaultMappings') : t('connections.checkMappings', { count: changed }),
    },
    reports.length === 0
      ? { id: 'webhooks', state: 'open', text: t('connections.checkNoWebhooks') }
      : shaky.length === 0
        ? { id: 'webhooks', state: 'done', text: t('connections.checkWebhooks') }
        : {
            id: 'webhooks',
            state: 'worth',
            text: t('connections.checkShakyWebhooks', {
              platforms: names(made.filter(({ platform }) => shaky.some((each) => each.platform === platform))),
            }),
            platform: shaky[0]?.platform,
          },
  ];
  const needed = checks.filter(
    ({ id }) => id === 'connected' || id === 'tested' || (id === 'schema' && isWarehouseMade),
  );
  return {
    checks,
    isReady: hasFlow && needed.every(({ state }) => state !== 'open'),
    isOver: items.some(({ last_sync_at }) => last_sync_at !== undefined),
  };
}

function schemaCheck(
  warehouse: Connection | undefined,
  isMade: boolean,
  state: 'complete' | 'incomplete' | 'unknown' | undefined,
): Check {
  const platform = warehouse?.platform;
  if (!isMade) return { id: 'schema', state: 'open', text: t('connections.checkNoSchema'), platform };
  if (state === 'complete') return { id: 'schema', state: 'done', text: t('connections.checkSchema') };
  if (state === 'incomplete')
    return { id: 'schema', state: 'open', text: t('connections.checkSchemaMissing'), platform };
  return { id: 'schema', state: 'unknown', text: t('connections.checkSchemaUnknown'), platform };
}
