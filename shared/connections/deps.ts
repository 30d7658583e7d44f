import type { Connector } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { BreakerRepository } from '../data/breaker-repository.ts';
import type { ConnectionRepository } from '../data/connection-repository.ts';
import type { OAuthRepository } from '../data/oauth-repository.ts';
import type { ShelfRepository } from '../data/shelf-repository.ts';
import type { Announce } from '../model/announcement.ts';
import type { HttpClient } from '../platform/http-client.ts';
import type { SecretStore } from '../platform/secrets.ts';

/** What connecting, keeping and using connections needs from outside. */
export interface ConnectionDeps {
  /** By platform. */
  readonly connectors: Readonly<Record<string, Connector>>;
  readonly connections: ConnectionRepository;
  readonly breakers: BreakerRepository;
  readonly oauth: OAuthRepository;
  /** For platforms that keep their records with us; without it there are none. */
  readonly shelves?: ShelfRepository | undefined;
  readonly secrets: SecretStore;
  /** Names of tenants' secrets start with it; ends in a slash. */
  readonly secretPrefix: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly announce: Announce;
}

/** The address of one connection. */
export interface ConnectionAddress {
  readonly tenantId: string;
  readonly platform: string;
}
