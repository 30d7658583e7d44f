import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { type OidcSignIn, signedInPath } from '../config.ts';
import { readClaims } from './claims.ts';
import { type AuthProvider, NotAMember, type Session, SessionEnded } from './session.ts';

/**
 * Authorization code with PKCE (RFC 7636). Tokens are in the session storage of the tab and go with it; they are renewed by
 * the refresh token before they end.
 */
export function oidcProvider({ authority, clientId, scope, bearer, logoutUrl }: OidcSignIn): AuthProvider {
  const { origin } = window.location;
  const manager = new UserManager({
    authority,
    client_id: clientId,
    redirect_uri: `${origin}${signedInPath}`,
    post_logout_redirect_uri: `${origin}/`,
    response_type: 'code',
    scope,
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: true,
  });
  const bearerOf = (user: User): string => (bearer === 'id_token' ? (user.id_token ?? '') : user.access_token);
  const sessionOf = (user: User): Session => {
    const session = readClaims(bearerOf(user)).session;
    if (!session) throw new NotAMember();
    const name = user.profile.name ?? user.profile.email;
    return name ? { ...session, name } : session;
  };
  async function comeBack(): Promise<Session> {
    // The code is used up: nothing may ask for it again, whatever comes of it.
    const url = window.location.href;
    window.history.replaceState(null, '', '/');
    const user = await manager.signinRedirectCallback(url);
    const { returnTo = '/' } = (user.state ?? {}) as { readonly returnTo?: string };
    window.history.replaceState(null, '', returnTo);
    return sessionOf(user);
  }
  /** The tokens as they are, or new ones by the refresh token. */
  async function freshUser(): Promise<User | undefined> {
    const user = await manager.getUser();
    if (!user?.expired) return user ?? undefined;
    if (!user.refresh_token) return undefined;
    return (await manager.signinSilent().catch(() => null)) ?? undefined;
  }
  return {
    restore: async () => {
      if (window.location.pathname === signedInPath) return comeBack();
      const user = await freshUser();
      return user && sessionOf(user);
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
      const user = await freshUser();
      if (!user) throw new SessionEnded();
      return bearerOf(user);
    },
  };
}
