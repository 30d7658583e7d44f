import type { LocalSignIn } from '../config.ts';
import { readClaims } from './claims.ts';
import { type AuthProvider, SessionEnded } from './session.ts';

const tokenKey = 'easysale.token';
/** Renewed this long before it ends, so that no call is sent with a token that ends on the way. */
const renewMs = 60_000;

/** The embedded cloud: whoever asks for a role gets its token. */
export function localProvider({ tenant }: LocalSignIn): AuthProvider {
  async function fetchToken(role: string): Promise<string> {
    const query = new URLSearchParams({ tenant, role, user: `demo-${role}` });
    const response = await fetch(`/local/token?${query}`);
    if (!response.ok) throw new Error(`/local/token: ${response.status}`);
    const { token } = (await response.json()) as { readonly token: string };
    sessionStorage.setItem(tokenKey, token);
    return token;
  }
  const kept = () => sessionStorage.getItem(tokenKey) ?? undefined;
  return {
    restore: async () => {
      const token = kept();
      return token === undefined ? undefined : readClaims(token).session;
    },
    signIn: async (role = 'admin') => readClaims(await fetchToken(role)).session,
    signOut: async () => sessionStorage.removeItem(tokenKey),
    token: async () => {
      const token = kept();
      const claims = token === undefined ? undefined : readClaims(token);
      if (token === undefined || !claims?.session) throw new SessionEnded();
      return claims.expiresAt - Date.now() > renewMs ? token : fetchToken(claims.session.role);
    },
  };
}
