import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#shared/core/clock.ts';

const second = 1000;
const day = 86_400 * second;
export const lifetimes = {
  codeMs: 5 * 60 * second,
  accessMs: 3600 * second,
  /** 8 726 400 s, counted from the last refresh. */
  refreshMs: 101 * day,
  /** The value of a refresh token changes about every 24 h, and the previous one lives 24 h longer. */
  rotationMs: day,
  graceMs: day,
  /** Five years from the consent, whatever the refreshing. */
  hardMs: 5 * 365 * day,
} as const;

/** One customer's consent for one company. */
export interface Grant {
  readonly realmId: string;
  readonly scope: string;
  readonly consentedAt: number;
  refresh: { value: string; issuedAt: number };
  previous: { value: string; diesAt: number } | undefined;
  refreshedAt: number;
  revoked: boolean;
}

interface Access {
  readonly grant: Grant;
  readonly expiresAt: number;
}

interface Code {
  readonly realmId: string;
  readonly scope: string;
  readonly redirectUri: string;
  readonly expiresAt: number;
}

export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly grant: Grant;
}

/** What was given out. Several tokens share one grant object. */
export interface GrantsState {
  readonly codes: Map<string, Code>;
  readonly access: Map<string, Access>;
  readonly byRefresh: Map<string, Grant>;
}

/** Authorization codes, access tokens and refresh tokens of one app. */
export class Grants {
  private readonly clock: Clock;
  private readonly rotationMs: number;
  private readonly codes: Map<string, Code>;
  private readonly access: Map<string, Access>;
  private readonly byRefresh: Map<string, Grant>;

  constructor(clock: Clock, rotationMs: number = lifetimes.rotationMs, state?: GrantsState) {
    this.clock = clock;
    this.rotationMs = rotationMs;
    this.codes = state?.codes ?? new Map();
    this.access = state?.access ?? new Map();
    this.byRefresh = state?.byRefresh ?? new Map();
  }

  state(): GrantsState {
    return { codes: this.codes, access: this.access, byRefresh: this.byRefresh };
  }

  issueCode(realmId: string, scope: string, redirectUri: string): string {
    const value = secret('XAB', 40);
    this.codes.set(value, { realmId, scope, redirectUri, expiresAt: this.clock.now() + lifetimes.codeMs });
    return value;
  }

  /** Turns a code into tokens, once. Undefined when it is unknown, used, late or for another redirect URI. */
  redeem(code: string, redirectUri: string): TokenSet | undefined {
    const found = this.codes.get(code);
    this.codes.delete(code);
    if (!found || found.expiresAt < this.clock.now() || found.redirectUri !== redirectUri) return undefined;
    return this.consent(found.realmId, found.scope);
  }

  consent(realmId: string, scope: string): TokenSet {
    const now = this.clock.now();
    const refresh = { value: secret('AB11', 40), issuedAt: now };
    const grant: Grant = {
      realmId,
      scope,
      consentedAt: now,
      refresh,
      previous: undefined,
      refreshedAt: now,
      revoked: false,
    };
    this.byRefresh.set(refresh.value, grant);
    return this.issue(grant);
  }

  /** New access token for a refresh token, which may come back changed. Undefined: `invalid_grant`. */
  refresh(value: string): TokenSet | undefined {
    const now = this.clock.now();
    const grant = this.byRefresh.get(value);
    if (!grant || grant.revoked) return undefined;
    const current = value === grant.refresh.value;
    if (!current && (grant.previous?.value !== value || now > grant.previous.diesAt)) return undefined;
    if (now > grant.refreshedAt + lifetimes.refreshMs || now > grant.consentedAt + lifetimes.hardMs) return undefined;
    if (current && now - grant.refresh.issuedAt >= this.rotationMs) {
      if (grant.previous) this.byRefresh.delete(grant.previous.value);
      grant.previous = { value, diesAt: now + lifetimes.graceMs };
      grant.refresh = { value: secret('AB11', 40), issuedAt: now };
      this.byRefresh.set(grant.refresh.value, grant);
    }
    grant.refreshedAt = now;
    return this.issue(grant);
  }

  /** Ends the grant an access or refresh token belongs to. */
  revoke(token: string): boolean {
    const grant = this.access.get(token)?.grant ?? this.byRefresh.get(token);
    if (!grant) return false;
    grant.revoked = true;
    return true;
  }

  /** Ends every grant of a company, as its owner does inside QuickBooks. */
  revokeRealm(realmId: string): void {
    for (const grant of this.byRefresh.values()) if (grant.realmId === realmId) grant.revoked = true;
  }

  /** The grant of a bearer token, or why it is refused. */
  check(token: string): Grant | 'expired' | 'revoked' {
    const found = this.access.get(token);
    if (!found) return 'expired';
    if (found.grant.revoked) return 'revoked';
    return found.expiresAt <= this.clock.now() ? 'expired' : found.grant;
  }

  private issue(grant: Grant): TokenSet {
    const accessToken = secret('eyJl', 120);
    this.access.set(accessToken, { grant, expiresAt: this.clock.now() + lifetimes.accessMs });
    return { accessToken, refreshToken: grant.refresh.value, grant };
  }
}

function secret(prefix: string, length: number): string {
  return prefix + randomBytes(length).toString('base64url').slice(0, length);
}

/** A stable opaque subject for a realm. */
export function subjectOf(realmId: string): string {
  return createHash('sha256').update(`subject ${realmId}`).digest('hex').slice(0, 32);
}
