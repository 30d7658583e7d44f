import type { StockKeeper } from '../connectors/stock-keeper.ts';
import type { Clock } from '../core/clock.ts';
import type { Result } from '../core/failure.ts';
import type { ShelfRepository } from '../data/shelf-repository.ts';
import type { StockRepository } from '../data/stock-repository.ts';

export interface BookingDeps {
  readonly stock: StockRepository;
  readonly shelf: ShelfRepository;
  readonly clock: Pick<Clock, 'now'>;
}

/** A system with stock numbers of its own, opened. */
export interface OpenKeeper {
  readonly system: string;
  readonly keeper: StockKeeper;
  /** Hands on what is known of its limits. Once, at the end. */
  close(): Promise<void>;
}

export interface BalanceDeps extends BookingDeps {
  /** Those of a tenant that are connected and switched on, and the lowest number they may be told. */
  openKeepers(tenantId: string): Promise<Result<{ readonly keepers: readonly OpenKeeper[]; readonly floor: string }>>;
}
