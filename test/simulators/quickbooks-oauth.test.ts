import { afterEach, describe, expect, it } from 'vitest';
import type { QuickBooksOptions, QuickBooksSimulator } from '#local/platforms/quickbooks/simulator.ts';
import { type Answer, app, at, caller, capture, manualClock, readAnswer, startBooks } from './quickbooks.support.ts';

const day = 86_400_000;
const running: QuickBooksSimulator[] = [];
afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

async function start(options: Partial<QuickBooksOptions> = {}) {
  const clock = manualClock();
  const simulator = await startBooks({
    clock,
    companies: [{ realmId: '4711', companyName: 'Books & <Co>' }],
    ...options,
  });
  running.push(simulator);
  return { clock, simulator };
}

function authorizeUrl(simulator: QuickBooksSimulator, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: app.clientId,
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: app.redirectUris[0] ?? '',
    state: 'st ate',
    ...more,
  });
  return `${simulator.url}/connect/oauth2?${query}`;
}

async function redirect(url: string): Promise<URL> {
  const reply = await fetch(url, { redirect: 'manual' });
  expect(reply.status).toBe(302);
  return new URL(reply.headers.get('location') ?? '');
}

async function token(
  simulator: QuickBooksSimulator,
  form: Record<string, string>,
  headers: Record<string, string> = {},
  secret = app.clientSecret,
): Promise<Answer> {
  const reply = await fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${app.clientId}:${secret}`).toString('base64')}`,
      ...headers,
    },
    body: new URLSearchParams(form),
  });
  return readAnswer(reply);
}

const refresh = (simulator: QuickBooksSimulator, value: unknown, headers = {}) =>
  token(simulator, { grant_type: 'refresh_token', refresh_token: String(value) }, headers);

async function connect(simulator: QuickBooksSimulator): Promise<{ code: string; answer: Answer }> {
  const code = (await redirect(authorizeUrl(simulator, { auto_approve: '4711' }))).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: app.redirectUris[0] ?? '' };
  return { code, answer: await token(simulator, form) };
}

describe('the consent page', () => {
  it('offers each company and a way out, and sends code, state and realmId back', async () => {
    const { simulator } = await start();
    const page = await (await fetch(authorizeUrl(simulator))).text();
    expect(page).toContain('Books &amp; &lt;Co&gt;');
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(
      ([, link]) => simulator.url + (link ?? '').replaceAll('&amp;', '&'),
    );
    const back = await redirect(links[0] ?? '');
    expect(back.href.startsWith(`${app.redirectUris[0]}?`)).toBe(true);
    expect(back.searchParams.get('realmId')).toBe('4711');
    expect(back.searchParams.get('state')).toBe('st ate');
    const refused = await redirect(links[1] ?? '');
    expect(Object.fromEntries(refused.searchParams)).toEqual({ error: 'access_denied', state: 'st ate' });
  });

  it('approves at once when told so', async () => {
    const { simulator } = await start({ autoApprove: '4711' });
    expect((await redirect(authorizeUrl(simulator))).searchParams.get('realmId')).toBe('4711');
  });

  it('refuses unknown clients and addresses without redirecting, and bad scopes with a redirect', async () => {
    const { simulator } = await start();
    for (const more of [{ client_id: 'x' }, { redirect_uri: 'http://localhost:3000/other' }, { state: '' }]) {
      expect((await fetch(authorizeUrl(simulator, more), { redirect: 'manual' })).status).toBe(400);
    }
    const back = await redirect(authorizeUrl(simulator, { scope: 'everything' }));
    expect(back.searchParams.get('error')).toBe('invalid_scope');
  });
});

describe('the token endpoint', () => {
  it('answers tokens in the recorded shape, once per code', async () => {
    const { simulator } = await start();
    const { code, answer } = await connect(simulator);
    const { id_token: _id, ...wanted } = capture('oauth_token_response').body;
    expect(Object.keys(answer.body as object)).toEqual(Object.keys(wanted));
    expect(answer.body).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      x_refresh_token_expires_in: 8_726_400,
    });
    const again = await token(simulator, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: app.redirectUris[0] ?? '',
    });
    expect(again.status).toBe(400);
    expect(again.body).toEqual(capture('oauth_error_invalid_grant').body);
  });

  it('refuses a late code, a wrong secret and an unknown grant type', async () => {
    const { clock, simulator } = await start();
    const code = (await redirect(authorizeUrl(simulator, { auto_approve: '4711' }))).searchParams.get('code') ?? '';
    clock.advance(6 * 60_000);
    const late = await token(simulator, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: app.redirectUris[0] ?? '',
    });
    expect(late.body).toMatchObject({ error: 'invalid_grant' });
    const wrong = await token(simulator, { grant_type: 'refresh_token', refresh_token: 'x' }, {}, 'guess');
    expect([wrong.status, at(wrong, 'error')]).toEqual([401, 'invalid_client']);
    expect((await token(simulator, { grant_type: 'password' })).body).toEqual({ error: 'unsupported_grant_type' });
  });

  it('keeps the refresh value for a day, then changes it and lets the old one live 24 hours more', async () => {
    const { clock, simulator } = await start();
    const first = at((await connect(simulator)).answer, 'refresh_token');
    expect(at(await refresh(simulator, first), 'refresh_token')).toBe(first);
    clock.advance(day);
    const second = at(await refresh(simulator, first), 'refresh_token');
    expect(second).not.toBe(first);
    clock.advance(day - 1000);
    expect(at(await refresh(simulator, first), 'refresh_token')).toBe(second);
    clock.advance(2000);
    expect((await refresh(simulator, first)).body).toEqual(capture('oauth_error_invalid_grant').body);
    expect((await refresh(simulator, second)).status).toBe(200);
  });

  it('lets an unused refresh token die after 101 days and tells the hard expiry on request', async () => {
    const { clock, simulator } = await start();
    const { answer } = await connect(simulator);
    const hard = await refresh(simulator, at(answer, 'refresh_token'), {
      'x-include-refresh-token-hard-expires-in': 'true',
    });
    expect(Object.keys(hard.body as object)).toEqual(Object.keys(capture('oauth_token_response_hard_expiry').body));
    clock.advance(102 * day);
    expect((await refresh(simulator, at(hard, 'refresh_token'))).status).toBe(400);
  });
});

describe('access', () => {
  it('ends after an hour and at a revocation', async () => {
    const { clock, simulator } = await start();
    const { answer } = await connect(simulator);
    const call = caller(simulator, '4711', String(at(answer, 'access_token')));
    expect((await call('GET', 'companyinfo/4711')).status).toBe(200);
    clock.advance(3_600_000);
    expect((await call('GET', 'companyinfo/4711')).status).toBe(401);
    const renewed = await refresh(simulator, at(answer, 'refresh_token'));
    const again = caller(simulator, '4711', String(at(renewed, 'access_token')));
    expect((await again('GET', 'companyinfo/4711')).status).toBe(200);
    const revoked = await fetch(`${simulator.url}/v2/oauth2/tokens/revoke`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('client:secret').toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ token: at(renewed, 'refresh_token') }),
    });
    expect([revoked.status, await revoked.text()]).toEqual([200, '']);
    expect(at(await again('GET', 'companyinfo/4711'), 'fault.error.0.detail')).toBe('Token revoked');
    expect((await refresh(simulator, at(renewed, 'refresh_token'))).status).toBe(400);
  });

  it('needs the accounting scope', async () => {
    const { simulator } = await start();
    const call = caller(simulator, '4711', simulator.issueTokens('4711', 'openid').accessToken);
    expect(at(await call('GET', 'companyinfo/4711'), 'fault.error.0.code')).toBe('3100');
  });
});
