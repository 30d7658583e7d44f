import type { Failure, Result } from '../core/failure.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { TargetMatch } from './target.ts';

/** One record read from a platform: the canonical form that mappings see, and the raw form the platform sent. */
export interface SourceRecord {
  readonly entity: string;
  /** External id, unique within the connection and entity. */
  readonly id: string;
  /** What a person calls it: `Order 1001`. */
  readonly label: string;
  /** The number people call it by, where that is not its id. */
  readonly number?: string | undefined;
  /** When the platform last changed it, UTC; null where the platform does not say. */
  readonly modified_at: string | null;
  readonly data: JsonObject;
  readonly raw: JsonObject;
  /** Records this one carries inside, for references that the platform cannot (or may no longer) be asked for. */
  readonly embedded?: readonly EmbeddedRecord[];
  /** True for a record that exists only inside others: it cannot be read, or synced, by its own id. */
  readonly carried?: boolean | undefined;
  /** Present: the platform does not have it any more; `data` and `raw` are empty. `trashed`: it may come back. */
  readonly gone?: 'trashed' | 'deleted' | undefined;
  /**
   * Hash of what a person could change, made as {@link TargetMatch.fingerprint} of the same platform is: a record that is
   * as we wrote it last is recognised by it.
   */
  readonly fingerprint?: string | undefined;
  /** Its fields by the names that payloads of the same platform use, as {@link Inspection} has them. Absent: `raw` is that. */
  readonly content?: JsonObject | undefined;
}

export interface EmbeddedRecord {
  readonly record: SourceRecord;
  /** True: this is the only source (a guest's address). False: use it only when a read does not find the record. */
  readonly authoritative: boolean;
}

/** A record that could not be understood: it becomes a failure of its own and never stops its page. */
export interface RejectedRecord {
  readonly entity: string;
  readonly id: string;
  readonly label: string;
  /** When it was made, UTC, as far as that can be read. */
  readonly dated_at?: string | null | undefined;
  readonly failure: Failure;
}

export interface ReadFilters {
  readonly status?: readonly string[] | undefined;
  /** Instants or days; both ends inclusive. */
  readonly date_range?: { readonly start?: string | undefined; readonly end?: string | undefined } | undefined;
}

export interface ReadQuery {
  /**
   * `full` reads everything, `incremental` what changed after `since`, `sweep` what reading by change may have missed:
   * recent records once more, and those whose changes leave no date.
   */
  readonly mode: 'full' | 'incremental' | 'sweep';
  /** Watermark, UTC. Null: from the beginning. */
  readonly since: string | null;
  readonly filters: ReadFilters;
  /** Platform paging state as returned by the page before; null for the first page. */
  readonly cursor: Json | null;
}

export interface ReadPage {
  readonly records: readonly SourceRecord[];
  readonly rejected: readonly RejectedRecord[];
  /** Null when this was the last page. */
  readonly next: Json | null;
  /** How many records the whole read has, where the platform says so. */
  readonly total?: number | undefined;
}

/** Reads one platform. Reads are always safe to repeat. */
export interface SourceConnector {
  readonly entities: readonly string[];
  read(entity: string, query: ReadQuery): Promise<Result<ReadPage>>;
  /** Records by external id; ids that do not exist are simply not in the answer. */
  readByIds(entity: string, ids: readonly string[]): Promise<Result<ReadPage>>;
  /**
   * Which of these the platform certainly has no more, trashed ones included; asked in bulk for everything that was synced,
   * so it reads no record whole. Ids it does not give out itself (a guest's address) are never in the answer.
   */
  absent?(entity: string, ids: readonly string[]): Promise<Result<readonly string[]>>;
}
