import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { keptAudit, keptLog, startApi, type TestApi } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { integrationsEndpoints } from '../../functions/api/integrations/endpoints.ts';

const key = 'ck_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa9f3a';
const keySecret = 'cs_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1234';
const admin = { tenant: 'shop-1', role: 'admin', user: 'ann' } as const;
const base = '/api/integrations';

let setting: ConnectionsSetting;
let api: TestApi;
const log = keptLog();
const answers: string[] = [];
const call = async (...args: Parameters<TestApi['call']>) => {
  const reply = await api.call(...args);
  answers.push(reply.text);
  return reply;
};
beforeAll(async () => {
  setting = await startConnections();
  setting.platform.accepted.add(key);
  const endpoints = integrationsEndpoints({
    ...setting.deps,
    publicUrl: 'https://api.example.test',
    consoleOrigins: ['https://console.example.test'],
    webhooks: createWebhookRepository(setting.table.table),
  });
  api = await startApi({ integrations: apiGroup(endpoints, log, keptAudit()) });
});
afterAll(async () => {
  await api.close();
  await setting.stop();
});

const credentials = () => ({ store_url: setting.platform.url, consumer_key: key, consumer_secret: keySecret });
const connectShop = (body: object = credentials()) => call('POST', `${base}/shop/credentials`, { as: admin, body });

describe('connections by credentials', () => {
  it('name every fault of the credentials by the rules of the platform', async () => {
    const reply = await connectShop({ store_url: 'nonsense', consumer_key: 'short', consumer_sekret: 'x' });
    expect(reply.status).toBe(400);
    const paths = (reply.json.errors as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['consumer_key', 'consumer_secret', 'consumer_sekret', 'store_url']);
  });

  it('refuse keys the platform refuses, and addresses nobody may reach', async () => {
    const refused = await connectShop({ ...credentials(), consumer_key: 'ck_somebody-elses-key' });
    expect(refused).toMatchObject({
      status: 422,
      json: { code: 'connection.credentials_refused', category: 'authentication' },
    });
    const inside = await connectShop({ ...credentials(), store_url: 'http://169.254.169.254' });
    expect(inside).toMatchObject({ status: 422, json: { code: 'connection.address_refused' } });
    expect((await call('GET', `${base}/shop/status`, { as: admin })).json.status).toBe('disconnected');
  });

  it('are listed, tested, switched and changed, with secrets masked', async () => {
    const made = await connectShop();
    expect(made).toMatchObject({
      status: 200,
      json: { status: 'connected', masked: { consumer_key: 'ck_…9f3a' }, connects_by: 'credentials' },
    });
    const { json } = await call('GET', `${base}/connections`, { as: { ...admin, role: 'viewer' } });
    expect(json.items).toMatchObject([
      { platform: 'shop', status: 'connected' },
      { platform: 'quickbooks', status: 'disconnected', connects_by: 'sign_in' },
    ]);
    expect((await call('POST', `${base}/shop/test`, { as: admin })).json).toMatchObject({ ok: true });
    const off = await call('POST', `${base}/shop/toggle`, { as: admin, body: { enabled: false } });
    expect(off.json).toMatchObject({ enabled: false, status: 'connected' });
    const put = (body: object) => call('PUT', `${base}/shop/settings`, { as: admin, body });
    expect((await put({ prefix: 'X-', days: 3 })).json.settings).toEqual({ prefix: 'X-', days: 3 });
    expect((await put({ prefix: 'too long', dayz: 3 })).json.errors).toHaveLength(2);
    expect(await put({ prefix: 'GONE-' })).toMatchObject({
      status: 400,
      json: { code: 'request.invalid', errors: [{ path: 'prefix', code: 'unknown_reference' }] },
    });
    const settings = await call('GET', `${base}/shop/settings`, { as: admin });
    expect(settings.json).toMatchObject({ settings: { prefix: 'X-' }, schema: { type: 'object' } });
    expect(settings.json.chosen).toEqual({ prefix: 'X-', days: 3 });
    const { json: choices } = await call('GET', `${base}/shop/settings/choices`, { as: { ...admin, role: 'viewer' } });
    expect(choices).toEqual({ platform: 'shop', choices: { prefix: [{ value: 'X-', label: 'Demo prefix' }] } });
  });

  it("are another tenant's business", async () => {
    const stranger = { ...admin, tenant: 'shop-2' };
    expect((await call('GET', `${base}/shop/status`, { as: stranger })).json.status).toBe('disconnected');
    for (const [method, path] of [
      ['POST', 'test'],
      ['GET', 'settings'],
      ['GET', 'settings/choices'],
      ['DELETE', 'credentials'],
    ] as const) {
      const reply = await call(method, `${base}/shop/${path}`, { as: stranger });
      expect(reply).toMatchObject({ status: 409, json: { code: 'connection.required' } });
    }
  });

  it('end without leaving a secret', async () => {
    await connectShop();
    const reply = await call('DELETE', `${base}/shop/credentials`, { as: admin });
    expect(reply).toMatchObject({ status: 200, json: { status: 'disconnected', masked: {}, revoked: true } });
    expect(setting.secrets.names().filter((name) => name.includes('/shop-1/'))).toEqual([]);
  });

  it('know which platforms there are', async () => {
    const reply = await call('GET', `${base}/constructor/status`, { as: admin });
    expect(reply).toMatchObject({ status: 404, json: { code: 'platform.unknown', valid: ['shop', 'quickbooks'] } });
    const signIn = await call('POST', `${base}/quickbooks/credentials`, { as: admin, body: {} });
    expect(signIn).toMatchObject({ status: 409, json: { code: 'connection.oauth_only' } });
  });
});

describe('signing in to QuickBooks', () => {
  const begin = async () => {
    const { json } = await call('GET', `${base}/quickbooks/auth-url`, { as: admin });
    const url = new URL(String(json.url));
    expect(url.searchParams.get('redirect_uri')).toBe(`https://api.example.test${base}/quickbooks/callback`);
    return url.searchParams.get('state') ?? '';
  };
  const finish = (query: Record<string, string>, accept = 'text/html,*/*') =>
    call('GET', `${base}/quickbooks/callback?${new URLSearchParams(query)}`, { headers: { accept } });

  it('connects the tenant the state belongs to, once, and says so on a page', async () => {
    const state = await begin();
    const page = await finish({ state, code: 'good-code', realmId: '9130' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain('Demo Shop is connected');
    const status = await call('GET', `${base}/quickbooks/status`, { as: admin });
    expect(status.json).toMatchObject({ status: 'connected', profile: { realm_id: '9130' } });
    const again = await finish({ state, code: 'good-code', realmId: '9130' }, 'application/json');
    expect(again).toMatchObject({ status: 400, json: { connected: false, code: 'connection.sign_in_invalid' } });
  });

  it('tells a person who declined, and one whose sign-in failed', async () => {
    const declined = await finish({ state: await begin(), error: 'access_denied' }, 'application/json');
    expect(declined).toMatchObject({ status: 200, json: { connected: false, code: 'connection.declined' } });
    const failed = await finish({ state: await begin(), code: 'bad-code' });
    expect(failed.status).toBe(422);
    expect(failed.text).toContain('Not connected');
  });

  it('leads back to the page of the console where it began, and to no other site', async () => {
    const authUrl = (returnTo: string) =>
      call('GET', `${base}/quickbooks/auth-url?${new URLSearchParams({ return_to: returnTo })}`, { as: admin });
    for (const page of ['https://api.example.test/connections?a=1&b="', 'https://console.example.test/connections']) {
      const { json } = await authUrl(page);
      const state = new URL(String(json.url)).searchParams.get('state') ?? '';
      const { text } = await finish({ state, error: 'access_denied' });
      const [, href = ''] = /<a href="([^"]+)">/.exec(text) ?? [];
      expect(href.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(page);
    }
    for (const page of [
      'https://elsewhere.example.test/',
      'https://api.example.test.evil.test/',
      'javascript:alert(1)',
    ]) {
      expect(await authUrl(page)).toMatchObject({ status: 400, json: { errors: [{ path: 'return_to' }] } });
    }
  });

  it('shows nothing of what strangers put into the address', async () => {
    const reply = await finish({ state: await begin(), error: '<script>alert(1)</script>' });
    expect(reply.status).toBe(422);
    expect(reply.text).not.toContain('<script>');
    expect((await finish({ state: 'never-issued', code: 'good-code' })).status).toBe(400);
    expect((await finish({})).status).toBe(400);
  });
});

it('never lets a secret into an answer or a log line', () => {
  const tokens = [...setting.platform.accepted, setting.platform.refreshToken ?? ''];
  const written = [...answers, ...log.lines].join('\n');
  for (const secret of [key, keySecret, ...tokens]) expect(written).not.toContain(secret);
});
