import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWooCommerce } from '#local/platforms/woocommerce/simulator.ts';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createWebhookRepository } from '#shared/data/webhook-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { createRedactor } from '#shared/platform/redaction.ts';
import { keptLog, startApi } from '#test/support/api.ts';
import { testClock } from '#test/support/clock.ts';
import { type ConnectionsSetting, startConnections } from '#test/support/connections.ts';
import { cases } from '#test/support/seed.ts';
import { everyItem } from '#test/support/table.ts';
import { integrationsEndpoints } from '../../functions/api/integrations/endpoints.ts';
import { randomShop } from './wire-records.ts';

// Fixed marks through the whole product, journal included: test/start/product.test.ts.

const alphabet = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const key = (prefix: string) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 24, maxLength: 48 }).map((text) => `${prefix}${text}`);

/** The ways in which a secret gets into what is written. */
function formsOf(secret: string, basic: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), basic];
}

let setting: ConnectionsSetting;
beforeAll(async () => {
  setting = await startConnections();
});
afterAll(() => setting.stop());

const unused = {
  clientId: '',
  clientSecret: '',
  apiUrl: '',
  sandboxApiUrl: '',
  authorizeUrl: '',
  tokenUrl: '',
  revokeUrl: '',
};

describe('credentials of any shape', () => {
  it('are in Secrets Manager and nowhere else, whatever platform and caller do with them', async () => {
    const { table } = setting.table;
    const trouble = fc.constantFrom('none', 'echo_401', 'echo_500', 'echo_page', 'drop_after');
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        key('ck_'),
        key('cs_'),
        key('cs_'),
        key('sb_secret_'),
        trouble,
        async (consumerKey, consumerSecret, wrongSecret, supabaseKey, kind) => {
          runs += 1;
          const admin = { tenant: `tenant-${runs}`, role: 'admin', user: 'ann' } as const;
          const shop = await startWooCommerce({
            shop: randomShop(1, 'tax_exclusive', 1),
            credentials: { consumerKey, consumerSecret },
          });
          const clock = testClock();
          const log = keptLog();
          const deps: ConnectionDeps = {
            ...setting.deps,
            connectors: createConnectors({ quickbooks: unused }),
            http: createHttpClient({ guard: createHostGuard([new URL(shop.url).host]), clock }),
            clock,
          };
          const workspaces = createWorkspaceRepository(table);
          const audit = { trail: createAuditRepository(table), clock, ids: deps.ids, workspaces };
          const endpoints = integrationsEndpoints({
            ...setting.deps,
            ...deps,
            publicUrl: 'https://api.example.test',
            webhooks: createWebhookRepository(table),
          });
          const api = await startApi({ integrations: apiGroup(endpoints, log, audit) });
          const emitted: string[] = [];
          const call = async (method: string, path: string, body?: object) => {
            const reply = await api.call(method, `/api/integrations/${path}`, {
              as: admin,
              ...(body ? { body } : {}),
            });
            expect(reply.status, reply.text).not.toBe(500);
            emitted.push(reply.text, JSON.stringify([...reply.headers]));
            return reply;
          };
          const credentials = { store_url: shop.url, consumer_key: consumerKey, consumer_secret: consumerSecret };
          await call('POST', 'woocommerce/credentials', { ...credentials, consumer_secret: wrongSecret });
          await call('POST', 'woocommerce/credentials', { ...credentials, consumer_sekret: consumerSecret });
          await call('POST', 'woocommerce/credentials', { ...credentials, store_url: consumerSecret });
          const address = `http://${consumerKey}:${consumerSecret}@${new URL(shop.url).host}`;
          await call('POST', 'woocommerce/credentials', { ...credentials, store_url: address });
          await call('POST', 'supabase/credentials', { project_url: shop.url, secret_key: supabaseKey });
          const connected = await call('POST', 'woocommerce/credentials', credentials);
          expect(connected.json.status, connected.text).toBe('connected');

          const echo = `Consumer secret is invalid: ${consumerKey} ${consumerSecret}`;
          const page = `<html>${echo} https://shop.example/?consumer_key=${consumerKey}</html>`;
          const status = kind === 'echo_500' ? 500 : 401;
          const body = kind === 'echo_page' ? page : { code: 'woocommerce_rest_authentication_error', message: echo };
          if (kind === 'drop_after') shop.addFault({ kind, times: 0 });
          else if (kind !== 'none') shop.addFault({ kind: 'reply', status, body, times: 0 });
          await call('POST', 'woocommerce/test');
          await call('GET', 'woocommerce/status');
          await call('GET', 'connections');
          await call('GET', 'health');
          await call('PUT', 'woocommerce/settings', { [consumerSecret.slice(0, 3)]: consumerSecret });
          await call('POST', 'woocommerce/toggle', { enabled: false });
          shop.clearFaults();
          await call('DELETE', 'woocommerce/credentials');

          const items = await everyItem(table);
          emitted.push(...items.map((item) => JSON.stringify(item)), ...log.lines);
          await Promise.all([api.close(), shop.close()]);
          expect(items.some(({ type }) => type === 'audit')).toBe(true);
          expect(log.lines.length).toBeGreaterThan(0);
          const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
          const forms = [consumerKey, consumerSecret, wrongSecret, supabaseKey].flatMap((each) => formsOf(each, basic));
          expect(emitted.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
        },
      ),
      { numRuns: cases(20) },
    );
  });
});

describe('a value that was remembered', () => {
  it('is in no line, wherever in it', () => {
    const secret = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 5 }),
        fc.jsonValue(),
        fc.string(),
        (secrets, other, text) => {
          const own = createRedactor();
          own.remember(secrets);
          const line = JSON.stringify(
            {
              message: own.text(`${text}${secrets.join(text)}${text}`),
              fields: secrets,
              nested: [{ other, error: new Error(`failed with ${secrets[0]}`) }],
            },
            own.replacer,
          );
          const written = (JSON.parse(line) as { message: string; fields: string[] }) ?? {};
          for (const each of secrets) {
            // A secret may be a part of the mark that stands for it, or of the text around it.
            if ('[redacted]'.includes(each) || text.includes(each)) continue;
            expect(written.fields.filter((field) => field === each)).toEqual([]);
            expect(written.message.split('[redacted]').filter((part) => part.includes(each))).toEqual([]);
          }
        },
      ),
      { numRuns: cases(300) },
    );
  });
});
