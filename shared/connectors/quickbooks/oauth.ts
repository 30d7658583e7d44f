import * as z from 'zod';
import { instant, systemClock } from '../../core/clock.ts';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { HttpClient, HttpReply } from '../../platform/http-client.ts';
import { createRateLimiter } from '../../platform/rate-limiter.ts';
import type { Profile } from '../connector.ts';
import type { OAuthProvider } from '../oauth-provider.ts';

/** Intuit gives an app two pairs: production keys open companies, development keys open sandbox companies. */
export interface AppKeys {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs what Intuit tells of changes. Absent: nothing it tells is believed. */
  readonly webhookVerifier?: string | undefined;
}

export interface QuickBooksApp extends AppKeys {
  /** Addresses without a trailing slash; Intuit's own unless told otherwise. */
  readonly apiUrl: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** The API's host for sandbox mode; signing in is at the same addresses. */
  readonly sandboxApiUrl: string;
  /** The keys for sandbox mode. Absent: nothing can be connected in it. */
  readonly sandboxKeys?: AppKeys | undefined;
}

const scope = 'com.intuit.quickbooks.accounting';
/** Access tokens live an hour; they are replaced while they still work. */
const renewBeforeMs = 10 * 60_000;

/** Intuit's numbers arrive as text from some gateways. */
const seconds = z.coerce.number().int().positive();
const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: seconds,
  x_refresh_token_expires_in: seconds.optional(),
  x_refresh_token_hard_expires_in: seconds.optional(),
});

/** OAuth 2.0 of QuickBooks Online (reference section 1). The token call is never limited: nothing works without it. */
export function createOAuth(app: QuickBooksApp): OAuthProvider {
  const keysOf = (sandbox: boolean): Result<AppKeys> => {
    if (!sandbox) return ok(app);
    return app.sandboxKeys ? ok(app.sandboxKeys) : fail(noSandboxKeys);
  };

  const tokenCall = async (
    form: Record<string, string>,
    sandbox: boolean,
    http: HttpClient,
    now: number,
    repeatable: boolean,
  ): Promise<Result<Record<string, string>>> => {
    const keys = keysOf(sandbox);
    if (!keys.ok) return keys;
    const reply = await http.send(
      {
        method: 'POST',
        url: app.tokenUrl,
        headers: {
          authorization: basic(keys.value),
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          'x-include-refresh-token-hard-expires-in': 'true',
        },
        body: new URLSearchParams(form).toString(),
        repeatable,
        kinds: [],
      },
      unlimited(),
    );
    if (!reply.ok) return reply;
    if (reply.value.status !== 200) return fail(refusal(reply.value));
    const parsed = tokenSchema.safeParse(parseJson(reply.value.text));
    return parsed.success ? ok(secretOf(parsed.data, now)) : fail(refusal(reply.value));
  };

  return {
    authorizeUrl({ state, redirectUri, sandbox }) {
      const keys = keysOf(sandbox);
      if (!keys.ok) return keys;
      const { clientId } = keys.value;
      const query = { client_id: clientId, response_type: 'code', scope, redirect_uri: redirectUri, state };
      return ok(`${app.authorizeUrl}?${new URLSearchParams(query)}`);
    },

    identify: ({ realmId }): Profile => (realmId ? { realm_id: realmId } : {}),

    async exchange({ callback, redirectUri, sandbox, http, clock }) {
      const { code, realmId } = callback;
      if (!code || !realmId) return fail(incomplete(callback.error));
      // A code works once: repeating the call after a lost answer can only fail.
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
      const secret = await tokenCall(form, sandbox, http, clock.now(), false);
      return secret.ok ? ok({ secret: secret.value, profile: { realm_id: realmId } }) : secret;
    },

    // Within 24 h the old value still works, so a lost answer may be asked for again.
    refresh({ secret, sandbox, http, clock }) {
      const form = { grant_type: 'refresh_token', refresh_token: secret.refresh_token ?? '' };
      return tokenCall(form, sandbox, http, clock.now(), true);
    },

    async revoke({ secret, sandbox, http }) {
      const keys = keysOf(sandbox);
      if (!keys.ok) return keys;
      const reply = await http.send(
        {
          method: 'POST',
          url: app.revokeUrl,
          headers: { authorization: basic(keys.value), accept: 'application/json', 'content-type': 'application/json' },
          body: JSON.stringify({ token: secret.refresh_token }),
          repeatable: true,
          kinds: [],
        },
        unlimited(),
      );
      if (!reply.ok) return reply;
      // 400 means that the token was dead already, which is what was wanted.
      return reply.value.status === 200 || reply.value.status === 400 ? ok(null) : fail(refusal(reply.value));
    },

    // The token itself ends about 100 days after its last refresh, a chain of them five years after consent.
    grantEndsAt({ refresh_expires_at, refresh_hard_expires_at }) {
      const ends = [refresh_expires_at, refresh_hard_expires_at].filter((at) => at !== undefined);
      return ends.length === 0 ? undefined : Math.min(...ends.map((at) => Date.parse(at)));
    },

    expiresAt: (secret) => Date.parse(secret.access_expires_at ?? '1970-01-01T00:00:00Z') - renewBeforeMs,
  };
}

const basic = ({ clientId, clientSecret }: AppKeys): string =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

const noSandboxKeys: Failure = {
  category: 'conflict',
  code: 'quickbooks.no_sandbox_keys',
  reason: 'Sandbox companies of QuickBooks need development keys of the app, and this installation has none.',
  fix: 'Ask the operator to add them to the secret of the QuickBooks app; until then QuickBooks stays out of the sandbox.',
  retryable: false,
};

const unlimited = () => createRateLimiter([], systemClock);

function secretOf(token: z.infer<typeof tokenSchema>, now: number): Record<string, string> {
  const at = (inSeconds: number | undefined): string | undefined =>
    inSeconds === undefined ? undefined : instant(now + inSeconds * 1000);
  return Object.fromEntries(
    Object.entries({
      access_token: token.access_token,
      refresh_token: token.refresh_token,
      obtained_at: instant(now),
      access_expires_at: at(token.expires_in),
      refresh_expires_at: at(token.x_refresh_token_expires_in),
      refresh_hard_expires_at: at(token.x_refresh_token_hard_expires_in),
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function refusal(reply: HttpReply): Failure {
  const error = parseJson(reply.text) as { error?: unknown } | null;
  const code = typeof error?.error === 'string' ? error.error : undefined;
  const trace_id = reply.headers.get('intuit_tid') ?? undefined;
  // An unreadable answer to a good request says nothing about the grant.
  if (reply.status < 400 || reply.status >= 500 || reply.status === 429) {
    return {
      category: 'network',
      code: 'quickbooks.oauth_unavailable',
      trace_id,
      reason: `Intuit's sign-in answered ${reply.status}.`,
      fix: 'Nothing to do: it is tried again.',
      retryable: true,
    };
  }
  return {
    category: 'authentication',
    code: 'quickbooks.grant_refused',
    platform_code: code,
    trace_id,
    reason:
      code === 'invalid_client' ? 'Intuit does not know the app.' : 'QuickBooks no longer accepts this connection.',
    fix:
      code === 'invalid_client'
        ? 'The operator must correct client id and secret of the app.'
        : 'Connect QuickBooks again.',
    retryable: false,
  };
}

function incomplete(error: string | undefined): Failure {
  return {
    category: 'authentication',
    code: error === 'access_denied' ? 'quickbooks.access_denied' : 'quickbooks.callback_incomplete',
    platform_code: error,
    reason:
      error === 'access_denied'
        ? 'The connection was declined in QuickBooks.'
        : 'QuickBooks came back without a code or company.',
    fix: 'Start connecting again and choose Connect.',
    retryable: false,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
