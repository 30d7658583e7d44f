import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startCloud } from '#local/cloud/cloud.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { serveHttp } from '#local/cloud/ports.ts';
import { prepareAssembly } from '#local/cloud/synthesis.ts';
import { type Api, createApi } from '#local/demo/api.ts';
import { besideTheApi } from '#local/demo/beside-the-api.ts';
import { connectBooksAndWarehouse, connectShopAndTills } from '#local/demo/connect.ts';
import { syncEverything } from '#local/demo/first-sync.ts';
import type { LocalRoutes } from '#local/demo/local-routes.ts';
import { readOptions, type StartOptions, UsageError, usage } from '#local/demo/options.ts';
import { demoKeys, type Platforms, startPlatforms } from '#local/demo/platforms.ts';
import { printResult, type Summary, summarize } from '#local/demo/result.ts';
import { tellOfChanges } from '#local/demo/tell-of-changes.ts';
import { createTerminal } from '#local/demo/terminal.ts';
import { compareTotals } from '#local/demo/totals.ts';
import { sellOnBothSides } from '#local/demo/trade.ts';
import type { BalanceSummary } from '#shared/stock/balance-all.ts';
import { buildConsole } from '../scripts/console.ts';

/**
 * `npm start`: the whole product on this machine. Embedded cloud from the synthesized template, simulated platforms, a
 * demo shop connected through the public API, the first sync, and then the API until Ctrl-C.
 */
const stage = 'local';
const terminal = createTerminal(process.stdout);
const closers: (() => Promise<void>)[] = [];

async function close(): Promise<void> {
  for (const closer of closers.splice(0).reverse()) await closer().catch(() => undefined);
}

async function main(options: StartOptions): Promise<number> {
  const began = performance.now();
  const { port, empty } = options;
  await checkPorts(empty ? [port] : [port, port + 1, port + 2, port + 3]);
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  // Intuit takes no IP addresses in redirect addresses; sandboxes may use localhost.
  const apiUrl = `http://${empty ? 'localhost' : '127.0.0.1'}:${port}`;
  terminal.line(`EasySale Sync: starting the embedded cloud${empty ? '' : ' and the simulated platforms'}`);

  const platforms = empty
    ? undefined
    : await startPlatforms({ ...options, dataDir }, `${apiUrl}/api/integrations/quickbooks/callback`);
  if (platforms) closers.push(platforms.close);
  const cloud = await openCloud(options, dataDir, apiUrl, platforms);
  const startMs = performance.now() - began;
  terminal.line(`Ready after ${(startMs / 1000).toFixed(1)} s`);
  if (!platforms) {
    printAddresses(options);
    return waitForEnd();
  }
  const token = await cloud.issueToken({ tenant: 'demo', role: 'admin', user: 'demo' });
  const api = createApi(apiUrl, token);
  await connectAndTrade(api, cloud, platforms);
  terminal.line();
  const results = await syncEverything(api, terminal);
  const summary = summarize({ platforms, results, totals: await compareTotals(api, platforms), startMs });
  printResult(summary, terminal);
  if (options.once) return finish(summary);
  closers.push(tellOfChanges(platforms, apiUrl));
  printAddresses(options);
  return waitForEnd();
}

/** What is sold before books and warehouse are connected waits for them. */
async function connectAndTrade(api: Api, cloud: Cloud, platforms: Platforms): Promise<void> {
  const balance = () => balanceStock(cloud);
  await connectShopAndTills(api, platforms);
  const { events, counts } = await sellOnBothSides({ api, ...platforms, balance });
  await Promise.all([balance(), connectBooksAndWarehouse(api, platforms)]);
  terminal.line(
    `Connected WooCommerce (${platforms.woocommerce.shop.orders.size} orders), the tills, QuickBooks and Supabase through the public API`,
  );
  const results = ['applied', 'duplicate'].map((result) => `${counts[result] ?? 0} ${result}`);
  terminal.line(`The tills sent ${events} events twice, latest first: ${results.join(', ')}`);
}

/** One turn of what the schedule does every minute, now. */
async function balanceStock(cloud: Cloud): Promise<void> {
  for (;;) {
    const outcome = await cloud.invoke(`easysale-sync-${stage}-balance-stock`, {});
    if (!outcome.ok) throw new Error(`balancing stock: ${outcome.errorMessage}`);
    const { failed, busy } = JSON.parse(outcome.payload ?? '{}') as BalanceSummary;
    if (failed > 0) throw new Error('the stock of the demo shop cannot be balanced');
    // Otherwise the schedule is at it.
    if (busy === 0) return;
  }
}

async function openCloud(
  options: StartOptions,
  dataDir: string | undefined,
  apiUrl: string,
  platforms: Platforms | undefined,
): Promise<Cloud> {
  const [assembly] = await Promise.all([
    prepareAssembly({ stage, context: { publicUrl: apiUrl } }),
    options.once ? undefined : buildConsole(),
  ]);
  const simulators = platforms
    ? { woocommerce: platforms.woocommerce, quickbooks: platforms.quickbooks, supabase: platforms.supabase }
    : {};
  const routes: LocalRoutes = {
    simulators,
    lab: platforms?.lab,
    mails: () => cloud.mails(),
    issueToken: (request) => cloud.issueToken({ ...request, role: request.role as 'admin' }),
  };
  const cloud: Cloud = await startCloud({
    ...assembly,
    mode: 'workers',
    ...(dataDir === undefined ? {} : { dataDir }),
    ports: { api: options.port },
    envOverrides: platforms ? simulatorEnv(platforms) : {},
    localRoutes: besideTheApi(() => routes),
    log: () => undefined,
  });
  closers.push(() => cloud.close());
  await storeAppSecret(cloud, platforms);
  return cloud;
}

/** Where the platforms are, instead of Intuit's and the shop's own addresses. */
function simulatorEnv({ woocommerce, quickbooks, supabase }: Platforms): Record<string, string> {
  const hosts = [woocommerce, quickbooks, supabase].map(({ url }) => new URL(url).host);
  return {
    QUICKBOOKS_API_URL: quickbooks.url,
    QUICKBOOKS_AUTHORIZE_URL: `${quickbooks.url}/connect/oauth2`,
    QUICKBOOKS_TOKEN_URL: `${quickbooks.url}/oauth2/v1/tokens/bearer`,
    QUICKBOOKS_REVOKE_URL: `${quickbooks.url}/v2/oauth2/tokens/revoke`,
    OUTBOUND_ALLOWED_HOSTS: hosts.join(','),
  };
}

/** The QuickBooks app: the simulator's, or one's own from the environment. */
async function storeAppSecret(cloud: Cloud, platforms: Platforms | undefined): Promise<void> {
  const { QUICKBOOKS_CLIENT_ID: id, QUICKBOOKS_CLIENT_SECRET: secret } = process.env;
  const app = platforms
    ? {
        client_id: demoKeys.quickbooks.clientId,
        client_secret: demoKeys.quickbooks.clientSecret,
        webhook_verifier: demoKeys.quickbooks.webhookVerifier,
      }
    : id && secret
      ? { client_id: id, client_secret: secret }
      : undefined;
  if (!app) {
    terminal.line(
      'QuickBooks needs an app of yours: set QUICKBOOKS_CLIENT_ID and QUICKBOOKS_CLIENT_SECRET and start again.',
    );
    return;
  }
  const client = new SecretsManagerClient(cloud.clientConfig);
  await client.send(
    new PutSecretValueCommand({ SecretId: `easysale-sync/${stage}/quickbooks-app`, SecretString: JSON.stringify(app) }),
  );
  client.destroy();
}

/** @throws Error `port 4000 is in use` before anything is started. */
async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const probe = await serveHttp(() => undefined, port).catch((error: Error) => {
      throw new UsageError(`${error.message}; choose another with --port`);
    });
    await probe.close();
  }
}

async function finish(summary: Summary): Promise<number> {
  await close();
  terminal.line(JSON.stringify(summary));
  return summary.ok ? 0 : 1;
}

function printAddresses({ port, empty }: StartOptions): void {
  const api = `http://127.0.0.1:${port}`;
  terminal.line();
  terminal.line(`Console      ${api}/`);
  terminal.line(`API          ${api}/api/openapi.json`);
  terminal.line(`Token        curl '${api}/local/token?tenant=demo&role=admin'`);
  if (!empty) {
    terminal.line(
      `WooCommerce  http://127.0.0.1:${port + 1}   QuickBooks  http://127.0.0.1:${port + 2}   Supabase  http://127.0.0.1:${port + 3}`,
    );
    terminal.line(
      `Try          curl -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"mode":"incremental"}' ${api}/api/sync/orders`,
    );
  }
  terminal.line('Ctrl-C stops everything.');
}

async function waitForEnd(): Promise<number> {
  await new Promise((resolveEnd) => {
    process.once('SIGINT', resolveEnd);
    process.once('SIGTERM', resolveEnd);
  });
  terminal.line('');
  terminal.line('Stopping');
  await close();
  return 0;
}

async function run(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.help) {
      terminal.line(usage);
      return 0;
    }
    return await main(options);
  } catch (error) {
    await close();
    const known = error instanceof UsageError;
    process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
    return known ? 2 : 1;
  }
}

process.exitCode = await run();
// Emulators keep sockets in their pools; everything of ours is closed by now.
process.exit();
