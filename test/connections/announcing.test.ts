import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, leaveAll } from '#shared/connections/breaker-gate.ts';
import { connect } from '#shared/connections/connect.ts';
import { keepConnections } from '#shared/connections/keep.ts';
import { testConnection } from '#shared/connections/manage.ts';
import { beginSignIn, finishSignIn, hasOAuth, type OAuthConnector } from '#shared/connections/oauth-flow.ts';
import { openConnection } from '#shared/connections/open-connection.ts';
import { keepGrant } from '#shared/connections/vault.ts';
import { type Failure, unwrap } from '#shared/core/failure.ts';
import { createOutboxRepository } from '#shared/data/outbox-repository.ts';
import { keptLog } from '#test/support/api.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';

let setting: ConnectionsSetting;
beforeAll(async () => {
  setting = await startConnections();
});
afterAll(() => setting.stop());

const key = 'ck_1111111111111111111111111111111111111111';
const down: Failure = { category: 'network', code: 'network.timeout', reason: 'Late.', fix: 'Wait.', retryable: true };

/** What was announced to a tenant, in order, as a person would read it. */
async function told(tenantId: string): Promise<string[]> {
  const { announcements } = await createOutboxRepository(setting.table.table).pending({ limit: 1000 });
  return announcements.filter((each) => each.tenant_id === tenantId).map(({ kind }) => kind);
}

function books(): OAuthConnector {
  const connector = setting.deps.connectors.quickbooks;
  if (!hasOAuth(connector)) throw new Error('the test connector signs in');
  return connector;
}

async function signIn(tenantId: string): Promise<void> {
  const redirectUri = 'https://api.example.test/callback';
  const { url } = unwrap(await beginSignIn(setting.deps, books(), { tenantId, userId: 'u', redirectUri }));
  const state = new URL(url).searchParams.get('state') ?? '';
  const callback = { state, code: 'good-code', realmId: '9130' };
  expect((await finishSignIn(setting.deps, books(), callback, redirectUri)).kind).toBe('connected');
}

describe('a connection', () => {
  it('that stops working is announced once, and so is that it works again', async () => {
    const { shop } = setting.deps.connectors;
    if (!shop) throw new Error('the test shop is missing');
    setting.platform.accepted.add(key);
    const credentials = { store_url: setting.platform.url, consumer_key: key, consumer_secret: 'cs_shh-very-secret' };
    unwrap(await connect(setting.deps, shop, 'status', credentials));
    const test = async () => {
      setting.clock.advance(60_000);
      await testConnection(setting.deps, shop, 'status');
    };
    await test();
    expect(await told('status')).toEqual([]);
    setting.platform.accepted.delete(key);
    await test();
    await test();
    expect(await told('status')).toEqual(['connection_reauth_required']);
    setting.platform.accepted.add(key);
    await test();
    await test();
    expect(await told('status')).toEqual(['connection_reauth_required', 'connection_recovered']);
  });

  it('whose grant is gone is announced by the worker that meets it, and connecting again ends it', async () => {
    await signIn('grant');
    const { credentials } = unwrap(await openConnection(setting.deps, 'grant', 'quickbooks')).context;
    setting.platform.refusal = 'invalid_grant';
    const values = unwrap(await credentials.current());
    await credentials.renew(values);
    await credentials.renew(values);
    setting.platform.refusal = undefined;
    expect(await told('grant')).toEqual(['connection_reauth_required']);
    setting.clock.advance(1000);
    await signIn('grant');
    expect(await told('grant')).toEqual(['connection_reauth_required', 'connection_recovered']);
  });

  it('whose grant ends soon is announced at each reminder, once', async () => {
    await signIn('ending');
    const day = 86_400_000;
    const address = { tenantId: 'ending', platform: 'quickbooks' };
    const endsAt = setting.clock.now() + 20 * day;
    const keepAt = async (daysLeft: number) => {
      setting.clock.advance(endsAt - daysLeft * day - setting.clock.now());
      const connection = await setting.deps.connections.find('ending', 'quickbooks');
      const grant_ends_at = new Date(endsAt).toISOString();
      const values = { access_token: 'a-token-of-the-test', refresh_token: 'r-token-of-the-test', grant_ends_at };
      await keepGrant(setting.deps, address, connection?.connected_at ?? '', values);
      await keepConnections(setting.deps, keptLog(), () => true);
      return (await told('ending')).length;
    };
    const counts: number[] = [];
    for (const daysLeft of [20, 19, 14, 13.5, 7, 3, 2, 0.5]) counts.push(await keepAt(daysLeft));
    expect(counts).toEqual([1, 1, 2, 2, 3, 4, 4, 5]);
    expect(new Set(await told('ending'))).toEqual(new Set(['grant_expiring']));
  });
});

describe('a breaker', () => {
  const slice = async (tenantId: string, failure?: Failure) => {
    setting.clock.advance(3_600_000);
    const passes = unwrap(await enter(setting.deps, tenantId, ['quickbooks']));
    await leaveAll(setting.deps, passes, () => (failure ? { kind: 'failed', failure } : { kind: 'worked' }));
  };

  it('is announced when it opens, once however long, and when it closes', async () => {
    for (let each = 0; each < 4; each += 1) await slice('down', down);
    expect(await told('down')).toEqual([]);
    for (let each = 0; each < 4; each += 1) await slice('down', down);
    expect(await told('down')).toEqual(['breaker_opened']);
    await slice('down');
    await slice('down');
    expect(await told('down')).toEqual(['breaker_opened', 'breaker_closed']);
  });

  it('that never opened closes in silence', async () => {
    await slice('hiccup', down);
    await slice('hiccup');
    expect(await told('hiccup')).toEqual([]);
  });
});
