import type { ReactNode } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { FlowWay } from '#web/components/flow-name.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import type { Flow } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

export const flowName = ({ entity, source, target }: Flow): string =>
  t('settings.flowName', {
    entity: entityName(entity),
    source: platformName(source.platform),
    target: platformName(target.platform),
  });

/** What goes from where to where. */
export function FlowName({ flow, children }: { readonly flow: Flow; readonly children?: ReactNode }) {
  const { entity, connected } = flow;
  return (
    <div className="flex flex-col">
      <span className="font-medium">{entityName(entity)}</span>
      <span className="flex flex-wrap items-center gap-1.5 text-xs text-ink-muted">
        <FlowWay flow={flow} />
        {!connected && <Badge>{t('settings.notConnected')}</Badge>}
        {children}
      </span>
    </div>
  );
}

/** Those that run, before those that wait for a connection. */
export const connectedFirst = (flows: readonly Flow[]): readonly Flow[] =>
  flows.toSorted((a, b) => Number(b.connected) - Number(a.connected));
