import type { ChannelName, Delivery, NotificationSettings } from '../../model/notification.ts';
import type { HttpClient } from '../../platform/http-client.ts';
import type { Mailer } from '../../platform/mailer.ts';
import type { NotificationSecrets } from '../vault.ts';

/** What came of one try to send. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly status: number; readonly reason: string | null }
  /** It may work later. */
  | {
      readonly kind: 'retry';
      readonly status: number | null;
      readonly reason: string;
      readonly retry_after_ms?: number | undefined;
    }
  /** It will not work, as it is. */
  | { readonly kind: 'refused'; readonly status: number | null; readonly reason: string }
  /** There is nobody there any more: the channel is switched off. */
  | { readonly kind: 'gone'; readonly status: number; readonly reason: string };

/** What sending needs from outside. */
export interface ChannelDeps {
  readonly http: HttpClient;
  readonly mailer: Mailer;
  readonly clock: { now(): number };
}

/** One way to reach people. Adding one is a file with this object, a line in the table and a member of the settings. */
export interface Channel {
  readonly name: ChannelName;
  /** What it lacks to send, in words; undefined when it lacks nothing. */
  lacks(settings: NotificationSettings): string | undefined;
  /** Sends a message once. The same delivery again is the same message: its id goes along. */
  send(
    delivery: Delivery,
    settings: NotificationSettings,
    secrets: NotificationSecrets,
    deps: ChannelDeps,
  ): Promise<SendOutcome>;
}
