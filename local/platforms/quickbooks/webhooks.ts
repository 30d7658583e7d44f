import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '#shared/core/clock.ts';
import type { ChangeEvent } from './company.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Key of the `intuit-signature` header. */
  readonly verifierToken: string;
  /** `cloudevents` (an array, the format since 2026) or `legacy` (`eventNotifications`). Default `cloudevents`. */
  readonly format?: 'cloudevents' | 'legacy';
}

/** Events of one notification: they are aggregated, but not without end. */
const mostEvents = 100;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** Waits before the retries documented since February 2026; the last one repeats. */
const retryLadderMs = [10 * second, 20 * second, 30 * second, 5 * minute, 20 * minute, 2 * hour, 4 * hour, 6 * hour];

const pastTense = { Create: 'created', Update: 'updated', Delete: 'deleted', Void: 'voided' } as const;

/** Body of one notification. Events carry no data, only what changed and where. */
function webhookBody(events: readonly ChangeEvent[], format: 'cloudevents' | 'legacy' = 'cloudevents'): string {
  if (format === 'cloudevents') return JSON.stringify(events.map(cloudEvent));
  const realms = [...new Set(events.map(({ realmId }) => realmId))];
  const eventNotifications = realms.map((realmId) => ({
    realmId,
    dataChangeEvent: {
      entities: events
        .filter((event) => event.realmId === realmId)
        .map(({ entity, id, operation, at }) => ({
          name: entity,
          id,
          operation,
          lastUpdated: new Date(at).toISOString(),
        })),
    },
  }));
  return JSON.stringify({ eventNotifications });
}

function cloudEvent({ realmId, entity, id, operation, at }: ChangeEvent) {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'intuit.c2ltdWxhdG9y',
    type: `qbo.${entity.toLowerCase()}.${pastTense[operation]}.v1`,
    datacontenttype: 'application/json',
    // Nine digits of a second, as the real events have.
    time: new Date(at).toISOString().replace('Z', '000000Z'),
    intuitentityid: id,
    intuitaccountid: realmId,
    data: {},
  };
}

/** Header value `intuit-signature`: base64 of HMAC-SHA256 over the raw body. */
export function webhookSignature(body: string, verifierToken: string): string {
  return createHmac('sha256', verifierToken).update(body).digest('base64');
}

/** Changes not announced yet, and the notification that was not acknowledged. */
export interface WebhookState {
  readonly waiting: readonly ChangeEvent[];
  readonly held: { readonly body: string; readonly attempts: number; readonly due: number } | undefined;
}

/** Collects changes and posts them in order. One unacknowledged notification holds back all later ones. */
export class WebhookSender {
  private readonly options: WebhookOptions;
  private readonly clock: Clock;
  private readonly waiting: ChangeEvent[];
  private held: WebhookState['held'];

  constructor(options: WebhookOptions, clock: Clock, state?: WebhookState) {
    this.options = options;
    this.clock = clock;
    this.waiting = [...(state?.waiting ?? [])];
    this.held = state?.held;
  }

  state(): WebhookState {
    return { waiting: this.waiting, held: this.held };
  }

  add(event: ChangeEvent): void {
    this.waiting.push(event);
  }

  /**
   * Sends what is due by the clock: the notification being retried, then everything collected since.
   *
   * @returns how many notifications were acknowledged.
   */
  async deliver(): Promise<number> {
    let sent = 0;
    while (this.held || this.waiting.length > 0) {
      this.held ??= { body: webhookBody(this.waiting.splice(0, mostEvents), this.options.format), attempts: 0, due: 0 };
      if (this.clock.now() < this.held.due || !(await this.post(this.held.body))) return sent;
      this.held = undefined;
      sent += 1;
    }
    return sent;
  }

  private async post(body: string): Promise<boolean> {
    const { url, verifierToken } = this.options;
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'intuit_notification_server/0.1',
      'intuit-signature': webhookSignature(body, verifierToken),
      'intuit-created-time': new Date(this.clock.now()).toISOString(),
      'intuit-t-id': randomUUID(),
      'intuit-notification-schema-version': '0.1',
    };
    const status = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(3 * second) }).then(
      (reply) => reply.status,
      () => 0,
    );
    if (status === 200) return true;
    if (this.held) {
      const wait = retryLadderMs[Math.min(this.held.attempts, retryLadderMs.length - 1)] ?? 6 * hour;
      this.held = { ...this.held, attempts: this.held.attempts + 1, due: this.clock.now() + wait };
    }
    return false;
  }
}
