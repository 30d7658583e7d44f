import type { Failure, Result } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';

/** What an existing record on the target looks like to the engine. */
export interface TargetMatch {
  readonly id: string;
  /** Optimistic lock of the platform (QuickBooks SyncToken), where it has one. */
  readonly version: string | null;
  /** Hash of what a person could have changed, where the platform's answers allow one. */
  readonly fingerprint?: string | undefined;
}

/** A document we wrote, to be looked at before it is changed or taken back. */
export interface Inspected {
  readonly id: string;
  /** The payload written last. */
  readonly payload: JsonObject;
  /** Of the answer to that write. */
  readonly fingerprint?: string | undefined;
}

/** A document as it is on the target now. */
export type Inspection =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly match: TargetMatch;
      /** False when somebody else changed it since. */
      readonly untouched: boolean;
      /** Its fields, by the names payloads use. */
      readonly content: JsonObject;
      /** When the platform last changed it, UTC; absent where it does not say. */
      readonly modified_at?: string | undefined;
    };

/** The amount a document must come to, and the record its rounding difference may be booked on. */
export interface Settlement {
  readonly total: string;
  readonly currency: string;
  /** Target id of the record that takes a rounding difference. */
  readonly adjustment_id: string | null;
  /** How many amounts the total is the sum of, where it is one: each may differ by a rounding of its own. */
  readonly parts?: number | undefined;
}

export interface Candidate {
  /** Position of the change this belongs to. */
  readonly key: string;
  readonly payload: JsonObject;
  readonly settlement?: Settlement | undefined;
}

/** What a look-up by natural key says of one candidate. */
export type FindOutcome =
  | { readonly kind: 'none' }
  /** The same record: link to it. `assigned` when it goes by the free name this connector would give it. */
  | { readonly kind: 'match'; readonly match: TargetMatch; readonly assigned?: JsonObject | undefined }
  /** Something else has its name or number; `payload` is the candidate under a free one. */
  | { readonly kind: 'renamed'; readonly assigned: JsonObject }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface WriteItem {
  /** Position of the change this belongs to. */
  readonly key: string;
  /** Stable within the batch: together with the batch id it makes a repeat a replay. */
  readonly item_id: string;
  /**
   * `restore`: put the document back to exactly this payload, older or not, and active. `delete`: take it back, as far as
   * the platform can. `archive`: keep it out of use: transactions are voided, names become inactive, rows are marked as
   * deleted. Repeating the latter two is harmless.
   */
  readonly action: 'create' | 'update' | 'restore' | 'delete' | 'archive';
  readonly payload: JsonObject;
  /** Of a restore: members the document has and must lose, as they are. */
  readonly cleared?: JsonObject | undefined;
  readonly target: TargetMatch | null;
  readonly settlement?: Settlement | undefined;
}

export type WriteOutcome =
  | {
      readonly kind: 'written';
      readonly target: TargetMatch;
      /** Fields the write had to choose differently (a free name), kept for later updates. */
      readonly assigned?: JsonObject | undefined;
    }
  /** It existed already: linked, not written. */
  | { readonly kind: 'adopted'; readonly target: TargetMatch }
  /** Taken back. `kept` where the platform keeps it: inactive, voided, marked. */
  | { readonly kind: 'deleted'; readonly kept: TargetMatch | null }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** Documents the payload refers to, or is, that the target has no more: links to them lead nowhere. */
      readonly lost?: readonly LostDocument[] | undefined;
    };

export interface LostDocument {
  readonly entity: string;
  readonly id: string;
}

export interface TargetEntity {
  readonly name: string;
  /** Most items one write call takes. */
  readonly batchSize: number;
  /** What a write call counts as, for the limiter and for estimates. */
  readonly callKinds: readonly string[];
  /** How many batches may be under way at once. Name lists of QuickBooks allow one. */
  readonly concurrency: number;
  /**
   * `claim`: a repeated create would make a second record, so the engine claims a link first and recovers by look-up and
   * replay. `upsert`: writes are idempotent by natural key and need no claim.
   */
  readonly safety: 'claim' | 'upsert';
  /**
   * How long after sending it a repeated batch is certain to be a replay. Within it recovery repeats the batch; later it
   * looks every item up first. @default 0
   */
  readonly replayableMs?: number | undefined;
  /** Members of a payload that say which document it is, not what it is like: chosen by its create, compared with nothing. */
  readonly identity?: readonly string[] | undefined;
}

/**
 * Writes one platform. `Result` failures are of the connection (down, throttled, unauthorised): nothing is known about
 * the items and the caller comes back later with the same batch. Everything else is an outcome of its item.
 */
export interface TargetConnector {
  readonly entities: readonly TargetEntity[];
  /** Completes a mapped payload before it is compared and sent: checks the money, adds what only the platform knows. */
  prepare(entity: string, candidate: Candidate): Promise<Result<JsonObject>>;
  /** Bulk look-up by natural keys, answers in the order of the candidates. */
  find(entity: string, candidates: readonly Candidate[]): Promise<Result<readonly FindOutcome[]>>;
  /** Documents by id as they are now, answers in the order of the items. */
  inspect(entity: string, items: readonly Inspected[]): Promise<Result<readonly Inspection[]>>;
  /**
   * A last look, without I/O, at what is about to be written or planned. Refuses it, or answers members that differ from the
   * mapping and stay with the document from then on. Absent: everything is admitted as it is.
   */
  admit?(entity: string, change: AdmittedChange): Result<JsonObject>;
  /** What a document does to the accounts of the books; nothing where the target keeps none. */
  effects(entity: string, payload: JsonObject, settlement: Settlement | undefined): readonly AccountEffect[];
}

export interface AdmittedChange {
  readonly action: 'create' | 'update' | 'restore';
  readonly payload: JsonObject;
}

/** What one document adds to one account. */
export interface AccountEffect {
  /** As people know it: `Sales of Product Income`. */
  readonly account: string;
  /** Exact decimal; debits are positive, credits negative. The effects of a document add up to zero. */
  readonly amount: string;
  readonly currency: string;
}

/** The right to write, held only by runs that may: a dry run opens its target without one. */
export interface TargetWriter {
  /** Writes a batch; the same `batchId` and items again have no second effect. Outcomes in the order of the items. */
  write(entity: string, batchId: string, items: readonly WriteItem[]): Promise<Result<readonly WriteOutcome[]>>;
}
