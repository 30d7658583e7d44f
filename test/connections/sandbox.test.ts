import { afterAll, beforeAll, expect, it } from 'vitest';
import { disconnect, testConnection } from '#shared/connections/manage.ts';
import { beginSignIn, finishSignIn, type OAuthConnector } from '#shared/connections/oauth-flow.ts';
import { openConnection } from '#shared/connections/open-connection.ts';
import { unwrap } from '#shared/core/failure.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { booksConnector } from '#test/support/fake-platform.ts';

let setting: ConnectionsSetting;
beforeAll(async () => {
  setting = await startConnections();
});
afterAll(() => setting.stop());

const redirectUri = 'https://api.example.test/callback';

/** Signs in, and notes of each use whether it was told to be about a sandbox. */
function recorded(url: string): { connector: OAuthConnector; told: [string, boolean][] } {
  const told: [string, boolean][] = [];
  const note = (name: string, { sandbox }: { readonly sandbox: boolean }) => told.push([name, sandbox]);
  const books = booksConnector(url);
  const { oauth } = books;
  const connector: OAuthConnector = {
    ...books,
    check(context) {
      note('check', context);
      return books.check(context);
    },
    oauth: {
      ...oauth,
      authorizeUrl(input) {
        note('authorizeUrl', input);
        return oauth.authorizeUrl(input);
      },
      exchange(input) {
        note('exchange', input);
        return oauth.exchange(input);
      },
      refresh(input) {
        note('refresh', input);
        return oauth.refresh(input);
      },
      revoke(input) {
        note('revoke', input);
        return oauth.revoke(input);
      },
    },
  };
  return { connector, told };
}

it.each([false, true])('a connector is told with each use whether it is for a sandbox: %s', async (sandbox) => {
  const { connector, told } = recorded(setting.platform.url);
  const deps = { ...setting.deps, connectors: { quickbooks: connector } };
  const { tenantId } = workspaceOf('shop', sandbox);
  const { url } = unwrap(await beginSignIn(deps, connector, { tenantId, userId: 'ann', redirectUri }));
  const state = new URL(url).searchParams.get('state') ?? '';
  const callback = { state, code: 'good-code', realmId: sandbox ? 'test' : 'live' };
  expect((await finishSignIn(deps, connector, callback, redirectUri)).kind).toBe('connected');
  setting.clock.advance(3_600_000);
  const { context } = unwrap(await openConnection(deps, tenantId, 'quickbooks'));
  expect(context.sandbox).toBe(sandbox);
  unwrap(await context.credentials.current());
  unwrap(await testConnection(deps, connector, tenantId));
  unwrap(await disconnect(deps, connector, tenantId));
  expect(told).toEqual(
    ['authorizeUrl', 'exchange', 'check', 'refresh', 'check', 'revoke'].map((name) => [name, sandbox]),
  );
});
