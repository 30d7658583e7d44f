import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '#shared/connections/connect.ts';
import { keepConnections } from '#shared/connections/keep.ts';
import { changeSettings, disconnect, testConnection, toggle } from '#shared/connections/manage.ts';
import { mask } from '#shared/connections/mask.ts';
import { beginSignIn, finishSignIn, hasOAuth, type OAuthConnector } from '#shared/connections/oauth-flow.ts';
import { openConnection } from '#shared/connections/open-connection.ts';
import { unwrap } from '#shared/core/failure.ts';
import { keptLog } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';

let setting: ConnectionsSetting;
beforeAll(async () => {
  setting = await startConnections();
});
afterAll(() => setting.stop());

let tenants = 0;
const newTenant = () => {
  tenants += 1;
  return `tenant-${tenants}`;
};

const redirectUri = 'https://api.example.test/callback';
const oldKey = 'ck_1111111111111111111111111111111111111111';
const newKey = 'ck_2222222222222222222222222222222222222222';

const shop = () => setting.deps.connectors.shop as NonNullable<(typeof setting.deps.connectors)[string]>;
function books(): OAuthConnector {
  const connector = setting.deps.connectors.quickbooks;
  if (!hasOAuth(connector)) throw new Error('the test connector signs in');
  return connector;
}

const credentials = (key: string) => ({
  store_url: setting.platform.url,
  consumer_key: key,
  consumer_secret: 'cs_shh-very-secret-value',
});

async function signIn(tenantId: string, realmId = '4620816365'): Promise<void> {
  const { url } = unwrap(await beginSignIn(setting.deps, books(), { tenantId, userId: 'u', redirectUri }));
  const state = new URL(url).searchParams.get('state') ?? '';
  const outcome = await finishSignIn(setting.deps, books(), { state, code: 'good-code', realmId }, redirectUri);
  expect(outcome.kind).toBe('connected');
}

async function openBooks(tenantId: string) {
  return unwrap(await openConnection(setting.deps, tenantId, 'quickbooks')).context.credentials;
}

describe('masking', () => {
  it('shows the kind and the last four of a long secret, and nothing of a short one', () => {
    expect(mask('ck_1234567890abcdef1234567890abcdef12349f3a')).toBe('ck_…9f3a');
    expect(mask('sb_secret_0123456789abcdef')).toBe('sb_secret_…cdef');
    expect(mask('hunter2hunter')).toBe('…nter');
    expect(mask('hunter2')).toBe('…');
  });
});

describe('connecting by credentials', () => {
  it('stores nothing at all when the platform refuses the credentials', async () => {
    const tenantId = newTenant();
    const before = setting.secrets.names().length;
    const result = await connect(setting.deps, shop(), tenantId, credentials('ck_unknown-key-of-nobody'));
    expect(result).toMatchObject({ ok: false, failure: { category: 'authentication' } });
    expect(setting.secrets.names()).toHaveLength(before);
    expect(await setting.deps.connections.find(tenantId, 'shop')).toBeUndefined();
  });

  it('keeps secrets in one secret and only masked values in the table', async () => {
    const tenantId = newTenant();
    setting.platform.accepted.add(oldKey);
    const connection = unwrap(await connect(setting.deps, shop(), tenantId, credentials(oldKey)));
    expect(connection).toMatchObject({
      status: 'connected',
      masked: { consumer_key: 'ck_…1111' },
      settings: { prefix: 'S-' },
      profile: { store_url: setting.platform.url, zone: 'UTC' },
    });
    expect(JSON.stringify(await setting.deps.connections.find(tenantId, 'shop'))).not.toContain(oldKey);
    expect(setting.secrets.names().filter((name) => name.includes(`/${tenantId}/`))).toHaveLength(1);
  });

  it.each([
    ['the secret', 'PutSecretValue', 1],
    ['the clean-up of the old one', 'PutSecretValue', 2],
  ])('leaves a working connection when it dies at storing %s', async (_what, operation, nth) => {
    const tenantId = newTenant();
    for (const key of [oldKey, newKey]) setting.platform.accepted.add(key);
    unwrap(await connect(setting.deps, shop(), tenantId, credentials(oldKey)));
    setting.secrets.failOnce(operation, nth);
    await expect(connect(setting.deps, shop(), tenantId, credentials(newKey))).rejects.toThrow('refused by the test');
    const { connection, context } = unwrap(await openConnection(setting.deps, tenantId, 'shop'));
    const values = unwrap(await context.credentials.current());
    expect(connection.masked.consumer_key).toBe(mask(values.consumer_key ?? ''));
    expect(unwrap(await testConnection(setting.deps, shop(), tenantId)).failure).toBeUndefined();
  });

  it('leaves the old connection working when it dies between secret and connection', async () => {
    const tenantId = newTenant();
    for (const key of [oldKey, newKey]) setting.platform.accepted.add(key);
    unwrap(await connect(setting.deps, shop(), tenantId, credentials(oldKey)));
    const dying = {
      ...setting.deps,
      connections: { ...setting.deps.connections, save: () => Promise.reject(new Error('died')) },
    };
    await expect(connect(dying, shop(), tenantId, credentials(newKey))).rejects.toThrow('died');
    const { context } = unwrap(await openConnection(setting.deps, tenantId, 'shop'));
    expect(unwrap(await context.credentials.current()).consumer_key).toBe(oldKey);
    unwrap(await connect(setting.deps, shop(), tenantId, credentials(newKey)));
    const again = unwrap(await openConnection(setting.deps, tenantId, 'shop'));
    expect(unwrap(await again.context.credentials.current()).consumer_key).toBe(newKey);
  });

  it('marks a connection whose key was refused, and heals it when a test succeeds', async () => {
    const tenantId = newTenant();
    setting.platform.accepted.add(oldKey);
    unwrap(await connect(setting.deps, shop(), tenantId, credentials(oldKey)));
    setting.platform.accepted.delete(oldKey);
    const bad = unwrap(await testConnection(setting.deps, shop(), tenantId));
    expect(bad.connection.status).toBe('reauth_required');
    expect(await openConnection(setting.deps, tenantId, 'shop')).toMatchObject({
      failure: { code: 'connection.reauth_required' },
    });
    setting.platform.accepted.add(oldKey);
    const good = unwrap(await testConnection(setting.deps, shop(), tenantId));
    expect(good.connection).toMatchObject({ status: 'connected' });
    expect(good.connection.failure).toBeUndefined();
  });

  it('refuses to open a connection that is switched off, disconnected or was never made', async () => {
    const tenantId = newTenant();
    expect(await openConnection(setting.deps, tenantId, 'shop')).toMatchObject({
      failure: { code: 'connection.required' },
    });
    setting.platform.accepted.add(oldKey);
    unwrap(await connect(setting.deps, shop(), tenantId, credentials(oldKey)));
    unwrap(await toggle(setting.deps, shop(), tenantId, false));
    expect(await openConnection(setting.deps, tenantId, 'shop')).toMatchObject({
      failure: { code: 'connection.disabled' },
    });
    unwrap(await disconnect(setting.deps, shop(), tenantId));
    expect(await openConnection(setting.deps, tenantId, 'shop')).toMatchObject({
      failure: { code: 'connection.required' },
    });
  });
});

describe('signing in', () => {
  it('lets a state be used once, also by two callbacks at the same moment', async () => {
    const { url } = unwrap(
      await beginSignIn(setting.deps, books(), { tenantId: newTenant(), userId: 'u', redirectUri }),
    );
    const state = new URL(url).searchParams.get('state') ?? '';
    const callback = { state, code: 'good-code', realmId: '1' };
    const outcomes = await Promise.all([1, 2].map(() => finishSignIn(setting.deps, books(), callback, redirectUri)));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['bad_state', 'connected']);
  });

  it('refuses a state after ten minutes, even while the table still has it', async () => {
    const { url } = unwrap(
      await beginSignIn(setting.deps, books(), { tenantId: newTenant(), userId: 'u', redirectUri }),
    );
    const state = new URL(url).searchParams.get('state') ?? '';
    setting.clock.advance(10 * 60_000);
    const outcome = await finishSignIn(setting.deps, books(), { state, code: 'good-code' }, redirectUri);
    expect(outcome.kind).toBe('bad_state');
  });

  it('keeps settings for the same company and forgets them for another', async () => {
    const tenantId = newTenant();
    await signIn(tenantId, '1');
    await changeSettings(setting.deps, books(), tenantId, { account: '77' });
    await signIn(tenantId, '1');
    expect((await setting.deps.connections.find(tenantId, 'quickbooks'))?.settings).toEqual({ account: '77' });
    await signIn(tenantId, '2');
    expect((await setting.deps.connections.find(tenantId, 'quickbooks'))?.settings).toEqual({ account: '42' });
  });

  it('revokes and deletes on disconnecting', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const refreshToken = setting.platform.refreshToken;
    const { connection, revoked } = unwrap(await disconnect(setting.deps, books(), tenantId));
    expect(revoked).toBe(true);
    expect(setting.platform.revoked).toContain(refreshToken);
    expect(connection).toMatchObject({ status: 'disconnected', masked: {} });
    expect(setting.secrets.names().some((name) => name.includes(`/${tenantId}/`))).toBe(false);
  });
});

describe('keeping tokens fresh', () => {
  it('refreshes once when five workers meet an old token at the same moment', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const workers = await Promise.all([1, 2, 3, 4, 5].map(() => openBooks(tenantId)));
    setting.clock.advance(51 * 60_000);
    const before = setting.platform.refreshes;
    const results = await Promise.all(workers.map((worker) => worker.current()));
    expect(setting.platform.refreshes - before).toBe(1);
    expect(new Set(results.map((result) => unwrap(result).access_token)).size).toBe(1);
  });

  it('refreshes once when five workers get a 401 for the same token', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const workers = await Promise.all([1, 2, 3, 4, 5].map(() => openBooks(tenantId)));
    const refusedValues = await Promise.all(workers.map(async (worker) => unwrap(await worker.current())));
    const before = setting.platform.refreshes;
    const results = await Promise.all(workers.map((worker, index) => worker.renew(refusedValues[index] ?? {})));
    expect(setting.platform.refreshes - before).toBe(1);
    expect(new Set(results.map((result) => unwrap(result).refresh_token)).size).toBe(1);
  });

  it('goes on after a worker died while it held the lock', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const worker = await openBooks(tenantId);
    const lock = { tenantId, platform: 'quickbooks', owner: 'dead' };
    await setting.deps.oauth.acquireLock(lock, setting.clock.now(), setting.clock.now() + 30_000);
    const asleepFrom = setting.clock.now();
    expect((await worker.renew(unwrap(await worker.current()))).ok).toBe(true);
    expect(setting.clock.now() - asleepFrom).toBeGreaterThanOrEqual(30_000);
  });

  it('stores a new token before anybody uses it', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const worker = await openBooks(tenantId);
    const old = unwrap(await worker.current());
    setting.secrets.failOnce('PutSecretValue');
    await expect(worker.renew(old)).rejects.toThrow('refused by the test');
    expect(unwrap(await (await openBooks(tenantId)).current()).access_token).toBe(old.access_token);
  });

  it('asks for a new sign-in when the grant is gone, and never because of an old grant', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const worker = await openBooks(tenantId);
    const values = unwrap(await worker.current());
    setting.platform.refreshToken = undefined;
    expect(await worker.renew(values)).toMatchObject({ failure: { code: 'connection.reauth_required' } });
    expect((await setting.deps.connections.find(tenantId, 'quickbooks'))?.status).toBe('reauth_required');
    await signIn(tenantId);
    expect((await worker.renew(values)).ok).toBe(false);
    expect((await setting.deps.connections.find(tenantId, 'quickbooks'))?.status).toBe('connected');
    expect((await (await openBooks(tenantId)).current()).ok).toBe(true);
  });

  it('does not blame the owner when the platform refuses our own app', async () => {
    const tenantId = newTenant();
    await signIn(tenantId);
    const worker = await openBooks(tenantId);
    setting.platform.refusal = 'invalid_client';
    const result = await worker.renew(unwrap(await worker.current()));
    setting.platform.refusal = undefined;
    expect(result).toMatchObject({ ok: false, failure: { platform_code: 'invalid_client' } });
    expect((await setting.deps.connections.find(tenantId, 'quickbooks'))?.status).toBe('connected');
  });

  it('renews what nobody used for a day, once, and one bad tenant never stops the rest', async () => {
    const [bad, good] = [newTenant(), newTenant()];
    await signIn(bad);
    await signIn(good);
    await setting.deps.secrets.remove(setting.secrets.names().find((name) => name.includes(`/${bad}/`)) ?? '');
    setting.clock.advance(25 * 3600_000);
    const log = keptLog();
    const before = setting.platform.refreshes;
    const summary = await keepConnections(setting.deps, log, () => true);
    expect(summary.complete).toBe(true);
    expect(summary.failed).toBeGreaterThanOrEqual(1);
    expect(summary.renewed).toBeGreaterThanOrEqual(1);
    expect(setting.platform.refreshes).toBeGreaterThan(before);
    const values = unwrap(await (await openBooks(good)).current());
    expect(log.lines.join('\n')).not.toContain(values.refresh_token);
    const second = await keepConnections(setting.deps, keptLog(), () => true);
    expect(second.renewed).toBe(0);
  });
});
