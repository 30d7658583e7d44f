import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startQueuesAndObjects } from '#local/cloud/emulators/queues-and-objects.ts';
import { generateShop } from '#local/platforms/generator/shop.ts';
import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import type { CompanyOptions } from '#local/platforms/quickbooks/settings.ts';
import { type QuickBooksSimulator, startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import type { Shop } from '#local/platforms/woocommerce/model.ts';
import { startWooCommerce, type WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import { establish } from '#shared/connections/establish.ts';
import { createSyncConnections } from '#shared/connections/sync-connections.ts';
import type { Connector } from '#shared/connectors/connector.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import { type Clock, instant } from '#shared/core/clock.ts';
import { unwrap } from '#shared/core/failure.ts';
import { randomIds } from '#shared/core/ids.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { openTable } from '#shared/data/table.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { activeMappings } from '#shared/mapping-editor/active-mappings.ts';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import type { Leg, Run } from '#shared/model/run.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient, type FetchLike } from '#shared/platform/http-client.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import type { EngineDeps, Lane, Log, PendingChangeRepository, SliceMessage } from '#shared/sync/ports.ts';
import type { Route } from '#shared/sync/routes.ts';
import { runSlice } from '#shared/sync/run-slice.ts';
import { type StartRequest, startRun } from '#shared/sync/start-run.ts';
import { impatientClock } from './clock.ts';
import { startSecrets } from './secrets.ts';
import { startTable } from './table.ts';

const bucket = 'journal';
const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
export const shopKeys = { consumerKey: 'ck_0123456789abcdef', consumerSecret: 'cs_0123456789abcdef' };
export const supabaseKeys = {
  secret: 'sb_secret_0123456789abcdefghij',
  publishable: 'sb_publishable_0123456789abcdef',
};
/** Base URL under which the API may be told to be, where a test signs in through it. */
export const publicUrl = 'http://127.0.0.1';
const app = {
  clientId: 'test-app',
  clientSecret: 'test-app-secret',
  redirectUris: [`${publicUrl}/callback`, `${publicUrl}/api/integrations/quickbooks/callback`],
};

export type Style = 'tax_exclusive' | 'tax_inclusive';

export interface WorldOptions {
  readonly shops: Readonly<Record<string, Shop>>;
  /** Other shops' servers that may be connected: `host:port`. */
  readonly hosts?: readonly string[];
  /** Leaves out Postgres, which takes seconds to start. */
  readonly withoutSupabase?: boolean;
  readonly clock?: Clock;
  /** Further platforms, and the flows between them. */
  readonly more?: {
    readonly connectors: readonly Connector[];
    readonly routes: readonly Route[];
    readonly mappings: readonly MappingDocument[];
  };
  /** How long QuickBooks remembers request ids. Default a day. */
  readonly requestIdMs?: number;
}

/** Calls to the outside, for tests that stop a worker at one of them. */
export interface Interceptor {
  /** Runs around every call of the engine to AWS or a platform. */
  around<T>(name: string, call: () => Promise<T>): Promise<T>;
}

/** The part of every AWS client's stack that is used here; the clients' own types differ in their inputs. */
type Middleware = (
  next: (input: unknown) => Promise<unknown>,
  context: { readonly commandName?: string },
) => (input: unknown) => Promise<unknown>;
interface MiddlewareStack {
  add(middleware: Middleware, options: { readonly step: 'initialize' }): void;
}
type AwsClient = DynamoDBClient | SQSClient | S3Client | SecretsManagerClient;

const passThrough: Interceptor = { around: (_name, call) => call() };

/** One tenant with its own company and its own rows, on platforms shared by the whole test file. */
export interface Tenant {
  readonly id: string;
  readonly shop: WooCommerceSimulator;
  readonly company: CompanyHandle;
}

export interface RunResult {
  readonly run: Run;
  readonly legs: Leg[];
  readonly failures: FailureRecord[];
}

export interface SliceSize {
  readonly sliceMs?: number;
  readonly windowRecords?: number;
}

/** Real repositories, queue, bucket, secrets and simulators: everything but Lambda itself. */
export async function startWorld(options: WorldOptions) {
  const clock = options.clock ?? impatientClock();
  const [table, objects, secrets, quickbooks, supabase, shops] = await Promise.all([
    startTable(),
    startQueuesAndObjects(undefined),
    startSecrets(),
    startQuickBooks({
      app,
      companies: [],
      clock,
      ...(options.requestIdMs === undefined ? {} : { requestIdMs: options.requestIdMs }),
    }),
    options.withoutSupabase
      ? undefined
      : startSupabase({ keys: supabaseKeys, clock }).then(async (simulator) => {
          await simulator.applyMigration();
          return simulator;
        }),
    startShops(options.shops, clock),
  ]);
  /** Clients of their own for a worker that may die; the others share one set. */
  const clients = (prepare: <Client extends AwsClient>(client: Client) => Client) => ({
    dynamo: prepare(new DynamoDBClient({ ...aws, endpoint: table.url })),
    queue: prepare(new SQSClient({ ...aws, endpoint: objects.url, useQueueUrlAsEndpoint: false })),
    objects: prepare(new S3Client({ ...aws, endpoint: objects.url })),
    secrets: prepare(new SecretsManagerClient({ ...aws, endpoint: secrets.url })),
  });
  const shared = clients((client) => client);
  const { queue: sqs, objects: s3 } = shared;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'lanes.fifo',
      Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '600' },
    }),
  );
  const servers = [...Object.values(shops), quickbooks, ...(supabase ? [supabase] : [])];
  const hosts = [...servers.map(({ url }) => new URL(url).host), ...(options.hosts ?? [])];
  const lines: string[] = [];

  const engine = (
    interceptor: Interceptor = passThrough,
    engineClock = clock,
  ): EngineDeps & { connectionDeps: ConnectionDeps; pending: PendingChangeRepository } => {
    const guarded = <Client extends AwsClient>(client: Client): Client => {
      const stack = client.middlewareStack as unknown as MiddlewareStack;
      const watched: Middleware =
        (next, { commandName = 'call' }) =>
        (input) =>
          interceptor.around(commandName, () => next(input));
      stack.add(watched, { step: 'initialize' });
      return client;
    };
    const own = interceptor === passThrough ? shared : clients(guarded);
    const ownTable = openTable(table.table.name, own.dynamo);
    const fetchLike: FetchLike = (url, init) =>
      interceptor.around(`${init.method} ${new URL(url).pathname}`, async () => {
        const response = await fetch(url, init);
        // The body belongs to the call: a worker that dies after it has received the answer.
        return new Response([204, 304].includes(response.status) ? null : await response.text(), response);
      });
    const log = (message: string, fields?: JsonObject) => void lines.push(JSON.stringify({ message, ...fields }));
    const announce = createAnnouncer(ownTable, { warn: log });
    const connectionDeps: ConnectionDeps = {
      connectors: {
        ...Object.fromEntries((options.more?.connectors ?? []).map((each) => [each.platform, each])),
        ...createConnectors({
          quickbooks: {
            clientId: app.clientId,
            clientSecret: app.clientSecret,
            apiUrl: quickbooks.url,
            authorizeUrl: `${quickbooks.url}/connect/oauth2`,
            tokenUrl: `${quickbooks.url}/oauth2/v1/tokens/bearer`,
            revokeUrl: `${quickbooks.url}/v2/oauth2/tokens/revoke`,
            sandboxApiUrl: quickbooks.url,
            sandboxKeys: app,
          },
        }),
      },
      connections: createConnectionRepository(ownTable),
      breakers: createBreakerRepository(ownTable),
      oauth: createOAuthRepository(ownTable),
      shelves: createShelfRepository(ownTable),
      secrets: createSecretStore(own.secrets),
      secretPrefix: 'easysale-sync/test/tenants/',
      http: createHttpClient({ guard: createHostGuard(hosts), fetch: fetchLike, clock: engineClock }),
      clock: engineClock,
      ids: randomIds(engineClock),
      announce,
    };
    const lane = createLane({ queue: own.queue, queueUrl: QueueUrl });
    return {
      routes: options.more?.routes,
      conflicts: createConflictRepository(ownTable),
      flows: createFlowRepository(ownTable),
      runs: createRunRepository(ownTable),
      links: createLinkRepository(ownTable),
      failures: createFailureRepository(ownTable),
      history: createHistoryRepository(ownTable),
      journal: createJournal(own.objects, bucket),
      lane: { send: lane.send, sendAt: lane.send } satisfies Lane,
      connections: createSyncConnections(connectionDeps, createLimiterRepository(ownTable)),
      clock: engineClock,
      ids: randomIds(engineClock),
      log: { info: log, warn: log } satisfies Log,
      announce,
      pending: createPendingChangeRepository(ownTable),
      connectionDeps,
    };
  };

  let tenants = 0;
  /** A tenant whose shop is at this address. */
  const tenantAt = async (
    shopUrl: string,
    company: CompanyOptions = {},
    settings: JsonObject = {},
  ): Promise<Omit<Tenant, 'shop'>> => {
    tenants += 1;
    const id = `tenant-${tenants}`;
    const handle = quickbooks.addCompany(company);
    await connectAll(engine().connectionDeps, id, shopUrl, handle, quickbooks, supabase, clock);
    if (Object.keys(settings).length > 0) await changeSettings(engine().connectionDeps, id, settings);
    return { id, company: handle };
  };

  const tenant = async (shop: string, company: CompanyOptions = {}, settings: JsonObject = {}): Promise<Tenant> => {
    const simulator = shops[shop];
    if (!simulator) throw new Error(`no shop ${shop}`);
    return { ...(await tenantAt(simulator.url, company, settings)), shop: simulator };
  };

  /** Delivers slices until the queue is empty; `attempt` decides what happens to one. */
  const drain = async (attempt: (message: SliceMessage) => Promise<void>): Promise<void> => {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 0 }),
      );
      const [message] = Messages;
      if (!message) return;
      const { ReceiptHandle = '' } = message;
      try {
        await attempt(JSON.parse(message.Body ?? '{}') as SliceMessage);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      }
    }
  };

  const work =
    (deps: EngineDeps, { sliceMs = 60_000, ...size }: SliceSize = {}) =>
    async (message: SliceMessage) => {
      const active = await activeMappings(createMappingRepository(table.table), message.tenant_id);
      const more = (options.more?.mappings ?? []).map((document) => [document.id, document] as const);
      const mappings = new Map([...active, ...more]);
      await runSlice(deps, message, { mappings, until: deps.clock.now() + sliceMs, ...size });
    };

  const start = async (
    owner: Pick<Tenant, 'id'>,
    entity: string,
    request: Partial<StartRequest> = {},
  ): Promise<Run> => {
    const outcome = await startRun(engine(), {
      tenantId: owner.id,
      requestedBy: 'tester',
      entity,
      mode: 'full',
      dryRun: false,
      filters: {},
      ...request,
    });
    if (outcome.kind !== 'started') throw new Error(`run did not start: ${JSON.stringify(outcome)}`);
    return outcome.run;
  };

  const resultOf = async (run: Run): Promise<RunResult> => {
    const { runs, failures } = engine();
    const stored = await runs.find(run.tenant_id, run.run_id);
    if (!stored) throw new Error('the run is gone');
    const all: FailureRecord[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await failures.list(run.tenant_id, { limit: 100, after });
      all.push(...page.failures);
      after = page.next;
      more = after !== undefined;
    }
    return { run: stored, legs: await runs.legs(run.tenant_id, run.run_id), failures: all };
  };

  return {
    quickbooks,
    supabase,
    shops,
    table,
    objectsUrl: objects.url,
    logLines: lines,
    engine,
    tenant,
    tenantAt,
    drain,
    work,
    start,
    resultOf,
    /** Starts a run, works it off and answers what came of it. */
    async sync(
      owner: Pick<Tenant, 'id'>,
      entity: string,
      request: Partial<StartRequest> = {},
      size?: SliceSize,
    ): Promise<RunResult> {
      const run = await start(owner, entity, request);
      await drain(work(engine(), size));
      return resultOf(run);
    },
    async stop(): Promise<void> {
      for (const client of Object.values(shared)) client.destroy();
      await Promise.all([
        table.stop(),
        objects.stop(),
        secrets.stop(),
        quickbooks.close(),
        supabase?.close(),
        ...Object.values(shops).map((shop) => shop.close()),
      ]);
    },
  };
}
export type World = Awaited<ReturnType<typeof startWorld>>;

/** The worker died: nothing it would have done after this happens. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

async function startShops(
  shops: Readonly<Record<string, Shop>>,
  clock: Clock,
): Promise<Record<string, WooCommerceSimulator>> {
  const started = await Promise.all(
    Object.entries(shops).map(
      async ([name, shop]) => [name, await startWooCommerce({ shop, credentials: shopKeys, clock })] as const,
    ),
  );
  return Object.fromEntries(started);
}

async function connectAll(
  deps: ConnectionDeps,
  tenantId: string,
  shopUrl: string,
  company: CompanyHandle,
  quickbooks: QuickBooksSimulator,
  supabase: SupabaseSimulator | undefined,
  clock: Clock,
): Promise<void> {
  const { woocommerce, quickbooks: books, supabase: warehouse } = deps.connectors;
  if (!woocommerce || !books || !warehouse) throw new Error('a connector is missing');
  unwrap(
    await establish(deps, woocommerce, tenantId, {
      secret: { consumer_key: shopKeys.consumerKey, consumer_secret: shopKeys.consumerSecret },
      identity: { store_url: shopUrl },
      masked: {},
    }),
  );
  const tokens = quickbooks.issueTokens(company.realmId);
  unwrap(
    await establish(deps, books, tenantId, {
      secret: {
        access_token: tokens.accessToken,
        refresh_token: tokens.refreshToken,
        access_expires_at: instant(clock.now() + 3_600_000),
      },
      identity: { realm_id: company.realmId },
      masked: {},
    }),
  );
  if (!supabase) return;
  unwrap(
    await establish(deps, warehouse, tenantId, {
      secret: { secret_key: supabaseKeys.secret },
      identity: { project_url: supabase.url },
      masked: {},
    }),
  );
}

async function changeSettings(deps: ConnectionDeps, tenantId: string, settings: JsonObject): Promise<void> {
  const connection = await deps.connections.find(tenantId, 'quickbooks');
  await deps.connections.patch(tenantId, 'quickbooks', { settings: { ...connection?.settings, ...settings } });
}

/** A shop of the style, the same for the same seed. */
export function shopOf(style: Style, orders: number, seed = 1): Shop {
  return generateShop({ seed, orders, style, now: Date.parse('2026-11-20T12:00:00Z') });
}
