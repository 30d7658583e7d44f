import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createMailService } from '#local/cloud/emulators/mail-service.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { type ConnectionRepository, createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createDeliveryRepository } from '#shared/data/delivery-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createNotificationSettingsRepository } from '#shared/data/notification-settings-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { createOutboxRepository } from '#shared/data/outbox-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { type Happening, makeAnnouncement } from '#shared/model/make-announcement.ts';
import type { Delivery } from '#shared/model/notification.ts';
import type { NotifierDeps } from '#shared/notifications/deps.ts';
import { notify } from '#shared/notifications/notify.ts';
import {
  changeSettings,
  rotateSecret,
  type SettingsDeps,
  type WantedSettings,
} from '#shared/notifications/settings.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { createMailer } from '#shared/platform/mailer.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import { keptLog } from './api.ts';
import { testClock } from './clock.ts';
import { serve } from './http.ts';
import { startSecrets } from './secrets.ts';
import { startTable } from './table.ts';
import type { Interceptor } from './world.ts';

export const sender = 'notifications@easysale.example';
const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** One request that a receiver of webhooks got. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How the receiver answers: by path, the next ones first, then 200. */
export interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A receiver of webhooks, Slack's among them, on loopback. */
async function startReceiver() {
  const received: Received[] = [];
  const replies = new Map<string, Reply[]>();
  const server = await serve(async (request, body, response) => {
    const path = request.url ?? '/';
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push({ path, headers, body: body.toString('utf8') });
    const reply = replies.get(path)?.shift() ?? { status: 200, body: 'ok' };
    response.writeHead(reply.status, reply.headers ?? {}).end(reply.body ?? '');
  });
  return {
    ...server,
    received,
    of: (path: string) => received.filter((each) => each.path === path),
    answer: (path: string, ...next: Reply[]) => void replies.set(path, next),
  };
}

/** SES on loopback, out of its sandbox. */
async function startMail(clock: { now(): number }) {
  const service = createMailService({ clock, verified: ['easysale.example'] });
  const place = { account: '0', region: aws.region, stackName: '', gatewayUrl: '', apiUrl: '' };
  const server = await serve(async (request, body, response) => {
    const target = request.url ?? '/';
    const reply = service.handle({
      service: 'ses',
      accessKeyId: 'local',
      method: request.method ?? 'POST',
      target,
      path: target,
      query: new URLSearchParams(),
      headers: request.headers,
      body,
      operation: '',
      place,
    });
    response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
  });
  return { ...server, mails: service.mails };
}

type Middleware = (
  next: (input: unknown) => Promise<unknown>,
  context: { readonly commandName?: string },
) => (input: unknown) => Promise<unknown>;
interface MiddlewareStack {
  add(middleware: Middleware, options: { readonly step: 'initialize' }): void;
}

const passThrough: Interceptor = { around: (_name, call) => call() };

/** The notifier with a real table, secrets and servers at the other ends. */
export async function startNotifications(start = '2026-03-01T12:00:00.000Z') {
  const clock = testClock(Date.parse(start));
  const [table, secrets, receiver, mail] = await Promise.all([
    startTable(),
    startSecrets(),
    startReceiver(),
    startMail(clock),
  ]);
  const log = keptLog();
  const guard = createHostGuard([receiver.host]);
  const clients: { destroy(): void }[] = [];

  const deps = (
    interceptor: Interceptor = passThrough,
    from = sender,
  ): NotifierDeps & SettingsDeps & { readonly connections: ConnectionRepository } => {
    const watched = <Client extends { middlewareStack: unknown; destroy(): void }>(client: Client): Client => {
      const middleware: Middleware =
        (next, { commandName = 'call' }) =>
        (input) =>
          interceptor.around(commandName, () => next(input));
      (client.middlewareStack as MiddlewareStack).add(middleware, { step: 'initialize' });
      clients.push(client);
      return client;
    };
    const own = openTable(table.table.name, watched(new DynamoDBClient({ ...aws, endpoint: table.url })));
    const fetchLike = (url: string, init: RequestInit) =>
      interceptor.around(`POST ${new URL(url).pathname}`, async () => {
        const response = await fetch(url, init);
        return new Response(await response.text(), response);
      });
    return {
      settings: createNotificationSettingsRepository(own),
      deliveries: createDeliveryRepository(own),
      outbox: createOutboxRepository(own),
      connections: createConnectionRepository(own),
      failures: createFailureRepository(own),
      oauth: createOAuthRepository(own),
      announce: createAnnouncer(own, log),
      secrets: createSecretStore(watched(new SecretsManagerClient({ ...aws, endpoint: secrets.url }))),
      secretPrefix: 'easysale-sync/test/tenants/',
      guard,
      http: createHttpClient({ guard, fetch: fetchLike, clock }),
      mailer: createMailer(watched(new SESv2Client({ ...aws, endpoint: mail.url, maxAttempts: 1 })), from),
      clock,
      ids: randomIds(clock),
      log,
    };
  };
  const living = deps();
  let tenants = 0;

  return {
    clock,
    table,
    secrets,
    receiver,
    mail,
    log,
    deps,
    living,
    /** A turn of the notifier. */
    turn: (own: NotifierDeps = living) => notify(own, () => true),
    /** A tenant of its own with these settings; `webhook` and `slack` have a path of their own. */
    async tenant(wanted: Partial<WantedSettings> = {}, channels: Partial<WantedSettings['channels']> = {}) {
      tenants += 1;
      const id = `shop-${tenants}`;
      const [webhook, slack] = [`/hook/${id}`, `/services/T0/B0/${id}-0123456789abcdef`];
      const made = await rotateSecret(living, id);
      const change = await changeSettings(living, id, {
        minimum_severity: 'info',
        events: null,
        entities: null,
        platforms: null,
        digest: { mode: 'immediate', hour: 8, time_zone: 'UTC' },
        lag_hours: null,
        ...wanted,
        channels: {
          email: { enabled: false, recipients: [] },
          slack: { enabled: false, url: `${receiver.url}${slack}` },
          webhook: { enabled: true, url: `${receiver.url}${webhook}` },
          ...channels,
        },
      });
      if (change.kind !== 'saved' || !made) throw new Error(`settings not saved: ${JSON.stringify(change)}`);
      return { id, webhook, slack, secret: made.secret };
    },
    announce: (tenant_id: string, happening: Partial<Happening> & Pick<Happening, 'identity'>) =>
      living.announce(
        makeAnnouncement({
          tenant_id,
          kind: 'breaker_opened',
          at: new Date(clock.now()).toISOString(),
          title: 'Books is down',
          detail: 'It does not answer.',
          platforms: ['quickbooks'],
          ...happening,
        }),
      ),
    async history(tenantId: string): Promise<Delivery[]> {
      return (await living.deliveries.list(tenantId, { limit: 100 })).deliveries;
    },
    async stop(): Promise<void> {
      for (const client of clients) client.destroy();
      await Promise.all([table.stop(), secrets.stop(), receiver.close(), mail.close()]);
    },
  };
}
export type NotificationsSetting = Awaited<ReturnType<typeof startNotifications>>;

/** The message a webhook carried. */
export interface WebhookMessage {
  readonly type: string;
  readonly data: {
    readonly id: string;
    readonly count: number;
    readonly severity: string;
    readonly events: readonly { readonly event_id: string; readonly kind: string; readonly detail: string }[];
  };
}
export const messageOf = ({ body }: Received): WebhookMessage => JSON.parse(body) as WebhookMessage;
