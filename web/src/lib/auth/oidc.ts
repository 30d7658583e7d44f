import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { OidcSignIn } from '../config.ts';
import { readClaims } from './claims.ts';
import { type AuthProvider, type Session, SessionEnded } from './session.ts';

/** Where the provider sends people back; a path of the console, registered with the provider. */
export const callbackPath = '/signed-in';

/**
 * Authorization code with PKCE (RFC 7636). Tokens are in the session storage of the tab and go with it; they are renewed by
 * the refresh token before they end.
 */
export function oidcProvider({ authority, clientId, scope, logoutUrl }: OidcSignIn): AuthProvider {
  const { origin } = window.location;
  const manager = new UserManager({
    authority,
    client_id: clientId,
    redirect_uri: `${origin}${callbackPath}`,
    post_logout_redirect_uri: `${origin}/`,
    response_type: 'code',
    scope,
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: true,
  });
  const sessionOf = (user: User): Session | undefined => {
    const session = readClaims(user.access_token).session;
    const name = user.profile.name ?? user.profile.email;
    return session && name ? { ...session, name } : session;
  };
  async function comeBack(): Promise<Session | undefined> {
    const user = await manager.signinRedirectCallback();
    const { returnTo = '/' } = (user.state ?? {}) as { readonly returnTo?: string };
    window.history.replaceState(null, '', returnTo);
    return sessionOf(user);
  }
  return {
    restore: async () => {
      if (window.location.pathname === callbackPath) return comeBack();
      const user = await manager.getUser();
      return user && !user.expired ? sessionOf(user) : undefined;
    },
    signIn: async () => {
      const { pathname, search } = window.location;
      await manager.signinRedirect({ state: { returnTo: `${pathname}${search}` } });
      return undefined;
    },
    signOut: async () => {
      await manager.removeUser();
      if (logoutUrl === undefined) return manager.signoutRedirect();
      const query = new URLSearchParams({ client_id: clientId, logout_uri: `${origin}/` });
      window.location.assign(`${logoutUrl}?${query}`);
    },
    token: async () => {
      const user = await manager.getUser();
      const fresh = user?.expired ? await manager.signinSilent().catch(() => null) : user;
      if (!fresh) throw new SessionEnded();
      return fresh.access_token;
    },
  };
}
