import { type Role, roles } from '#client/index.ts';
import { ownClaim } from '#shared/core/token-claims.ts';
import type { Session } from './session.ts';

/** Claims of a token, unchecked: the API checks them, this is for showing who one is. */
export interface Claims {
  readonly session: Session | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** @throws Error for text that is no JWT. */
export function readClaims(token: string): Claims {
  const [, payload = ''] = token.split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  const claims = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
  const { sub: user } = claims;
  const [tenant, role] = [ownClaim(claims, 'tenant_id'), ownClaim(claims, 'role')];
  const name = claims.name ?? claims.email ?? user;
  const isComplete = typeof tenant === 'string' && typeof user === 'string' && isRole(role);
  return {
    session: isComplete ? { tenant, user, name: String(name), role } : undefined,
    expiresAt: Number(claims.exp) * 1000,
  };
}

const isRole = (value: unknown): value is Role => roles.some((role) => role === value);
