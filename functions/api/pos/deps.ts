import type { Clock } from '#shared/core/clock.ts';
import type { Ids } from '#shared/core/ids.ts';
import type { ConnectionRepository } from '#shared/data/connection-repository.ts';
import type { PosEventRepository } from '#shared/data/pos-event-repository.ts';
import type { ShelfRepository } from '#shared/data/shelf-repository.ts';
import type { StockRepository } from '#shared/data/stock-repository.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { NoteDeps } from '#shared/sync/pending-changes.ts';

export interface PosApiDeps {
  readonly connections: Pick<ConnectionRepository, 'find'>;
  readonly events: PosEventRepository;
  readonly shelf: ShelfRepository;
  readonly stock: StockRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly pending: NoteDeps['pending'];
  readonly bell: NoteDeps['bell'];
  /** Names of the platforms that are connected and switched on. */
  enabled(tenantId: string): Promise<readonly string[]>;
}

/** @throws ProblemError 409 where tills are not connected: nobody would know what became of their sales. */
export async function requireTills({ connections }: Pick<PosApiDeps, 'connections'>, tenantId: string): Promise<void> {
  const connection = await connections.find(tenantId, 'pos');
  if (connection && connection.status !== 'disconnected' && connection.enabled) return;
  throw new ProblemError(
    'connection.required',
    'The POS is not connected, or switched off: POST /api/integrations/pos/credentials connects it.',
  );
}
