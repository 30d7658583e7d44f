import type { Result } from '../core/failure.ts';
import type { ConnectionContext, Profile } from './connector.ts';

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

/** A secret of the app, and of which workspaces' accounts it tells: those connected with the same keys. */
export interface AppSecret {
  readonly secret: string;
  readonly sandbox: boolean;
}

/** How a platform tells of changes. */
export interface Webhooks {
  /** The app's own secrets, where all connections share them; undefined: each connection has a {@link webhookSecretField}. */
  readonly appSecrets?: readonly AppSecret[] | undefined;
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
