import type { ConnectionDeps } from '../connections/deps.ts';
import type { Connector } from '../connectors/connector.ts';
import { instant } from '../core/clock.ts';
import type { Failure } from '../core/failure.ts';
import type { WebhookRepository } from '../data/webhook-repository.ts';
import type { Connection } from '../model/connection.ts';
import type { MissedChange, WebhookCounts, WebhookSettings } from '../model/webhooks.ts';

export interface WebhookReport {
  readonly platform: string;
  readonly title: string;
  readonly enabled: boolean;
  /** `healthy`: nothing to say. `degraded`: hooks are missing or shaky, or changes were missed. `off`: switched off. */
  readonly status: 'healthy' | 'degraded' | 'off';
  readonly registered_at: string | null;
  readonly checked_at: string | null;
  readonly hooks: {
    readonly topic: string;
    readonly status: 'active' | 'paused';
    readonly revived_at: string | null;
  }[];
  readonly last_event_at: string | null;
  readonly last_24h: WebhookCounts;
  readonly missed_24h: number;
  /** Latest first. */
  readonly missed: Omit<MissedChange, 'tenant_id' | 'platform'>[];
  /** What a person should know. */
  readonly notes: string[];
  readonly failure: Failure | null;
}

const dayMs = 86_400_000;
/** Missed changes that are listed, and counted at most. */
const mostListed = 20;
const mostCounted = 1000;

/** How webhooks fare, and what they did not tell of: for each connected platform that has some. */
export async function readWebhookReport(
  deps: Pick<ConnectionDeps, 'connectors' | 'connections' | 'clock'> & { readonly webhooks: WebhookRepository },
  tenantId: string,
): Promise<WebhookReport[]> {
  const connections = await deps.connections.list(tenantId);
  const reports = connections.map(async (connection) => {
    const connector = deps.connectors[connection.platform];
    if (!connector?.webhooks || connection.status === 'disconnected') return [];
    return [await reportOf(deps, connector, connection)];
  });
  return (await Promise.all(reports)).flat();
}

async function reportOf(
  { webhooks, clock }: Parameters<typeof readWebhookReport>[0],
  connector: Connector,
  { tenant_id: tenantId, platform, connected_at }: Connection,
): Promise<WebhookReport> {
  const dayAgo = instant(clock.now() - dayMs);
  const [settings, { sum, last_at }, missed, latest] = await Promise.all([
    webhooks.settings(tenantId, platform),
    webhooks.counts(tenantId, platform, dayAgo),
    webhooks.missed(tenantId, platform, dayAgo, mostCounted),
    webhooks.missed(tenantId, platform, '', mostListed),
  ]);
  const notes = notesOf(connector, settings, missed.length);
  return {
    platform,
    title: connector.title,
    enabled: settings.enabled,
    status: settings.enabled ? (notes.length === 0 && !settings.failure ? 'healthy' : 'degraded') : 'off',
    registered_at: settings.registered_at ?? (connector.webhooks?.appSecrets ? (connected_at ?? null) : null),
    checked_at: settings.checked_at ?? null,
    hooks: settings.hooks.map(({ topic, status, revived_at = null }) => ({ topic, status, revived_at })),
    last_event_at: last_at,
    last_24h: sum,
    missed_24h: missed.length,
    missed: latest.map(({ tenant_id: _tenant, platform: _platform, ...change }) => change),
    notes,
    failure: settings.failure ?? null,
  };
}

function notesOf({ title, webhooks }: Connector, { enabled, hooks }: WebhookSettings, missed: number): string[] {
  if (!enabled) return [];
  const revived = hooks.filter(({ revived_at }) => revived_at !== undefined).map(({ topic }) => topic);
  return [
    ...(webhooks?.openHooks && hooks.length === 0 ? [`${title} has no webhooks of ours yet.`] : []),
    ...(revived.length > 0
      ? [
          `${title} had switched off ${revived.join(', ')} after seven failures in a row. It is on again, but its counter stays: one more failure switches it off at once, one delivery that works clears it. Switched off once more, it is made anew.`,
        ]
      : []),
    ...(missed > 0 ? [`Syncs found ${missed} changes in 24 hours that no webhook had told of. Nothing is lost.`] : []),
  ];
}
