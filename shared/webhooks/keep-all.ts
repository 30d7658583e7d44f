import pLimit from 'p-limit';
import type { Connection } from '../model/connection.ts';
import type { Log } from '../platform/logger.ts';
import { type KeepHooksDeps, keepHooks } from './keep.ts';

export interface KeepAllSummary {
  readonly seen: number;
  /** Hooks that were missing and are there again, or were made anew. */
  readonly made: number;
  /** Hooks the platform had switched off. */
  readonly revived: number;
  readonly removed: number;
  /** Connections whose hooks could not be looked at. */
  readonly failed: number;
  /** False when time ran out; the next call sees the rest. */
  readonly complete: boolean;
}

const pageSize = 100;
/** Shops looked at at once. */
const width = 8;

/** Looks at the hooks of every connection that works. One shop's trouble never stops the others. */
export async function keepAllHooks(deps: KeepHooksDeps, log: Log, isTimeLeft: () => boolean): Promise<KeepAllSummary> {
  const tally = { seen: 0, made: 0, revived: 0, removed: 0, failed: 0 };
  const limit = pLimit(width);
  for (const connector of Object.values(deps.connectors).filter(({ webhooks }) => webhooks?.openHooks)) {
    const keepOne = async (connection: Connection): Promise<void> => {
      if (!connection.enabled || connection.status === 'reauth_required') return;
      tally.seen += 1;
      const kept = await keepHooks(deps, connector, connection).catch((error: unknown) => {
        log.error('webhooks not looked at', { tenant_id: connection.tenant_id, error: String(error) });
      });
      if (!kept?.ok) {
        tally.failed += 1;
        return;
      }
      const did = (...actions: string[]) => kept.value.hooks.filter(({ action }) => actions.includes(action)).length;
      tally.made += did('created', 'recreated');
      tally.revived += did('revived');
      tally.removed += kept.value.removed;
    };
    let after: string | undefined;
    do {
      if (!isTimeLeft()) return { ...tally, complete: false };
      const page = await deps.connections.listByPlatform(connector.platform, { limit: pageSize, after });
      await Promise.all(page.connections.map((connection) => limit(() => keepOne(connection))));
      after = page.next;
    } while (after !== undefined);
  }
  return { ...tally, complete: true };
}
