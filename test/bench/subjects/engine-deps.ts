import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import { createSyncConnections } from '#shared/connections/sync-connections.ts';
import type { Connector } from '#shared/connectors/connector.ts';
import { createConnectors } from '#shared/connectors/registry.ts';
import type { Clock } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConflictRepository } from '#shared/data/conflict-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createHistoryRepository } from '#shared/data/history-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient, type FetchLike } from '#shared/platform/http-client.ts';
import { createJournal } from '#shared/platform/journal.ts';
import { createLane } from '#shared/platform/lane.ts';
import { createSecretStore } from '#shared/platform/secrets.ts';
import type { EngineDeps, SliceMessage } from '#shared/sync/ports.ts';
import type { Place } from '../platforms/place.ts';
import { app, aws, journalBucket } from '../settings.ts';
import { countAwsUse } from './aws-use.ts';

/** A slice that waits for its turn. */
export interface Queued {
  readonly message: SliceMessage;
  /** Epoch ms of the clock before which it is not delivered. */
  readonly at: number;
}

export interface AssembleOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly fetch: FetchLike;
  readonly limited: boolean;
  readonly capacity: boolean;
}

/** The engine as the worker function assembles it, with endpoints of the platforms' process. */
export function assembleEngine({ place, clock, fetch, limited, capacity }: AssembleOptions) {
  const dynamodb = new DynamoDBClient({ ...aws, endpoint: place.dynamodb });
  const s3 = new S3Client({ ...aws, endpoint: place.objects });
  const sqs = new SQSClient({ ...aws, endpoint: place.objects, useQueueUrlAsEndpoint: false });
  const secrets = new SecretsManagerClient({ ...aws, endpoint: place.secrets });
  const use = countAwsUse([dynamodb, s3, sqs, secrets], capacity);
  const table = openTable(place.table, dynamodb);
  const ids = randomIds(clock);
  const hosts = [place.woocommerce, place.quickbooks].map((url) => new URL(url).host);
  const announce = createAnnouncer(table, { warn: () => undefined });
  const connectionDeps: ConnectionDeps = {
    connectors: connectorsOf(place, limited),
    connections: createConnectionRepository(table),
    breakers: createBreakerRepository(table),
    oauth: createOAuthRepository(table),
    secrets: createSecretStore(secrets),
    secretPrefix: 'easysale-sync/bench/tenants/',
    http: createHttpClient({ guard: createHostGuard(hosts), fetch, clock }),
    clock,
    ids,
    announce,
  };
  const queued: Queued[] = [];
  const lane = createLane({ queue: sqs, queueUrl: place.queueUrl });
  const nothing = (): void => undefined;
  const engine: EngineDeps = {
    conflicts: createConflictRepository(table),
    flows: createFlowRepository(table),
    runs: createRunRepository(table),
    links: createLinkRepository(table),
    failures: createFailureRepository(table),
    history: createHistoryRepository(table),
    journal: createJournal(s3, journalBucket),
    lane: {
      // Sent for its cost; delivered from here, because in the cloud it is the platform that receives and deletes.
      async send(message, connection) {
        await lane.send(message, connection);
        queued.push({ message, at: 0 });
      },
      async sendAt(message, _connection, at) {
        queued.push({ message, at: Date.parse(at) });
      },
    },
    connections: createSyncConnections(connectionDeps, createLimiterRepository(table)),
    clock,
    ids,
    log: { info: nothing, warn: nothing },
    announce,
  };
  return { engine, connectionDeps, queued, takeAwsUse: use.take };
}

function connectorsOf({ quickbooks: url }: Place, limited: boolean): Readonly<Record<string, Connector>> {
  const connectors = createConnectors({
    quickbooks: {
      ...app,
      apiUrl: url,
      authorizeUrl: `${url}/connect/oauth2`,
      tokenUrl: `${url}/oauth2/v1/tokens/bearer`,
      revokeUrl: `${url}/v2/oauth2/tokens/revoke`,
      sandboxApiUrl: url,
    },
  });
  if (limited) return connectors;
  return Object.fromEntries(
    Object.entries(connectors).map(([name, connector]) => [name, { ...connector, rateLimits: [] }]),
  );
}
