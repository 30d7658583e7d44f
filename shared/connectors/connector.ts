import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Result } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { RecordSchemas } from '../model/record-schema.ts';
import type { HttpClient } from '../platform/http-client.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';
import type { Ledger, LedgerOptions } from './ledger.ts';
import type { OAuthProvider } from './oauth-provider.ts';
import type { Shelf } from './shelf.ts';
import type { SourceConnector } from './source.ts';
import type { StockKeeper } from './stock-keeper.ts';
import type { TargetConnector, TargetWriter } from './target.ts';
import type { Webhooks } from './webhooks.ts';

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

/** One thing of the platform that a setting may name. */
export interface SettingChoice {
  readonly value: string;
  /** As people know it. */
  readonly label: string;
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
  /** What settings may name, by setting; absent where none names anything of the platform. */
  settingChoices?(context: ConnectionContext): Promise<Result<Readonly<Record<string, readonly SettingChoice[]>>>>;
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
