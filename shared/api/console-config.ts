import type { Role } from './contract.ts';

/** `/config.json`: what the console has to know of where it was put. Written by `npm start` and by the deployment. */
export interface ConsoleConfig {
  /** Base URL of the API; empty where it is the origin of the console itself. */
  readonly apiUrl: string;
  readonly auth: LocalSignIn | OidcSignIn;
}

/** The embedded cloud gives tokens for the asking. */
export interface LocalSignIn {
  readonly kind: 'local';
  readonly tenant: string;
  readonly roles: readonly Role[];
}

/** Authorization code with PKCE at an OpenID Connect provider, e.g. a user pool of Cognito. */
export interface OidcSignIn {
  readonly kind: 'oidc';
  /** Issuer; its discovery document is below it. */
  readonly authority: string;
  readonly clientId: string;
  /** With blanks: `openid email`. */
  readonly scope: string;
  /** Which of its tokens the API is shown: the one that says tenant and role. */
  readonly bearer: 'access_token' | 'id_token';
  /** Page of the provider that ends its session, for those whose discovery document names none. */
  readonly logoutUrl?: string;
}

/**
 * Addresses of files, as text of a regular expression: what is below `/assets/`, and names with an ending in the root. Every
 * other address is a page, also one with a point in it, such as that of a SKU.
 */
export const consoleFiles = '^/assets/|^/[^/]+[.][^/]+$';

export interface ConsoleHeadersOptions {
  /** Origins beside its own that the console calls: API, identity provider. */
  readonly connect: readonly string[];
}

/**
 * Content security policy of the console. Scripts, styles and fonts are files of its own origin: nothing inline, so that text
 * which comes from a shop can never become code. https://www.w3.org/TR/CSP3/
 */
export function contentSecurityPolicy({ connect }: ConsoleHeadersOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** How long browsers keep to HTTPS once they have seen the console. Only where it is served by HTTPS. */
export const hstsSeconds = 2 * 365 * 24 * 60 * 60;

/** Headers of every answer of the console, by name, whoever serves it. */
export function consoleHeaders(options: ConsoleHeadersOptions): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(options),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // Signing in at a platform happens in a window of its own, which tells the console when it is done.
    'cross-origin-opener-policy': 'same-origin-allow-popups',
  };
}

/** Path to which people come back from an identity provider. */
export const signedInPath = '/signed-in';

/** Built files have the hash of their content in their names; everything else is asked for again each time. */
export const cacheOf = (path: string): string =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
