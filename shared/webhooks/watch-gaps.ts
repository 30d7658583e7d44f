import { instant } from '../core/clock.ts';
import type { WebhookRepository } from '../data/webhook-repository.ts';
import type { HistoryEntry } from '../model/history-entry.ts';
import type { Run } from '../model/run.ts';
import type { MissedChange, WebhookSettings } from '../model/webhooks.ts';
import type { HistoryRepository, RunRepository } from '../sync/ports.ts';

export interface GapDeps {
  readonly runs: Pick<RunRepository, 'find'>;
  readonly webhooks: Pick<WebhookRepository, 'settings' | 'told' | 'saveMissed'>;
  /** Since when a platform tells of changes to this workspace; undefined where it does not. */
  readonly toldSince: (tenantId: string, platform: string, settings: WebhookSettings) => Promise<string | undefined>;
  readonly log: { warn(message: string, fields?: Record<string, string>): void };
}

/** News may be this late before a sync that was faster counts it as missed: shops deliver when somebody visits them. */
const patienceMs = 10 * 60_000;
/** Clocks of platform and ours differ. */
const slackMs = 60_000;

const changing = new Set<HistoryEntry['status']>(['created', 'updated', 'deleted']);

/**
 * The history as the engine writes it, which also keeps what syncs found changed and no webhook had told of. It never stands
 * in the way of a sync.
 */
export function watchGaps(history: HistoryRepository, deps: GapDeps): HistoryRepository {
  return {
    ...history,
    async append(entries) {
      await history.append(entries);
      await noteGaps(deps, entries).catch((error: unknown) => {
        deps.log.warn('gaps of webhooks were not kept', { error: String(error) });
      });
    },
  };
}

async function noteGaps(deps: GapDeps, entries: readonly HistoryEntry[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const { tenant_id: tenantId, run_id } = first;
  const found = entries.filter(({ status }) => changing.has(status));
  const run = found.length === 0 ? undefined : await deps.runs.find(tenantId, run_id);
  if (!run || !looksForChanges(run)) return;
  for (const [platform, ofPlatform] of Map.groupBy(found, ({ source }) => source.connection)) {
    const settings = await deps.webhooks.settings(tenantId, platform);
    const since = settings.enabled ? await deps.toldSince(tenantId, platform, settings) : undefined;
    if (since === undefined) continue;
    const old = ofPlatform.filter((entry) => isOverdue(entry, since));
    const told = await deps.webhooks.told(
      tenantId,
      old.map(({ source }) => source),
    );
    const missed = old.filter((entry, index) => !isTold(entry, told[index]?.told_at));
    await deps.webhooks.saveMissed(missed.map(missedOf));
  }
}

/** Runs that read what changed, whoever tells of it or not. */
function looksForChanges({ mode, ids, retry, undo, plan_id }: Run): boolean {
  return mode !== 'full' && ids === undefined && retry === undefined && undo === undefined && plan_id === undefined;
}

/** Epoch ms; of what is gone nobody knows since when, so that it is as late as can be. */
const changedMs = ({ changed_at, at }: HistoryEntry): number => Date.parse(changed_at ?? at);

function isOverdue(entry: HistoryEntry, since: string): boolean {
  const changed = changedMs(entry);
  if (!(changed > Date.parse(since))) return false;
  return entry.changed_at === undefined || Date.parse(entry.at) - changed > patienceMs;
}

function isTold(entry: HistoryEntry, toldAt: string | undefined): boolean {
  if (toldAt === undefined) return false;
  return entry.changed_at === undefined || Date.parse(toldAt) >= changedMs(entry) - slackMs;
}

function missedOf(entry: HistoryEntry): MissedChange {
  const { tenant_id, run_id, label, source } = entry;
  const { connection: platform, entity, id } = source;
  return { tenant_id, platform, entity, id, label, changed_at: instant(changedMs(entry)), run_id };
}
