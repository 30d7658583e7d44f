import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiSyncEnv, keepConnectionsEnv } from '#shared/env/functions.ts';
import { parseEnv } from '#shared/env/parse-env.ts';
import { quickBooksUrls } from '#shared/env/quickbooks.ts';
import { createLogger } from '#shared/platform/logger.ts';
import { createRedactor, redactor } from '#shared/platform/redaction.ts';
import { tenantSecretName } from '#shared/platform/secrets.ts';
import { startSecrets, type TestSecrets } from '#test/support/secrets.ts';

describe('redaction', () => {
  it('removes secrets by the name of their field, by their shape and by their value', () => {
    const own = createRedactor();
    own.remember(['a remembered value', 'short']);
    const line = JSON.stringify(
      {
        access_token: 'x',
        consumer_secret: 'y',
        nested: { authorization: 'z', text: 'uses a remembered value here' },
        url: 'https://shop.example/?consumer_key=ck_1&page=2',
        header: 'Bearer abcdefghijklmnop',
        jwt: 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl',
        error: new Error('got cs_0123456789abcdef0123456789abcdef'),
        count: 3,
      },
      own.replacer,
    );
    for (const secret of ['"x"', '"y"', '"z"', 'a remembered', 'ck_1', 'abcdefgh', 'eyJ', 'cs_0123']) {
      expect(line).not.toContain(secret);
    }
    expect(line).toContain('page=2');
    expect(line).toContain('"count":3');
  });

  it('happens in every line of the logger', () => {
    redactor.remember(['remembered-by-the-instance']);
    const written: string[] = [];
    // In this mode the logger writes to the console of its process, where a test can listen.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const spy = vi.spyOn(console, 'error').mockImplementation((text) => void written.push(String(text)));
    try {
      const log = createLogger({ request_id: 'r-1' }).with({ tenant_id: 'shop-1' });
      log.error('failed with remembered-by-the-instance', { refresh_token: 'abc', run_id: 'run-1' });
    } finally {
      spy.mockRestore();
      vi.unstubAllEnvs();
    }
    const line = written.join('');
    expect(line).not.toContain('remembered-by-the-instance');
    expect(line).not.toContain('abc"');
    for (const part of ['r-1', 'shop-1', 'run-1']) expect(line).toContain(part);
  });
});

describe('the environment', () => {
  it('names every variable that is missing or wrong, and repeats no value', () => {
    const parse = () => parseEnv(apiSyncEnv, { STAGE: 'dev', LANE_QUEUE_URL: 'not-a-url', TABLE_NAME: '' });
    expect(parse).toThrow(/TABLE_NAME.*LANE_QUEUE_URL.*JOURNAL_BUCKET/);
    expect(parse).not.toThrow(/not-a-url/);
  });

  it("gives Intuit's addresses unless others are set", () => {
    const base = { STAGE: 'dev', TABLE_NAME: 't', SECRET_PREFIX: 'p/', QUICKBOOKS_APP_SECRET: 'a' };
    const sandbox = parseEnv(keepConnectionsEnv, { ...base, QUICKBOOKS_ENVIRONMENT: 'sandbox' });
    expect(quickBooksUrls(sandbox).apiUrl).toBe('https://sandbox-quickbooks.api.intuit.com');
    expect(sandbox.OUTBOUND_ALLOWED_HOSTS).toEqual([]);
    const local = parseEnv(keepConnectionsEnv, {
      ...base,
      QUICKBOOKS_ENVIRONMENT: 'production',
      QUICKBOOKS_API_URL: 'http://127.0.0.1:9/',
      OUTBOUND_ALLOWED_HOSTS: '127.0.0.1:9, 127.0.0.1:10',
    });
    expect(quickBooksUrls(local).apiUrl).toBe('http://127.0.0.1:9');
    expect(quickBooksUrls(local).sandboxApiUrl).toBe('http://127.0.0.1:9');
    const live = quickBooksUrls({ ...sandbox, QUICKBOOKS_ENVIRONMENT: 'production' });
    expect(live.apiUrl).toBe('https://quickbooks.api.intuit.com');
    expect(live.sandboxApiUrl).toBe('https://sandbox-quickbooks.api.intuit.com');
    expect(quickBooksUrls(local).tokenUrl).toBe('https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer');
    expect(local.OUTBOUND_ALLOWED_HOSTS).toEqual(['127.0.0.1:9', '127.0.0.1:10']);
  });
});

describe('the secret store', () => {
  let secrets: TestSecrets;
  beforeAll(async () => {
    secrets = await startSecrets();
  });
  afterAll(() => secrets.stop());

  it('creates, replaces, reads and removes', async () => {
    expect(await secrets.store.read('a/b')).toBeUndefined();
    await secrets.store.write('a/b', 'one');
    await secrets.store.write('a/b', 'two');
    expect(await secrets.store.read('a/b')).toBe('two');
    await secrets.store.remove('a/b');
    await secrets.store.remove('a/b');
    expect(await secrets.store.read('a/b')).toBeUndefined();
    await secrets.store.write('a/b', 'three');
    expect(await secrets.store.read('a/b')).toBe('three');
  });

  it('names secrets so that no tenant can reach another, whatever its id', () => {
    const names = ['a', 'a/shop', 'a=2fshop', 'ä', '😀', 'a b'].map((id) => tenantSecretName('p/', id, 'shop'));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^p\/[A-Za-z0-9_.@=-]+\/shop$/);
  });
});
