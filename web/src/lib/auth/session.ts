import type { Role } from '#client/index.ts';

/** Who is signed in. */
export interface Session {
  readonly tenant: string;
  readonly user: string;
  /** Shown instead of the user's id where the provider tells a name. */
  readonly name: string;
  readonly role: Role;
}

/** One way of signing in. A provider keeps its tokens to itself and hands them out one call at a time. */
export interface AuthProvider {
  /** The session of before a reload; undefined when nobody is signed in. */
  restore(): Promise<Session | undefined>;
  /** Signs in, or leaves the page for that; `role` is for the embedded cloud, which lets one choose. */
  signIn(role?: Role): Promise<Session | undefined>;
  signOut(): Promise<void>;
  /** @throws SessionEnded when there is none any more and none can be had without the person. */
  token(): Promise<string>;
}

/** The person has to sign in again. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

/** Somebody signed in whom nobody has given a tenant and a role. */
export class NotAMember extends Error {
  override readonly name = 'NotAMember';
}
