import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { FigureName, LedgerRecord } from '../model/ledger.ts';
import type { RecordSchemas } from '../model/record-schema.ts';
import type { ShelfAddress, ShelfDraft, ShelfRecord } from '../model/shelf.ts';
import type { HttpClient } from '../platform/http-client.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';

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

/** Lines that are no goods, by what they are for. */
export type LedgerPart = 'shipping' | 'fees' | 'tax' | 'rounding';

export interface LedgerOptions {
  /** Only what came from this platform, where the ledger keeps records of several. */
  readonly source: string;
  /** What the target's item ids stand for that our mappings use for lines that are no goods. */
  readonly parts: Readonly<Record<string, LedgerPart>>;
}

export interface LedgerPage {
  readonly records: readonly LedgerRecord[];
  /** What could not be understood, with the day it belongs to as far as that can be told. */
  readonly rejected: readonly (RejectedRecord & { readonly business_day: string })[];
  /** Null when this was the last page. */
  readonly next: Json | null;
}

/** Sales as the platform itself has them, read for comparing. Reads are safe to repeat. */
export interface Ledger {
  /** Entities of its records. */
  readonly entities: readonly string[];
  /** Figures it keeps in the same terms as the source and that therefore must agree. */
  readonly compares: readonly FigureName[];
  /**
   * Everything dated from `from` to `to` (business days, both inclusive), whatever its status. While documents come and go
   * during the read, a record may be on two pages; none is left out.
   */
  read(query: {
    readonly from: string;
    readonly to: string;
    readonly cursor: Json | null;
  }): Promise<Result<LedgerPage>>;
  /** Records by id, whatever their day; ids that do not exist are simply not in the answer. */
  byIds(wanted: readonly { readonly entity: string; readonly id: string }[]): Promise<Result<readonly LedgerRecord[]>>;
  /** Records with one of these numbers, whatever their day. */
  byNumbers(numbers: readonly string[]): Promise<Result<readonly LedgerRecord[]>>;
}

/** What one line of a document of the platform has taken off its stock, as it stands now. */
export interface StockMovement {
  /** `Order 1001`. */
  readonly label: string;
  /** Whose number it moved: the first of these that has one. */
  readonly items: readonly string[];
  /** Pieces that it certainly took at some time. */
  readonly pieces: string;
  /** How many of them are off stock now; none where they were put back. */
  readonly taken: string;
  /** When they were taken, UTC. */
  readonly at: string;
  /** When the document last changed, UTC. */
  readonly changed_at: string;
}

/** The number a platform keeps for one product. */
export interface StockLevel {
  /** Where the number is kept. */
  readonly item: string;
  /** Id of the product, as its record has it. */
  readonly product: string;
  readonly sku: string | null;
  readonly quantity: string;
}

/**
 * A platform with stock numbers of its own that it moves by itself and that can only be written whole. Reads are safe to
 * repeat, and so are writes.
 */
export interface StockKeeper {
  /** Documents that changed after `since`, each with all it has moved; one that moved nothing any more has no lines. */
  movements(query: { readonly since: string; readonly cursor: Json | null }): Promise<
    Result<{
      readonly documents: readonly { readonly document: string; readonly movements: readonly StockMovement[] }[];
      /** When the newest of them changed, UTC. */
      readonly newest: string | null;
      readonly next: Json | null;
    }>
  >;
  /** Numbers of products that changed after `since`, or of all. Products without a number are left out. */
  levels(query: {
    readonly since: string | null;
    readonly cursor: Json | null;
  }): Promise<
    Result<{ readonly levels: readonly StockLevel[]; readonly newest: string | null; readonly next: Json | null }>
  >;
  levelsOf(items: readonly string[]): Promise<Result<readonly StockLevel[]>>;
  /** Sets numbers; answers those it has then, in the order of the items, undefined where it was refused. */
  write(
    numbers: readonly { readonly item: string; readonly quantity: string }[],
  ): Promise<Result<readonly (string | undefined)[]>>;
}

/** Where the records of a platform are kept that has no API of its own; see shared/data/shelf-repository.ts. */
export interface Shelf {
  findMany(addresses: readonly ShelfAddress[]): Promise<(ShelfRecord | undefined)[]>;
  change(
    addresses: readonly ShelfAddress[],
    decide: (before: ShelfRecord | undefined, index: number) => ShelfDraft | undefined,
  ): Promise<(ShelfRecord | undefined)[]>;
  list(
    entity: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ records: ShelfRecord[]; next?: string }>;
  changes(page: {
    readonly limit: number;
    readonly after: number;
  }): Promise<{ records: ShelfRecord[]; position: number; more: boolean }>;
  positionAt(at: string): Promise<number>;
}

/** What a platform told about itself when it was connected: zone, currency, accounts. Mappings see it. */
export type Profile = JsonObject;

export interface ConnectionContext {
  /** Id of the workspace. */
  readonly tenantId: string;
  /** True: of the tenant's sandbox. A platform with hosts or keys of its own for sandboxes uses those. */
  readonly sandbox: boolean;
  /** The secret values of the connection. */
  readonly credentials: Credentials;
  /** What is not secret: addresses, ids, settings, profile. */
  readonly profile: Profile;
  readonly settings: JsonObject;
  readonly http: HttpClient;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  /** Of this workspace. Absent where nothing is kept. */
  readonly shelf?: Shelf | undefined;
}

/**
 * Secrets of one connection. `current` may refresh a short-lived token; `renew` is called after the platform refused
 * the token and returns a new one, or a failure when the owner must connect again.
 */
export interface Credentials {
  current(): Promise<Result<Readonly<Record<string, string>>>>;
  renew(refused: Readonly<Record<string, string>>): Promise<Result<Readonly<Record<string, string>>>>;
}

/** What checking a connection found. */
export interface ConnectionCheck {
  readonly profile: Profile;
  /** Settings proposed from what the platform has (accounts, tax codes); the owner's own values win. */
  readonly suggested_settings: JsonObject;
  /** For people: `Demo Shop (WooCommerce 10.5, USD)`. */
  readonly display_name: string;
  readonly warnings: readonly string[];
}

/** A setting that does not fit what the platform has. */
export interface SettingFault {
  /** `deposit_account`, `tax_codes.19`. */
  readonly path: string;
  readonly code: 'unknown_reference' | 'inactive_reference' | 'unfit_reference' | 'missing_reference' | 'unsupported';
  /** What is wrong, and what may be chosen instead. */
  readonly message: string;
}

/** What the owner has to run on the platform, where our credentials do not reach. */
export interface Setup {
  /** Null: there is no connection to ask. */
  readonly complete: boolean | null;
  /** As people name it: `column orders.total`. */
  readonly missing: readonly string[];
  readonly language: 'sql';
  /** Makes what is missing and harms nothing that is there; everything where there is no connection. */
  readonly script: string;
  /** Page on which to run it. */
  readonly run_at: string | null;
}

/** Allowed use of a platform, as data for the limiter. */
export interface RateLimit {
  readonly kind: string;
  readonly count: number;
  readonly per_ms: number;
}

/** One platform. Adding one is a folder with this object and a line in the registry. */
export interface Connector {
  readonly platform: string;
  readonly title: string;
  /** What a person enters to connect; strict, so that a misspelt field is named. Absent for OAuth-only platforms. */
  readonly credentials?: z.ZodObject;
  /** Which of those fields are secret; the rest is kept with the connection. */
  readonly secretFields: readonly string[];
  readonly settings: z.ZodObject;
  readonly rateLimits: readonly RateLimit[];
  /**
   * What its records are made of, by entity, so that mappings can be checked before they are saved: as mappings read them
   * and as they write them. An entity that is left out is not checked.
   */
  readonly schemas?: { readonly source?: RecordSchemas; readonly target?: RecordSchemas };
  readonly oauth?: OAuthProvider;
  /** Where a person finds a record or document of this entity; undefined where it has no page of its own. */
  documentUrl?(entity: string, id: string, profile: Profile): string | undefined;
  /** Asks the platform whether the credentials work and what it is. Writes nothing. */
  check(context: ConnectionContext): Promise<Result<ConnectionCheck>>;
  /**
   * Faults that only the platform can tell of the settings in the context, which the schema has taken: what is not there,
   * inactive, or of another kind. `chosen` are those the owner names now; others need not be asked for.
   */
  verifySettings?(context: ConnectionContext, chosen: JsonObject): Promise<Result<readonly SettingFault[]>>;
  /** What is to be run on the platform before it can be used; absent where nothing is. Writes nothing. */
  setup?(context: ConnectionContext | undefined): Promise<Result<Setup>>;
  openSource?(context: ConnectionContext): SourceConnector;
  openTarget?(context: ConnectionContext): TargetConnector;
  openWriter?(context: ConnectionContext): TargetWriter;
  openLedger?(context: ConnectionContext, options: LedgerOptions): Ledger;
  openStock?(context: ConnectionContext): StockKeeper;
  /** How it tells of changes by itself; absent where it does not. */
  readonly webhooks?: Webhooks | undefined;
}

/** A request as it arrived: signatures are over its bytes. */
export interface WebhookDelivery {
  readonly body: Uint8Array;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What one delivery says of one record. */
export interface WebhookEvent {
  /** Which account it is of, where deliveries are for all connections of the app; null: of the connection the hook is of. */
  readonly account: string | null;
  /** As routes call it. */
  readonly entity: string;
  readonly id: string;
  readonly kind: 'changed' | 'deleted';
  /** When it happened, UTC, as far as the platform says. */
  readonly at: string | null;
  /** The same for the same news told again; null where that cannot be told, and it counts each time. */
  readonly key: string | null;
}

export type WebhookReading =
  /** Not from who it says it is: nothing of it may be used. */
  | { readonly kind: 'refused' }
  /** Asks whether anybody is there and says nothing. */
  | { readonly kind: 'ping' }
  | {
      readonly kind: 'events';
      readonly events: readonly WebhookEvent[];
      /** Of records that were gone before they could be told of, so that not even their ids are known. */
      readonly vanished: number;
      /** What could not be understood, or is of no entity. */
      readonly unreadable: number;
    };

/** How a platform tells of changes. */
export interface Webhooks {
  /** The app's own secrets, where all connections share them; undefined: each connection has a {@link webhookSecretField}. */
  readonly appSecrets?: readonly string[] | undefined;
  /** Checks who sent it before anything of it is looked at, then what it says. Never throws. */
  read(delivery: WebhookDelivery, secrets: readonly string[]): WebhookReading;
  /** The account a connection is of, in the words of events; undefined where hooks are of one connection. */
  accountOf?(profile: Profile): string | undefined;
  /** Sets hooks up at the platform, where that is done by API. */
  openHooks?(context: ConnectionContext): WebhookHooks;
}

/** Member of a connection's secret values that its deliveries are signed with. */
export const webhookSecretField = 'webhook_secret';

export interface WantedHooks {
  /** Where deliveries go. */
  readonly url: string;
  /** Part of that address that is this connection's alone, by which hooks are told to be ours. */
  readonly mark: string;
  readonly secret: string;
  /** The hooks there may be signed with another secret. */
  readonly isNewSecret: boolean;
  /** Hooks stay, and deliver nothing. */
  readonly paused: boolean;
  /** Topics whose hook was switched on again before; one that is off once more is made anew. */
  readonly revived: readonly string[];
}

/** One hook after it was looked at. */
export interface KeptHook {
  readonly topic: string;
  readonly id: string;
  readonly status: 'active' | 'paused';
  /** What had to be done about it. */
  readonly action: 'none' | 'created' | 'changed' | 'revived' | 'recreated';
}

export interface WebhookHooks {
  /** Makes the hooks there what is wanted: missing ones are made, disabled ones switched on, duplicates removed. Safe to repeat. */
  keep(wanted: WantedHooks): Promise<Result<{ readonly hooks: readonly KeptHook[]; readonly removed: number }>>;
  /** Takes ours away. */
  remove(mark: string): Promise<Result<number>>;
}

/** OAuth 2.0 authorization code flow of a platform. `sandbox` as in {@link ConnectionContext}. */
export interface OAuthProvider {
  /** Fails where the operator gave no keys for this. */
  authorizeUrl(input: { state: string; redirectUri: string; sandbox: boolean }): Result<string>;
  /** Which account the person chose, as the redirect says it, before anything is exchanged. */
  identify(callback: Readonly<Record<string, string>>): Profile;
  /** Exchanges the code; `callback` holds every query parameter of the redirect. */
  exchange(input: {
    callback: Readonly<Record<string, string>>;
    redirectUri: string;
    sandbox: boolean;
    http: HttpClient;
    clock: Clock;
  }): Promise<Result<{ readonly secret: Readonly<Record<string, string>>; readonly profile: Profile }>>;
  refresh(input: {
    secret: Readonly<Record<string, string>>;
    sandbox: boolean;
    http: HttpClient;
    clock: Clock;
  }): Promise<Result<Readonly<Record<string, string>>>>;
  revoke(input: {
    secret: Readonly<Record<string, string>>;
    sandbox: boolean;
    http: HttpClient;
  }): Promise<Result<null>>;
  /** Epoch ms after which the access token should be replaced. */
  expiresAt(secret: Readonly<Record<string, string>>): number;
  /** Epoch ms at which the grant ends whatever we do, as far as it is known: the owner must connect again before. */
  grantEndsAt(secret: Readonly<Record<string, string>>): number | undefined;
}
