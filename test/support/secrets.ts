import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsService } from '#local/cloud/emulators/secrets-service.ts';
import { SecretsStore } from '#local/cloud/emulators/secrets-store.ts';
import { systemClock } from '#shared/core/clock.ts';
import { createSecretStore, type SecretStore } from '#shared/platform/secrets.ts';
import { serve } from './http.ts';

export interface TestSecrets {
  readonly store: SecretStore;
  readonly url: string;
  /** Operations so far, in order: `PutSecretValue`. */
  readonly calls: string[];
  /** Names of all secrets there are. */
  names(): string[];
  /** From now on, the nth call of this operation fails as when the process died before it. */
  failOnce(operation: string, nth?: number): void;
  stop(): Promise<void>;
}

const place = {
  account: '000000000000',
  region: 'us-east-1',
  stackName: 'test',
  gatewayUrl: 'http://127.0.0.1',
  apiUrl: 'http://127.0.0.1',
};

/** Secrets Manager on a port of its own, empty. */
export async function startSecrets(): Promise<TestSecrets> {
  const stored = new SecretsStore({ place, clock: systemClock });
  const answer = secretsService(stored);
  const calls: string[] = [];
  const failures: { operation: string; left: number }[] = [];
  const server = await serve(async (request, body, response) => {
    const operation =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    calls.push(operation);
    const failing = failures.find((failure) => failure.operation === operation);
    if (failing) failing.left -= 1;
    if (failing?.left === 0) {
      failures.splice(failures.indexOf(failing), 1);
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'refused by the test' }));
      return;
    }
    const reply = answer({
      service: 'secretsmanager',
      accessKeyId: 'local',
      method: request.method ?? 'POST',
      target: request.url ?? '/',
      path: '/',
      query: new URLSearchParams(),
      headers: request.headers,
      body,
      operation,
      place,
    });
    response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ endpoint: server.url, region: place.region, credentials });
  return {
    store: createSecretStore(client),
    url: server.url,
    calls,
    names: () => stored.all().map(({ name }) => name),
    failOnce: (operation, nth = 1) => void failures.push({ operation, left: nth }),
    stop: async () => {
      client.destroy();
      await server.close();
    },
  };
}
