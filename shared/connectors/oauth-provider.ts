import type { Clock } from '../core/clock.ts';
import type { Result } from '../core/failure.ts';
import type { HttpClient } from '../platform/http-client.ts';
import type { ConnectionContext, Profile } from './connector.ts';

/** OAuth 2.0 authorization code flow of a platform. `sandbox` as in {@link ConnectionContext}. */
export interface OAuthProvider {
  /** Fails where the operator gave no keys for this. */
  authorizeUrl(input: { state: string; redirectUri: string; sandbox: boolean }): Result<string>;
  /** Which account the person chose, as the redirect says it, before anything is exchanged. */
  identify(callback: Readonly<Record<string, string>>): Profile;
  /** Exchanges the code; `callback` holds every query parameter of the redirect. */
  exchange(input: {
    callback: Readonly<Record<string, string>>;
    redirectUri: string;
    sandbox: boolean;
    http: HttpClient;
    clock: Clock;
  }): Promise<Result<{ readonly secret: Readonly<Record<string, string>>; readonly profile: Profile }>>;
  refresh(input: {
    secret: Readonly<Record<string, string>>;
    sandbox: boolean;
    http: HttpClient;
    clock: Clock;
  }): Promise<Result<Readonly<Record<string, string>>>>;
  revoke(input: {
    secret: Readonly<Record<string, string>>;
    sandbox: boolean;
    http: HttpClient;
  }): Promise<Result<null>>;
  /** Epoch ms after which the access token should be replaced. */
  expiresAt(secret: Readonly<Record<string, string>>): number;
  /** Epoch ms at which the grant ends whatever we do, as far as it is known: the owner must connect again before. */
  grantEndsAt(secret: Readonly<Record<string, string>>): number | undefined;
}
