import * as z from 'zod';
import { type AppKeys, createConnectors } from '../connectors/registry.ts';
import { systemClock } from '../core/clock.ts';
import { randomIds } from '../core/ids.ts';
import { createAnnouncer } from '../data/announcer.ts';
import { createBreakerRepository } from '../data/breaker-repository.ts';
import { createConnectionRepository } from '../data/connection-repository.ts';
import { createOAuthRepository } from '../data/oauth-repository.ts';
import { createShelfRepository } from '../data/shelf-repository.ts';
import type { Table } from '../data/table.ts';
import type { PlatformsEnv } from '../env/functions.ts';
import { quickBooksUrls } from '../env/quickbooks.ts';
import { createHostGuard } from '../platform/host-guard.ts';
import { createHttpClient } from '../platform/http-client.ts';
import type { Log } from '../platform/logger.ts';
import { redactor } from '../platform/redaction.ts';
import type { SecretStore } from '../platform/secrets.ts';
import type { ConnectionDeps } from './deps.ts';

const keysSchema = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  /** From the app's webhook settings; without it nothing Intuit tells is believed. */
  webhook_verifier: z.string().min(1).optional(),
});
/** `sandbox`: the app's development keys, for tenants in sandbox mode. */
const appSchema = keysSchema.extend({ sandbox: keysSchema.optional() });

/**
 * Everything connections need, from a function's environment. Reads the secret of the QuickBooks app; without a usable one
 * the other platforms still work.
 */
export async function assembleConnections(
  env: PlatformsEnv,
  table: Table,
  secrets: SecretStore,
  log: Log,
): Promise<ConnectionDeps> {
  const app = await quickBooksApp(env, secrets, log);
  return {
    connectors: createConnectors(app ? { quickbooks: { ...app, ...quickBooksUrls(env) } } : {}),
    connections: createConnectionRepository(table),
    breakers: createBreakerRepository(table),
    oauth: createOAuthRepository(table),
    shelves: createShelfRepository(table),
    secrets,
    secretPrefix: env.SECRET_PREFIX,
    http: createHttpClient({ guard: createHostGuard(env.OUTBOUND_ALLOWED_HOSTS) }),
    clock: systemClock,
    ids: randomIds(systemClock),
    announce: createAnnouncer(table, log),
  };
}

async function quickBooksApp(env: PlatformsEnv, secrets: SecretStore, log: Log) {
  const name = env.QUICKBOOKS_APP_SECRET;
  try {
    const { sandbox, ...main } = appSchema.parse(JSON.parse((await secrets.read(name)) ?? ''));
    // Where nothing but sandboxes is connected, the app's own keys are development keys.
    const development = sandbox ?? (env.QUICKBOOKS_ENVIRONMENT === 'sandbox' ? main : undefined);
    return { ...appKeys(main), ...(development ? { sandboxKeys: appKeys(development) } : {}) };
  } catch (error) {
    // Of a secret that does not parse, the message may hold parts: the kind of error says enough.
    log.error('QuickBooks app secret cannot be used', {
      secret_name: name,
      error: error instanceof Error ? error.name : 'unknown',
    });
    return undefined;
  }
}

function appKeys({ client_id, client_secret, webhook_verifier }: z.output<typeof keysSchema>): AppKeys {
  redactor.remember([client_secret, ...(webhook_verifier ? [webhook_verifier] : [])]);
  return { clientId: client_id, clientSecret: client_secret, webhookVerifier: webhook_verifier };
}
