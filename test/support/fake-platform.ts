import * as z from 'zod';
import type { ConnectionContext, Connector } from '#shared/connectors/connector.ts';
import type { OAuthProvider } from '#shared/connectors/oauth-provider.ts';
import { type Failure, fail, ok, type Result } from '#shared/core/failure.ts';
import { createRateLimiter } from '#shared/platform/rate-limiter.ts';
import { serve } from './http.ts';

const tokenLifeMs = 50 * 60_000;

/** What the platform behind the test connectors holds and counts. */
export interface FakePlatform {
  readonly url: string;
  readonly host: string;
  /** Keys and access tokens it accepts. */
  readonly accepted: Set<string>;
  /** The refresh token that is valid now; undefined: the grant is gone. */
  refreshToken: string | undefined;
  refreshes: number;
  revoked: string[];
  /** Error of every token request while set. */
  refusal: string | undefined;
  close(): Promise<void>;
}

export async function startFakePlatform(): Promise<FakePlatform> {
  let issued = 0;
  const platform = {
    accepted: new Set<string>(),
    refreshToken: undefined as string | undefined,
    refreshes: 0,
    revoked: [] as string[],
    refusal: undefined as string | undefined,
  };
  const server = await serve(async (request, body, response) => {
    const reply = (status: number, content: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    const input = body.length > 0 ? (JSON.parse(body.toString()) as Record<string, string>) : {};
    if (request.url === '/whoami') {
      const key = String(request.headers.authorization ?? '').replace('Bearer ', '');
      if (platform.accepted.has(key)) reply(200, { name: 'Demo Shop' });
      else reply(401, { error: 'bad key' });
    } else if (request.url === '/token') {
      if (platform.refusal) {
        reply(400, { error: platform.refusal });
        return;
      }
      const isRefresh = input.refresh_token !== undefined;
      if (isRefresh) platform.refreshes += 1;
      if (isRefresh ? input.refresh_token !== platform.refreshToken : input.code !== 'good-code') {
        reply(400, { error: 'invalid_grant' });
        return;
      }
      issued += 1;
      const access = `access-token-number-${issued}`;
      platform.refreshToken = `refresh-token-number-${issued}`;
      platform.accepted.add(access);
      reply(200, { access_token: access, refresh_token: platform.refreshToken });
    } else if (request.url === '/revoke') {
      platform.revoked.push(input.token ?? '');
      reply(200, {});
    } else reply(404, {});
  });
  return Object.assign(platform, { url: server.url, host: server.host, close: server.close });
}

/** Connects by a key. */
export function shopConnector(): Connector {
  return {
    platform: 'shop',
    title: 'Test Shop',
    credentials: z.object({ store_url: z.url(), consumer_key: z.string().min(10), consumer_secret: z.string().min(4) }),
    secretFields: ['consumer_key', 'consumer_secret'],
    settings: z.object({ prefix: z.string().max(5).default('S-'), days: z.number().int().min(1).optional() }),
    rateLimits: [],
    check: (context) => check(context, String(context.profile.store_url), 'consumer_key'),
    verifySettings: async (_context, { prefix }) =>
      ok(prefix === 'GONE-' ? [{ path: 'prefix', code: 'unknown_reference', message: 'Valid are: S-.' }] : []),
    settingChoices: async ({ settings: { prefix } }) =>
      ok({ prefix: [{ value: String(prefix), label: 'Demo prefix' }] }),
  };
}

/** Connects by signing in. */
export function booksConnector(url: string): Connector & { readonly oauth: OAuthProvider } {
  return {
    platform: 'quickbooks',
    title: 'Test Books',
    secretFields: ['access_token', 'refresh_token', 'expires_at'],
    settings: z.object({ account: z.string().optional() }),
    rateLimits: [],
    check: (context) => check(context, url, 'access_token'),
    oauth: {
      authorizeUrl: ({ state, redirectUri }) =>
        ok(`${url}/authorize?state=${state}&redirect_uri=${encodeURIComponent(redirectUri)}`),
      identify: ({ realmId = '' }) => ({ realm_id: realmId }),
      exchange: async ({ callback, http, clock }) => {
        const secret = await token(url, { code: callback.code ?? '' }, http, clock.now());
        return secret.ok ? ok({ secret: secret.value, profile: { realm_id: callback.realmId ?? '' } }) : secret;
      },
      refresh: ({ secret, http, clock }) =>
        token(url, { refresh_token: secret.refresh_token ?? '' }, http, clock.now()),
      revoke: async ({ secret, http }) => {
        const sent = await post(url, '/revoke', { token: secret.refresh_token ?? '' }, http);
        return sent.ok ? ok(null) : sent;
      },
      expiresAt: (secret) => Number(secret.expires_at),
      grantEndsAt: ({ grant_ends_at: at }) => (at === undefined ? undefined : Date.parse(at)),
    },
  };
}

const freeLimiter = () => createRateLimiter([], { now: () => 0, sleep: async () => {} });

type Http = ConnectionContext['http'];

function post(url: string, path: string, body: Record<string, string>, http: Http) {
  const request = {
    method: 'POST',
    url: `${url}${path}`,
    body: JSON.stringify(body),
    repeatable: true,
    kinds: [],
  } as const;
  return http.send(request, freeLimiter());
}

async function token(url: string, body: Record<string, string>, http: Http, nowMs: number) {
  const reply = await post(url, '/token', body, http);
  if (!reply.ok) return reply;
  if (reply.value.status !== 200) return fail(refused((JSON.parse(reply.value.text) as { error: string }).error));
  const values = JSON.parse(reply.value.text) as Record<string, string>;
  return ok({ ...values, expires_at: String(nowMs + tokenLifeMs) } as Record<string, string>);
}

async function check(context: ConnectionContext, url: string, keyField: string): ReturnType<Connector['check']> {
  const ask = async (values: Readonly<Record<string, string>>) =>
    context.http.send(
      {
        method: 'GET',
        url: `${url}/whoami`,
        headers: { authorization: `Bearer ${values[keyField]}` },
        repeatable: true,
        kinds: [],
      },
      context.limiter,
    );
  let values: Result<Readonly<Record<string, string>>> = await context.credentials.current();
  if (!values.ok) return values;
  let reply = await ask(values.value);
  if (reply.ok && reply.value.status === 401) {
    values = await context.credentials.renew(values.value);
    if (!values.ok) return values;
    reply = await ask(values.value);
  }
  if (!reply.ok) return reply;
  if (reply.value.status !== 200) return fail(refused('401'));
  const suggested = keyField === 'access_token' ? { account: '42' } : {};
  return ok({ profile: { zone: 'UTC' }, suggested_settings: suggested, display_name: 'Demo Shop', warnings: [] });
}

function refused(platformCode: string): Failure {
  return {
    category: 'authentication',
    code: 'platform.refused',
    platform_code: platformCode,
    reason: 'The platform refused the key.',
    fix: 'Check it.',
    retryable: false,
  };
}
