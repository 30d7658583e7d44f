import type { Connector } from '../connectors/connector.ts';
import type { OAuthProvider } from '../connectors/oauth-provider.ts';
import { instant } from '../core/clock.ts';
import { type Failure, ok, type Result } from '../core/failure.ts';
import { isSandbox } from '../core/workspace.ts';
import type { OAuthState } from '../data/oauth-repository.ts';
import type { Connection } from '../model/connection.ts';
import type { ConnectionDeps } from './deps.ts';
import { establish } from './establish.ts';
import { refusalOfAccount } from './same-account.ts';

/** How long a person may take to sign in at the platform. */
export const stateLifetimeMs = 10 * 60_000;

/** A connector that signs people in. */
export type OAuthConnector = Connector & { readonly oauth: OAuthProvider };

export function hasOAuth(connector: Connector | undefined): connector is OAuthConnector {
  return connector?.oauth !== undefined;
}

/** Where to send the person; the state in the address works once, for this workspace. */
export async function beginSignIn(
  deps: ConnectionDeps,
  connector: OAuthConnector,
  by: {
    readonly tenantId: string;
    readonly userId: string;
    readonly redirectUri: string;
    readonly returnTo?: string | undefined;
  },
): Promise<Result<{ url: string; expires_at: string }>> {
  const state = deps.ids.token();
  const sandbox = isSandbox(by.tenantId);
  const url = connector.oauth.authorizeUrl({ state, redirectUri: by.redirectUri, sandbox });
  if (!url.ok) return url;
  const validUntil = deps.clock.now() + stateLifetimeMs;
  await deps.oauth.saveState(state, {
    tenant_id: by.tenantId,
    user_id: by.userId,
    platform: connector.platform,
    valid_until_ms: validUntil,
    ...(by.returnTo === undefined ? {} : { return_to: by.returnTo }),
  });
  return ok({ url: url.value, expires_at: instant(validUntil) });
}

export type SignInOutcome =
  | {
      readonly kind: 'connected';
      readonly owner: SignInOwner;
      readonly connection: Connection;
      /** As it was, if there was one. */
      readonly before: Connection | undefined;
    }
  /** Unknown, used, out of date or of another platform. */
  | { readonly kind: 'bad_state' }
  /** The person said no at the platform. */
  | { readonly kind: 'declined'; readonly owner: SignInOwner }
  | { readonly kind: 'failed'; readonly owner: SignInOwner; readonly failure: Failure };

/** Who began the sign-in, as its state says. */
type SignInOwner = Pick<OAuthState, 'tenant_id' | 'user_id' | 'return_to'>;

/**
 * Ends a sign-in with what the platform sent along. The state is used up before anything else happens, so a repeated
 * callback can never exchange twice.
 */
export async function finishSignIn(
  deps: ConnectionDeps,
  connector: OAuthConnector,
  callback: Readonly<Record<string, string>>,
  redirectUri: string,
): Promise<SignInOutcome> {
  const owner = callback.state ? await deps.oauth.consumeState(callback.state) : undefined;
  const isValid = owner?.platform === connector.platform && owner.valid_until_ms > deps.clock.now();
  if (!owner || !isValid) return { kind: 'bad_state' };
  if (callback.error === 'access_denied') return { kind: 'declined', owner };
  if (callback.error !== undefined || !callback.code) {
    return { kind: 'failed', owner, failure: refusedByPlatform(connector, callback.error) };
  }
  // Before the exchange: a second grant, or taking it back, might end the one the other workspace has.
  const refusal = await refusalOfAccount(deps, connector, owner.tenant_id, connector.oauth.identify(callback));
  if (refusal) return { kind: 'failed', owner, failure: refusal };
  const sandbox = isSandbox(owner.tenant_id);
  const { http, clock } = deps;
  const exchanged = await connector.oauth.exchange({ callback, redirectUri, sandbox, http, clock });
  if (!exchanged.ok) return { kind: 'failed', owner, failure: exchanged.failure };
  const { secret, profile } = exchanged.value;
  const before = await deps.connections.find(owner.tenant_id, connector.platform);
  const result = await establish(deps, connector, owner.tenant_id, { secret, identity: profile, masked: {} });
  if (result.ok) return { kind: 'connected', owner, connection: result.value, before };
  // The grant serves nobody now; that it could not be taken back changes nothing for the person. After a conflict somebody
  // else may hold one for the same account, which taking this one back might end.
  if (result.failure.category !== 'conflict') await connector.oauth.revoke({ secret, sandbox, http });
  return { kind: 'failed', owner, failure: result.failure };
}

function refusedByPlatform({ title }: Connector, error: string | undefined): Failure {
  const word = error && /^[\w.-]{1,60}$/.test(error) ? error : undefined;
  return {
    category: 'validation',
    code: 'connection.sign_in_refused',
    platform_code: word,
    reason: `${title} did not grant access${word ? ` (${word})` : ''}.`,
    fix: `Start again under Connections; if it stays, the app's registration with ${title} needs attention.`,
    retryable: false,
  };
}
