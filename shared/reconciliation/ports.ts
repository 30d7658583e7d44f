import type { Ledger, LedgerOptions } from '../connectors/ledger.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { MappingDocument } from '../mapping/document.ts';
import type { Connection } from '../model/connection.ts';
import type { ClosedMonth } from '../model/month.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import type { FailureRepository, Journal, LinkRepository, RunRepository } from '../sync/ports.ts';

/** Ledgers of some systems, opened for one step. */
export interface OpenLedgers {
  readonly ledgers: ReadonlyMap<string, Ledger>;
  readonly connections: ReadonlyMap<string, Connection>;
  /** Tells the connections how the step ended. Once, at its end. */
  settle(failure?: Failure): Promise<void>;
}

export interface LedgerConnections {
  open(tenantId: string, systems: readonly string[], options: LedgerOptions): Promise<Result<OpenLedgers>>;
}

export interface ReconciliationRepository {
  /** Stores a new report; one of this id that is there already is left alone. */
  create(report: Reconciliation): Promise<void>;
  find(tenantId: string, reportId: string): Promise<Reconciliation | undefined>;
  /** Newest first. */
  list(
    tenantId: string,
    query: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ reports: Reconciliation[]; next?: string }>;
  /** Stores what came of it; safe to repeat. */
  save(report: Reconciliation): Promise<void>;
}

export interface MonthRepository {
  find(tenantId: string, month: string): Promise<ClosedMonth | undefined>;
  /** The one that was closed last. */
  last(tenantId: string): Promise<ClosedMonth | undefined>;
  /** Stores it behind the one its `previous_hash` names. False: it is closed already, or another was closed meanwhile. */
  close(month: ClosedMonth): Promise<boolean>;
  /** Latest month first. */
  list(
    tenantId: string,
    query: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ months: ClosedMonth[]; next?: string }>;
}

/** Files of a few megabytes at most. */
export interface FileShelf {
  /** Stores the file under a key; the same key again replaces it. */
  put(key: string, content: Uint8Array, contentType: string): Promise<void>;
  read(key: string): Promise<Uint8Array>;
}

/** What reconciling needs from outside. */
export interface ReconciliationDeps {
  readonly ledgers: LedgerConnections;
  readonly reports: ReconciliationRepository;
  readonly links: Pick<LinkRepository, 'findMany' | 'findByTarget'>;
  readonly failures: Pick<FailureRepository, 'findMany'>;
  readonly runs: Pick<RunRepository, 'watermark'>;
  readonly store: Journal;
  /** Those the tenant works with. */
  readonly mappings: (tenantId: string) => Promise<ReadonlyMap<string, MappingDocument>>;
  /** Settings of the books where none are connected. */
  readonly defaultSettings: JsonObject;
  readonly clock: { now(): number };
}
