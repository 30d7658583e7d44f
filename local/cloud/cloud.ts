import { systemClock } from '#shared/core/clock.ts';
import { startEngine } from './engine.ts';
import { localSecretKey } from './gateway/presigned.ts';
import { testAccessKeyId } from './iam/access.ts';
import { becomeIdle } from './idle.ts';
import type { Cloud, CloudOptions } from './options.ts';
import type { Blueprint } from './template/blueprint.ts';
import { localRegion, queueUrl } from './template/place.ts';

export type { Cloud, CloudOptions } from './options.ts';

const tickMs = 1000;
const idleLimitMs = 30_000;

/**
 * Starts the cloud that a template describes: emulators, resources, functions, routes, queues and schedules, all on
 * loopback. Whatever fails, nothing is left running.
 * @throws TemplateError for something the cloud cannot honour; Error `port 4000 is in use`.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const clock = options.clock ?? systemClock;
  const engine = await startEngine({ ...options, clock });
  const timer = (options.ticking ?? true) ? setInterval(() => engine.tick(), tickMs) : undefined;
  const names = physicalNames(engine.blueprint);
  return {
    apiUrl: engine.place.apiUrl,
    gatewayUrl: engine.place.gatewayUrl,
    issuerUrl: engine.issuer.url,
    region: localRegion,
    blueprint: engine.blueprint,
    clientConfig: {
      endpoint: engine.place.gatewayUrl,
      region: localRegion,
      credentials: { accessKeyId: testAccessKeyId, secretAccessKey: localSecretKey },
    },
    names,
    queueUrl: (name) => queueUrl(engine.place, name),
    issueToken: engine.issuer.issueToken,
    mails: engine.mail.mails,
    invoke: (name, event) => engine.lambda.invoke(names[name] ?? name, JSON.stringify(event)),
    tick: engine.tick,
    idle: (timeoutMs = idleLimitMs) => becomeIdle(engine.lambda, engine.pollers, timeoutMs),
    close: once(async () => {
      clearInterval(timer);
      await engine.close();
    }),
  };
}

function physicalNames(blueprint: Blueprint): Readonly<Record<string, string>> {
  const { tables, queues, buckets, secrets, topics, functions } = blueprint;
  const named = [...tables, ...queues, ...buckets, ...secrets, ...topics, ...functions];
  return Object.fromEntries(named.map(({ logicalId, name }) => [logicalId, name]));
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}
