import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleConnections } from '#shared/connections/assemble.ts';
import { beginSignIn, hasOAuth } from '#shared/connections/oauth-flow.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import { keepConnectionsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { redactor } from '#shared/platform/redaction.ts';
import { keptLog } from '#test/support/api.ts';
import { startSecrets, type TestSecrets } from '#test/support/secrets.ts';
import { startTable, type TestTable } from '#test/support/table.ts';

let secrets: TestSecrets;
let table: TestTable;
beforeAll(async () => {
  [secrets, table] = await Promise.all([startSecrets(), startTable()]);
});
afterAll(() => Promise.all([secrets.stop(), table.stop()]));

const main = { client_id: 'main-app', client_secret: 'main-secret-0123456789' };
const development = { client_id: 'development-app', client_secret: 'development-secret-0123456789' };

/** Whose keys a sign-in uses, live and in the sandbox; the code of the failure where there are none. */
async function appsOf(environment: string, app: object): Promise<{ live: string; sandbox: string }> {
  await secrets.store.write('app', JSON.stringify(app));
  const variables = { STAGE: 'test', TABLE_NAME: 't', SECRET_PREFIX: 'p/', QUICKBOOKS_APP_SECRET: 'app' };
  const env = parseEnv(keepConnectionsEnv, { ...variables, QUICKBOOKS_ENVIRONMENT: environment });
  const deps = await assembleConnections(env, table.table, secrets.store, keptLog());
  const connector = deps.connectors.quickbooks;
  if (!hasOAuth(connector)) throw new Error('QuickBooks is not offered');
  const appOf = async (sandbox: boolean): Promise<string> => {
    const by = { ...workspaceOf('shop', sandbox), userId: 'ann', redirectUri: 'https://api.example.test' };
    const begun = await beginSignIn(deps, connector, by);
    return begun.ok ? (new URL(begun.value.url).searchParams.get('client_id') ?? '') : begun.failure.code;
  };
  return { live: await appOf(false), sandbox: await appOf(true) };
}

describe('the secret of the QuickBooks app', () => {
  it('gives sandbox mode its development keys, and none where a stage for production has none', async () => {
    expect(await appsOf('production', main)).toEqual({ live: 'main-app', sandbox: 'quickbooks.no_sandbox_keys' });
    const both = { ...main, sandbox: development };
    expect(await appsOf('production', both)).toEqual({ live: 'main-app', sandbox: 'development-app' });
    expect(await appsOf('sandbox', main)).toEqual({ live: 'main-app', sandbox: 'main-app' });
    expect(await appsOf('sandbox', both)).toEqual({ live: 'main-app', sandbox: 'development-app' });
    expect(redactor.text(`${main.client_secret} ${development.client_secret}`)).not.toMatch(/secret-0123/);
  });
});
