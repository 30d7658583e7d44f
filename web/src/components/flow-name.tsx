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

/** From where to where, as a picture of it; the id where nobody knows the flow. */
export function FlowName({ id }: { readonly id: string }) {
  const flow = useFlows().get(id);
  return flow ? <FlowWay flow={flow} /> : <span className="break-all">{id}</span>;
}

export const FlowWay = ({ flow: { source, target } }: { readonly flow: Pick<Flow, 'source' | 'target'> }) => (
  <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
    {platformName(source.platform)}
    <ArrowRight role="img" aria-label={t('common.toPlace')} size={14} className="shrink-0 text-ink-muted" />
    {platformName(target.platform)}
  </span>
);
