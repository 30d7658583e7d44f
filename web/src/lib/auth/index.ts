import { useSyncExternalStore } from 'react';
import { type Role, roleFor, roles, type SyncClient } from '#client/index.ts';
import { getConfig } from '../config.ts';
import { t } from '../i18n/index.ts';
import { localProvider } from './local.ts';
import { type AuthProvider, NotAMember, type Session, SessionEnded } from './session.ts';

export type { Session } from './session.ts';

/** What a control needs: a role, or the role that the API wants for an operation. */
export type Needs = Role | keyof SyncClient;

export type SignInTrouble = 'notAMember' | 'failed';

let provider: AuthProvider | undefined;
let session: Session | undefined;
let trouble: SignInTrouble | undefined;
const listeners = new Set<() => void>();

function change(next: Session | undefined): void {
  session = next;
  for (const listener of listeners) listener();
}

/** Opens the way of signing in that the configuration names, and the session of before a reload. */
export async function openAuth(): Promise<void> {
  const { auth } = getConfig();
  provider = auth.kind === 'local' ? localProvider(auth) : (await import('./oidc.ts')).oidcProvider(auth);
  try {
    change(await provider.restore());
  } catch (cause) {
    trouble = cause instanceof NotAMember ? 'notAMember' : 'failed';
  }
}

/** Why somebody who came back from signing in is not signed in. */
export const signInTrouble = (): SignInTrouble | undefined => trouble;

export async function signIn(role?: Role): Promise<void> {
  change(await provider?.signIn(role));
}

export async function signOut(): Promise<void> {
  change(undefined);
  await provider?.signOut();
}

/** The token for one call. A session that has ended leads to the sign-in page. */
export async function currentToken(): Promise<string> {
  try {
    if (!provider) throw new SessionEnded();
    return await provider.token();
  } catch (cause) {
    if (cause instanceof SessionEnded) change(undefined);
    throw cause;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in; undefined when nobody is. */
export function useMaybeSession(): Session | undefined {
  return useSyncExternalStore(subscribe, () => session);
}

/** Who is signed in. Pages are shown to those only. */
export function useSession(): Session {
  const current = useMaybeSession();
  // A page that is on its way out is drawn once more after signing out.
  return current ?? { tenant: '', user: '', name: '', role: 'viewer' };
}

const isRole = (needs: Needs): needs is Role => roles.some((role) => role === needs);

/** Whether the person may: `useCan('manager')`, `useCan('startSync')`. */
export function useCan(needs: Needs | undefined): boolean {
  return useDenial(needs) === undefined;
}

/** Why the person may not, as a sentence; undefined when they may. */
export function useDenial(needs: Needs | undefined): string | undefined {
  const { role } = useSession();
  if (needs === undefined) return undefined;
  const needed = isRole(needs) ? needs : roleFor(needs);
  if (needed === undefined || roles.indexOf(role) >= roles.indexOf(needed)) return undefined;
  return t('auth.needsRole', { needed: t(`role.${needed}`), role: t(`role.${role}`) });
}
