import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
import type { OAuthProvider } from '#shared/connectors/oauth-provider.ts';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import { createOAuth, type QuickBooksApp } from '#shared/connectors/quickbooks/oauth.ts';
import { type Failure, type Result, unwrap } from '#shared/core/failure.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { testClock } from '#test/support/clock.ts';
import { serve } from '#test/support/http.ts';
import { app, appAt } from './books.ts';
import { contextOf } from './support.ts';

const realmId = '4711';
const redirectUri = app.redirectUris[0] ?? '';
const day = 86_400_000;
const sandbox = false;

async function signIn(changes: Partial<QuickBooksApp> = {}) {
  const clock = testClock();
  const simulator = await startQuickBooks({ app, companies: [{ realmId }], clock });
  onTestFinished(() => simulator.close());
  const oauth = createOAuth(appAt(simulator.url, changes));
  const { http } = contextOf({ url: simulator.url, secret: {}, clock });
  /** What the browser brings back from the consent page. */
  const consent = async (): Promise<Record<string, string>> => {
    const url = `${unwrap(oauth.authorizeUrl({ state: 'st ate', redirectUri, sandbox }))}&auto_approve=${realmId}`;
    const reply = await fetch(url, { redirect: 'manual' });
    return Object.fromEntries(new URL(reply.headers.get('location') ?? '').searchParams);
  };
  const exchange = async (callback: Record<string, string>) =>
    oauth.exchange({ callback, redirectUri, sandbox, http, clock });
  const refresh = async (secret: Readonly<Record<string, string>>) => oauth.refresh({ secret, sandbox, http, clock });
  return { clock, simulator, oauth, http, consent, exchange, refresh };
}

function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('it succeeded');
  return result.failure;
}

/** A token service that answers this. */
async function tokenService(
  status: number,
  body: string,
): Promise<{ oauth: OAuthProvider; refresh(): Promise<Result<Readonly<Record<string, string>>>> }> {
  const server = await serve(async (_request, _body, response) => {
    response.writeHead(status, { 'content-type': 'application/json', intuit_tid: 'tid-1' }).end(body);
  });
  onTestFinished(() => server.close());
  const clock = testClock();
  const oauth = createOAuth(appAt(server.url));
  const { http } = contextOf({ url: server.url, secret: {}, clock });
  return { oauth, refresh: () => oauth.refresh({ secret: { refresh_token: 'old' }, sandbox, http, clock }) };
}

describe('connecting', () => {
  it('asks for accounting only and gives the state back', async () => {
    const { oauth, consent } = await signIn();
    const url = new URL(unwrap(oauth.authorizeUrl({ state: 'st ate&x', redirectUri, sandbox })));

    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client',
      response_type: 'code',
      scope: 'com.intuit.quickbooks.accounting',
      redirect_uri: redirectUri,
      state: 'st ate&x',
    });
    expect(await consent()).toMatchObject({ state: 'st ate', realmId });
  });

  it('exchanges the code for tokens that work, and remembers how long', async () => {
    const { exchange, consent, clock, simulator, oauth } = await signIn();
    const { secret, profile } = unwrap(await exchange(await consent()));
    const reply = await fetch(`${simulator.url}/v3/company/${realmId}/preferences`, {
      headers: { authorization: `Bearer ${secret.access_token}` },
    });

    expect(reply.status).toBe(200);
    expect(profile).toEqual({ realm_id: realmId });
    expect(Date.parse(secret.access_expires_at ?? '')).toBe(clock.now() + 3_600_000);
    expect(Date.parse(secret.refresh_expires_at ?? '')).toBeGreaterThan(clock.now() + 90 * day);
    expect(oauth.expiresAt(secret)).toBe(clock.now() + 50 * 60_000);
    expect(oauth.expiresAt({})).toBeLessThan(0);
  });

  it('takes a code once', async () => {
    const { exchange, consent } = await signIn();
    const callback = await consent();
    unwrap(await exchange(callback));

    expect(failureOf(await exchange(callback))).toMatchObject({
      category: 'authentication',
      code: 'quickbooks.grant_refused',
      platform_code: 'invalid_grant',
    });
  });

  it('never repeats an exchange whose answer was lost: the code is spent', async () => {
    const { exchange, consent, simulator } = await signIn();
    const callback = await consent();
    simulator.resetCalls();
    simulator.addFault({ kind: 'drop_after', path: '/tokens/bearer' });

    expect(failureOf(await exchange(callback))).toMatchObject({ category: 'network', ambiguous: true });
    expect(simulator.calls).toHaveLength(1);
  });

  it.each([
    [{ error: 'access_denied', state: 's' }, 'quickbooks.access_denied', 'access_denied'],
    [{ state: 's' }, 'quickbooks.callback_incomplete', undefined],
    [{ code: 'x' }, 'quickbooks.callback_incomplete', undefined],
    [{ realmId: '1' }, 'quickbooks.callback_incomplete', undefined],
  ])('with %j in the callback fails without asking Intuit', async (callback, code, platformCode) => {
    const { exchange, simulator } = await signIn();

    expect(failureOf(await exchange(callback as Record<string, string>))).toMatchObject({
      category: 'authentication',
      code,
      platform_code: platformCode,
    });
    expect(simulator.calls).toEqual([]);
  });

  it('with a wrong client secret is for the operator', async () => {
    const { exchange, consent } = await signIn({ clientSecret: 'wrong' });
    const failure = failureOf(await exchange(await consent()));

    expect(failure).toMatchObject({
      category: 'authentication',
      platform_code: 'invalid_client',
      fix: expect.stringContaining('operator'),
    });
    expect(JSON.stringify(failure)).not.toContain('wrong');
  });
});

describe('refreshing', () => {
  it('gives a new access token; the refresh token changes after a day and the new value must be kept', async () => {
    const { exchange, consent, refresh, clock } = await signIn();
    const first = unwrap(await exchange(await consent())).secret;
    clock.advance(3_600_000);
    const second = unwrap(await refresh(first));
    clock.advance(day);
    const third = unwrap(await refresh(second));

    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(third.refresh_token).not.toBe(first.refresh_token);
    expect(unwrap(await refresh(third)).access_token).not.toBe(third.access_token);
  });

  it('whose answer was lost is asked for again', async () => {
    const { exchange, consent, refresh, clock, simulator } = await signIn();
    const first = unwrap(await exchange(await consent())).secret;
    clock.advance(day + 1);
    simulator.addFault({ kind: 'drop_after', path: '/tokens/bearer' });
    const second = unwrap(await refresh(first));

    expect(unwrap(await refresh(second)).access_token).toBeTruthy();
  });

  it('after the owner disconnected the app means connecting again', async () => {
    const { exchange, consent, refresh, simulator } = await signIn();
    const { secret } = unwrap(await exchange(await consent()));
    simulator.revoke(realmId);

    expect(failureOf(await refresh(secret))).toMatchObject({
      category: 'authentication',
      code: 'quickbooks.grant_refused',
      platform_code: 'invalid_grant',
      retryable: false,
      fix: 'Connect QuickBooks again.',
    });
  });

  it('is not limited and not counted', async () => {
    const { exchange, consent, refresh, clock } = await signIn();
    let { secret } = unwrap(await exchange(await consent()));
    const start = clock.now();
    for (let times = 0; times < 20; times += 1) secret = unwrap(await refresh(secret));

    expect(clock.now()).toBe(start);
  });

  it('reads the recorded answers, the lifetime of the connection included', async () => {
    for (const name of ['oauth_token_response', 'oauth_token_response_hard_expiry']) {
      const { body } = JSON.parse(
        readFileSync(new URL(`../fixtures/quickbooks/${name}.json`, import.meta.url), 'utf8'),
      ) as { body: Record<string, unknown> };
      const { refresh } = await tokenService(200, JSON.stringify(body));
      const secret = unwrap(await refresh());

      expect(secret).toMatchObject({ access_token: body.access_token, refresh_token: body.refresh_token });
      expect('refresh_hard_expires_at' in secret).toBe(name.endsWith('hard_expiry'));
    }
  });

  it.each([
    [503, '', 'network', 'quickbooks.oauth_unavailable', true],
    [429, '{}', 'network', 'quickbooks.oauth_unavailable', true],
    [400, '{"error":"invalid_grant"}', 'authentication', 'quickbooks.grant_refused', false],
    [401, '{"error":"invalid_client"}', 'authentication', 'quickbooks.grant_refused', false],
    [400, '<html>', 'authentication', 'quickbooks.grant_refused', false],
    [400, 'null', 'authentication', 'quickbooks.grant_refused', false],
  ])('answered %i %s is of category %s', async (status, body, category, code, retryable) => {
    const { refresh } = await tokenService(status, body);
    expect(failureOf(await refresh())).toMatchObject({ category, code, retryable, trace_id: 'tid-1' });
  });

  it.each(['{}', '<html>', '{"access_token":"a"}', '{"access_token":"a","refresh_token":"r","expires_in":"soon"}'])(
    'answered 200 %s does not end the connection: it may pass',
    async (body) => {
      const { refresh } = await tokenService(200, body);
      expect(failureOf(await refresh())).toMatchObject({ category: 'network', retryable: true });
    },
  );
});

describe('disconnecting', () => {
  it('revokes the grant, and is content when it was gone already', async () => {
    const { exchange, consent, refresh, oauth, http } = await signIn();
    const { secret } = unwrap(await exchange(await consent()));

    expect(await oauth.revoke({ secret, sandbox, http })).toEqual({ ok: true, value: null });
    expect(failureOf(await refresh(secret)).platform_code).toBe('invalid_grant');
    expect(await oauth.revoke({ secret, sandbox, http })).toEqual({ ok: true, value: null });
  });
});

describe('sandbox mode', () => {
  const sandboxKeys = { clientId: 'development', clientSecret: 'development-secret' };
  const code = { code: 'c', realmId };

  /** Two hosts of the API and one of Intuit's sign-in, which tell who called with what. */
  async function startIntuit() {
    const seen: string[] = [];
    const start = async (name: string) => {
      const server = await serve(async (request, _body, response) => {
        const sent = String(request.headers.authorization ?? '');
        const keys = sent.startsWith('Basic ') ? Buffer.from(sent.slice(6), 'base64').toString() : sent;
        seen.push(`${name} ${keys.split(':')[0]}`);
        const token = { access_token: `${keys}-token`, refresh_token: 'r', expires_in: 3600 };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
      });
      onTestFinished(() => server.close());
      return server;
    };
    const [live, test, signIn] = await Promise.all(['live', 'test', 'sign-in'].map(start));
    if (!live || !test || !signIn) throw new Error('not started');
    const hosts = [live, test, signIn].map(({ host }) => host);
    const urls = { apiUrl: live.url, sandboxApiUrl: test.url, tokenUrl: signIn.url, revokeUrl: signIn.url };
    return { seen, hosts, urls, url: signIn.url };
  }

  it.each([
    [false, 'client', 'live'],
    [true, 'development', 'test'],
  ])('%s: signs in as %s and calls the %s host', async (inSandbox, clientId, host) => {
    const { seen, urls, hosts, url } = await startIntuit();
    const connector = createQuickBooks(appAt(url, { ...urls, sandboxKeys }));
    const oauth = connector.oauth ?? createOAuth(appAt(url));
    const clock = testClock();
    const http = createHttpClient({ guard: createHostGuard(hosts), clock });
    const address = unwrap(oauth.authorizeUrl({ state: 's', redirectUri, sandbox: inSandbox }));
    expect(new URL(address).searchParams.get('client_id')).toBe(clientId);
    const { secret } = unwrap(await oauth.exchange({ callback: code, redirectUri, sandbox: inSandbox, http, clock }));
    unwrap(await oauth.refresh({ secret, sandbox: inSandbox, http, clock }));
    unwrap(await oauth.revoke({ secret, sandbox: inSandbox, http }));
    expect(seen).toEqual(Array(3).fill(`sign-in ${clientId}`));

    seen.length = 0;
    const profile = { realm_id: realmId, tax: { style: 'us' } };
    const base = contextOf({ url, secret: { access_token: 'a' }, clock, profile });
    const context = { ...base, http, sandbox: inSandbox };
    // What these hosts answer is no company: only whom it asked is of interest.
    await connector.check(context).catch(() => undefined);
    await connector.openTarget?.(context).find('customer', [{ key: '0', payload: { DisplayName: 'Ada' } }]);
    await connector
      .openWriter?.(context)
      .write('customer', 'b', [
        { key: '0', item_id: '0', action: 'create', payload: { DisplayName: 'Ada' }, target: null },
      ]);
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen.map((line) => line.split(' ')[0]))).toEqual(new Set([host]));
  });

  it('without development keys refuses every step of signing in, and never uses the live ones', async () => {
    const { seen, urls, hosts, url } = await startIntuit();
    const oauth = createOAuth(appAt(url, urls));
    const clock = testClock();
    const http = createHttpClient({ guard: createHostGuard(hosts), clock });
    const secret = { refresh_token: 'r' };
    const results = [
      oauth.authorizeUrl({ state: 's', redirectUri, sandbox: true }),
      await oauth.exchange({ callback: code, redirectUri, sandbox: true, http, clock }),
      await oauth.refresh({ secret, sandbox: true, http, clock }),
      await oauth.revoke({ secret, sandbox: true, http }),
    ];
    for (const result of results) {
      expect(failureOf(result)).toMatchObject({ category: 'conflict', code: 'quickbooks.no_sandbox_keys' });
    }
    expect(seen).toEqual([]);
  });
});
