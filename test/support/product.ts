import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Cloud, startCloud } from '#local/cloud/cloud.ts';
import { freePort } from '#local/cloud/ports.ts';
import { type Assembly, prepareAssembly } from '#local/cloud/synthesis.ts';
import { besideTheApi } from '#local/demo/beside-the-api.ts';
import { createLab } from '#local/demo/lab.ts';
import { startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
import { startSupabase } from '#local/platforms/supabase/index.ts';
import { startWooCommerce } from '#local/platforms/woocommerce/simulator.ts';
import type { Role } from '#shared/api/contract.ts';
import type { Clock } from '#shared/core/clock.ts';
import { openTable } from '#shared/data/table.ts';
import { shopOf } from './world.ts';

export interface ProductKeys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly appSecret: string;
  /** Of our app: without one QuickBooks cannot tell of anything. */
  readonly webhookVerifier?: string;
  readonly supabaseSecret: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

const realmId = '9130340000';
const finals = ['completed', 'failed', 'cancelled'];

/**
 * What is deployed; made by the global setup of the tests, so that each finds it up to date. No public URL is in it: the
 * product's own is the address of the embedded API, which is another one each time.
 */
export const prepareProduct = (): Promise<Assembly> =>
  prepareAssembly({ stage: 'local', outdir: join(import.meta.dirname, '../../cdk.out/product') });

/** The product as deployed, in the embedded cloud: bundles in worker threads, roles enforced, platforms simulated. */
export async function startProduct({
  orders,
  keys,
  clock,
}: {
  readonly orders: number;
  readonly keys: ProductKeys;
  /** Of the cloud: schedules and tokens. Functions and platforms have the system's. */
  readonly clock?: Clock;
}) {
  const apiPort = await freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const credentials = { consumerKey: keys.consumerKey, consumerSecret: keys.consumerSecret };
  const [assembly, shop, books, warehouse] = await Promise.all([
    prepareProduct(),
    startWooCommerce({ shop: shopOf('tax_exclusive', orders, 3), credentials }),
    startQuickBooks({
      app: {
        clientId: 'test-app',
        clientSecret: keys.appSecret,
        redirectUris: [`${apiUrl}/api/integrations/quickbooks/callback`],
      },
      companies: [{ realmId }],
      autoApprove: realmId,
    }),
    startSupabase({ keys: { secret: keys.supabaseSecret, publishable: 'sb_publishable_0123456789' } }),
  ]);
  await warehouse.applyMigration();
  const lab = createLab(shop, books.company(realmId));
  const logLines: string[] = [];
  const cloud: Cloud = await startCloud({
    ...assembly,
    mode: 'workers',
    ports: { api: apiPort },
    workersPerFunction: 1,
    ...(clock ? { clock } : {}),
    localRoutes: besideTheApi(() => ({
      simulators: { woocommerce: shop, quickbooks: books, supabase: warehouse },
      lab,
      mails: () => cloud.mails(),
      issueToken: (request) => cloud.issueToken(request),
    })),
    log: (line) => void logLines.push(JSON.stringify(line)),
    report: (line) => void logLines.push(line),
    envOverrides: {
      QUICKBOOKS_API_URL: books.url,
      QUICKBOOKS_AUTHORIZE_URL: `${books.url}/connect/oauth2`,
      QUICKBOOKS_TOKEN_URL: `${books.url}/oauth2/v1/tokens/bearer`,
      QUICKBOOKS_REVOKE_URL: `${books.url}/v2/oauth2/tokens/revoke`,
      OUTBOUND_ALLOWED_HOSTS: [shop, books, warehouse].map(({ url }) => new URL(url).host).join(','),
    },
  });
  const secrets = new SecretsManagerClient(cloud.clientConfig);
  const dynamodb = new DynamoDBClient(cloud.clientConfig);
  const tableName = Object.values(cloud.names).find((name) => /table/i.test(name)) ?? '';
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: 'easysale-sync/local/quickbooks-app',
      SecretString: JSON.stringify({
        client_id: 'test-app',
        client_secret: keys.appSecret,
        webhook_verifier: keys.webhookVerifier,
      }),
    }),
  );
  const answers: string[] = [];

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    as: { tenant?: string; role?: Role } = {},
  ): Promise<Answer> => {
    const { tenant = 'demo', role = 'admin' } = as;
    const token = await cloud.issueToken({ tenant, role, user: 'tester' });
    const response = await fetch(path.startsWith('http') ? path : `${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    answers.push(`${JSON.stringify([...response.headers])}\n${text}`);
    return { status: response.status, text, json: parseObject(text) };
  };

  /** Status of a sync once it has come to an end. */
  const finished = async (syncId: string, as: { tenant?: string } = {}): Promise<Answer> => {
    for (;;) {
      const status = await call('GET', `/api/sync/status/${syncId}`, undefined, as);
      if (status.status !== 200 || finals.includes(String(status.json.status))) return status;
      await cloud.idle(60_000).catch(() => undefined);
      cloud.tick();
    }
  };

  /** Id of the sync that an answer started, confirmed as often as asked. */
  const confirmed = async (answer: Answer, as: { tenant?: string } = {}): Promise<string> => {
    if (answer.json.code !== 'confirmation_required') return String(answer.json.sync_id);
    const { plan_id: planId } = answer.json;
    const plan = await finished(String(planId), as);
    if (plan.json.status !== 'completed') return String(planId);
    const asked = await call('POST', '/api/sync/check-confirmation', { sync_id: planId }, as);
    const token = answer.json.token ?? asked.json.token;
    return confirmed(await call('POST', `/api/sync/confirm/${String(token)}`, undefined, as), as);
  };

  return {
    cloud,
    apiUrl,
    shop,
    books,
    warehouse,
    company: books.company(realmId),
    table: openTable(tableName, dynamodb),
    logLines,
    /** Everything the API ever answered to `call`. */
    answers,
    call,

    /** Connects all three through the API, as a person would; then no sync starts by itself in the middle of a test. */
    async connect(as: { tenant?: string } = {}): Promise<void> {
      const store = { store_url: shop.url, consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret };
      await call('POST', '/api/integrations/woocommerce/credentials', store, as);
      const project = { project_url: warehouse.url, secret_key: keys.supabaseSecret };
      await call('POST', '/api/integrations/supabase/credentials', project, as);
      const { json } = await call('GET', '/api/integrations/quickbooks/auth-url', undefined, as);
      const consent = await fetch(String(json.url), { redirect: 'manual' });
      await call('GET', consent.headers.get('location') ?? '');
      const { json: schedules } = await call('GET', '/api/schedules', undefined, as);
      for (const { schedule_id } of schedules.items as readonly { schedule_id: string }[]) {
        await call('POST', `/api/schedules/${schedule_id}/toggle`, { enabled: false }, as);
      }
    },

    /** Starts a sync and answers its status once it has come to an end. */
    async sync(
      entity: string,
      body: Readonly<Record<string, unknown>> = { mode: 'full' },
      as: { tenant?: string } = {},
    ): Promise<Answer> {
      return finished(await confirmed(await call('POST', `/api/sync/${entity}`, body, as), as), as);
    },
    finished,
    confirmed,

    /** Every value in Secrets Manager. */
    async storedSecrets(): Promise<string[]> {
      const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
      const values = await Promise.all(
        SecretList.map(({ Name }) => secrets.send(new GetSecretValueCommand({ SecretId: Name }))),
      );
      return values.flatMap(({ SecretString = '' }) => SecretString);
    },

    async stop(): Promise<void> {
      secrets.destroy();
      dynamodb.destroy();
      await cloud.close();
      await Promise.all([shop.close(), books.close(), warehouse.close()]);
    },
  };
}
export type Product = Awaited<ReturnType<typeof startProduct>>;

function parseObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
