import { ArrowRight } from 'lucide-react';
import { type Flow, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { platformName } from './text.tsx';

/** Flows by id; empty until they are known. They change with a release. */
export function useFlows(): ReadonlyMap<string, Flow> {
  const flows = useApi('listFlows', {});
  return new Map(flows.data?.items.map((flow) => [flow.flow_id, flow]));
}

/** `WooCommerce to QuickBooks`; the id where nobody knows the flow. */
export function flowName(flows: ReadonlyMap<string, Flow>, id: string): string {
  const flow = flows.get(id);
  if (!flow) return id;
  return t('common.fromTo', { from: platformName(flow.source.platform), to: platformName(flow.target.platform) });
}

/** From where to where, as a picture of it. */
export function FlowName({ id }: { readonly id: string }) {
  const flows = useFlows();
  const flow = flows.get(id);
  if (!flow) return <span className="break-all">{id}</span>;
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      {platformName(flow.source.platform)}
      <ArrowRight role="img" aria-label={t('common.toPlace')} size={14} className="shrink-0 text-ink-muted" />
      {platformName(flow.target.platform)}
    </span>
  );
}
