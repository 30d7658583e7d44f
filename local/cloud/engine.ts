import { join } from 'node:path';
import type { Clock } from '#shared/core/clock.ts';
import { type DynamoDb, startDynamoDb } from './emulators/dynamodb.ts';
import { createMailService, type MailService } from './emulators/mail-service.ts';
import { type QueuesAndObjects, startQueuesAndObjects } from './emulators/queues-and-objects.ts';
import { SchedulerStore } from './emulators/scheduler-store.ts';
import { fireDue } from './emulators/scheduler-ticker.ts';
import { SecretsStore } from './emulators/secrets-store.ts';
import { createDelivery } from './firings.ts';
import type { AwsCall, AwsReply } from './gateway/call.ts';
import { serveGateway } from './gateway/gateway.ts';
import { createHttpApi, serveHttpApi } from './http-api/server.ts';
import { createAccess } from './iam/access.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import { checkMappings, mappingOf } from './mappings.ts';
import type { CloudOptions } from './options.ts';
import { type Poller, startPoller } from './pollers.ts';
import type { Listening } from './ports.ts';
import { provision } from './provision/provision.ts';
import { functionSpec } from './runtime/function-spec.ts';
import { createLambdaRuntime, type LambdaRuntime } from './runtime/lambda.ts';
import { createServices } from './services.ts';
import { type Blueprint, readBlueprint } from './template/blueprint.ts';
import { createResolver } from './template/intrinsics.ts';
import { localAccount, localRegion, type Place } from './template/place.ts';

/** The running parts of a cloud. */
export interface Engine {
  readonly place: Place;
  readonly blueprint: Blueprint;
  readonly lambda: LambdaRuntime;
  readonly issuer: Issuer;
  readonly mail: MailService;
  readonly pollers: ReadonlyMap<string, Poller>;
  readonly tick: () => number;
  close(): Promise<void>;
}

type Options = CloudOptions & { readonly clock: Clock };
type HttpHandler = ReturnType<typeof createHttpApi>;

/** Everything that listens or runs before the template is read. */
interface Ground {
  readonly gateway: Listening;
  readonly api: Listening;
  readonly issuer: Issuer;
  readonly dynamodb: DynamoDb;
  readonly queues: QueuesAndObjects;
}

/** Filled once names are known: names contain ports, and ports are known only while listening. */
interface Late {
  gateway?: { place: Place; gateway: (call: AwsCall) => Promise<AwsReply> };
  http?: HttpHandler;
  audience: string;
}

/** How Lambda spaces the retries of background events: after one minute and after two. */
const asyncRetrySeconds = [60, 120];

export async function startEngine(options: Options): Promise<Engine> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await assemble(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  options: Options,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Engine> {
  const late: Late = { audience: '' };
  const ground = await startGround(options, late, closers);
  const place: Place = {
    account: localAccount,
    region: localRegion,
    stackName: options.stackName ?? 'EasySaleSync-local',
    gatewayUrl: ground.gateway.url,
    apiUrl: ground.api.url,
  };
  const blueprint = readBlueprint(options.template, createResolver(options.template, place, options.parameters));
  late.audience = blueprint.api?.routes.find((route) => route.authorizer)?.authorizer?.audiences[0] ?? '';
  const access = createAccess(blueprint, place);
  checkMappings(blueprint, access);
  const report = options.report ?? ((line) => process.stderr.write(`${line}\n`));
  const { clock, dataDir } = options;
  const secrets = new SecretsStore({ place, clock, dataDir });
  const scheduler = new SchedulerStore({ place, clock, dataDir });
  // An operator verifies by hand the senders that functions are told to use.
  const verified = blueprint.functions.flatMap(({ environment: { MAIL_SENDER: sender } }) => sender ?? []);
  const mail = createMailService({ clock, dataDir, report, verified });
  await provision({
    blueprint,
    place,
    dynamodbUrl: ground.dynamodb.url,
    fauxUrl: ground.queues.url,
    secrets,
    scheduler,
  });
  const lambda = startLambda(options, blueprint, place);
  closers.push(() => lambda.close());
  const visibilityScale = options.visibilityScale ?? 1 / 60;
  const services = createServices({
    access,
    place,
    lambda,
    secrets,
    scheduler,
    mail,
    visibilityScale,
    queues: blueprint.queues,
    dynamodbUrl: ground.dynamodb.url,
    fauxUrl: ground.queues.url,
  });
  closers.push(async () => services.close());
  late.gateway = { place, gateway: services.handle };
  if (blueprint.api) {
    const { permissions, api } = blueprint;
    const http = createHttpApi({ api, permissions, lambda, issuer: ground.issuer, place, clock, report });
    late.http = async (request) => (await options.localRoutes?.(request)) ?? http(request);
  }
  const pollers = startPollers({ blueprint, ground, lambda, visibilityScale, report });
  closers.push(() => stopPollers(pollers, lambda));
  const deliver = createDelivery({ access, lambda, sqsUrl: ground.queues.url, place, report });
  const tick = (): number => fireDue(scheduler, clock, deliver);
  return { place, blueprint, lambda, issuer: ground.issuer, mail, pollers, tick, close };
}

async function startGround(options: Options, late: Late, closers: (() => Promise<void>)[]): Promise<Ground> {
  const { ports = {}, dataDir, clock } = options;
  /** Registers the closing even when a neighbour fails first. */
  const keep = async <T>(starting: Promise<T>, closer: (started: T) => Promise<void>): Promise<T> => {
    const started = await starting;
    closers.push(() => closer(started));
    return started;
  };
  const starting = [
    keep(
      serveGateway(ports.gateway ?? 0, () => late.gateway),
      (server) => server.close(),
    ),
    keep(
      serveHttpApi(ports.api ?? 0, () => late.http),
      (server) => server.close(),
    ),
    keep(startIssuer({ port: ports.issuer ?? 0, dataDir, clock, audience: () => late.audience }), (issuer) =>
      issuer.close(),
    ),
    keep(startDynamoDb(dataDir), (emulator) => emulator.stop()),
    keep(startQueuesAndObjects(dataDir === undefined ? undefined : join(dataDir, 'queues-and-objects')), (emulator) =>
      emulator.stop(),
    ),
  ] as const;
  await Promise.allSettled(starting);
  const [gateway, api, issuer, dynamodb, queues] = await Promise.all(starting);
  return { gateway, api, issuer, dynamodb, queues };
}

function startLambda(options: Options, blueprint: Blueprint, place: Place): LambdaRuntime {
  const { assets, envOverrides: overrides = {}, workersPerFunction = 2 } = options;
  const scale = options.visibilityScale ?? 1 / 60;
  return createLambdaRuntime({
    functions: blueprint.functions.map((fn) => ({
      name: fn.name,
      limit: Math.max(1, Math.min(fn.reservedConcurrency ?? workersPerFunction, workersPerFunction)),
      spec: () => functionSpec(fn, { place, assets, overrides }),
    })),
    mode: options.mode,
    log: options.log ?? (() => undefined),
    retryDelaysMs: asyncRetrySeconds.map((seconds) => seconds * 1000 * scale),
  });
}

function startPollers(parts: {
  readonly blueprint: Blueprint;
  readonly ground: Ground;
  readonly lambda: LambdaRuntime;
  readonly visibilityScale: number;
  readonly report: (line: string) => void;
}): ReadonlyMap<string, Poller> {
  const { blueprint, ground, lambda, visibilityScale, report } = parts;
  const { url: sqsUrl, counts } = ground.queues;
  const enabled = blueprint.mappings.filter((mapping) => mapping.enabled);
  return new Map(
    enabled.map((entry) => {
      const mapping = mappingOf(entry, blueprint, lambda.concurrency(entry.functionName));
      return [mapping.queueName, startPoller(mapping, { sqsUrl, lambda, visibilityScale, counts, report })];
    }),
  );
}

/** Polling ends first, then functions are cut off, then the pollers give their messages back. */
async function stopPollers(pollers: ReadonlyMap<string, Poller>, lambda: LambdaRuntime): Promise<void> {
  const stopped = [...pollers.values()].map((poller) => poller.stop());
  await lambda.close();
  await Promise.all(stopped);
}
