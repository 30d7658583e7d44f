import * as contract from '#shared/api/integrations.ts';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import {
  beginSignIn,
  finishSignIn,
  hasOAuth,
  type OAuthConnector,
  type SignInOutcome,
} from '#shared/connections/oauth-flow.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { AuditNote } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import { connectionNote } from './audit-note.ts';
import type { IntegrationsApiDeps } from './deps.ts';
import { connectorOf } from './platform.ts';
import { page, pageHeaders, type SignInResult } from './sign-in-page.ts';

function quickBooks(deps: ConnectionDeps): OAuthConnector {
  const connector = connectorOf(deps, 'quickbooks');
  if (hasOAuth(connector)) return connector;
  throw new ProblemError('platform.unknown', `${connector.title} is not set up for signing in.`);
}

const redirectUri = (deps: IntegrationsApiDeps): string => `${deps.publicUrl}${contract.quickBooksCallback.path}`;

export const quickBooksAuthUrl = endpoint(
  contract.quickBooksAuthUrl,
  async ({ query: { return_to: returnTo }, caller: { tenantId, userId } }, deps: IntegrationsApiDeps) => {
    if (returnTo !== undefined && !isOfConsole(deps, returnTo)) {
      const message = 'This is no page of the console: its origin is not one of those the API knows.';
      throw invalidRequest([{ path: 'return_to', code: 'foreign_origin', message }]);
    }
    const by = { tenantId, userId, redirectUri: redirectUri(deps), returnTo };
    return answer(200, unwrap(await beginSignIn(deps, quickBooks(deps), by)));
  },
);

/** A link to anywhere else, on a page of ours, would lend our name to it. */
function isOfConsole({ publicUrl, consoleOrigins = [] }: IntegrationsApiDeps, address: string): boolean {
  return [new URL(publicUrl).origin, ...consoleOrigins].includes(new URL(address).origin);
}

/** Public: the state in the address says whose connection this is, and works once. */
export const quickBooksCallback = endpoint(
  contract.quickBooksCallback,
  async ({ query, accept }, deps: IntegrationsApiDeps) => {
    const connector = quickBooks(deps);
    const callback = Object.fromEntries(
      Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
    const outcome = await finishSignIn(deps, connector, callback, redirectUri(deps));
    if (outcome.kind === 'connected') await deps.connected?.(outcome.owner.tenant_id);
    const { status, result } = resultOf(connector.title, outcome);
    const returnTo = outcome.kind === 'bad_state' ? undefined : outcome.owner.return_to;
    const wantsJson = accept.includes('application/json') && !accept.includes('text/html');
    // The page is another form of the same answer; its text is not described by the schema.
    const body = wantsJson ? result : (page(result, returnTo) as never);
    return { status, body, headers: wantsJson ? {} : pageHeaders, audit: noteOf(connector.platform, outcome, result) };
  },
);

/** A state that is unknown belongs to nobody: its call leaves no entry. */
function noteOf(platform: string, outcome: SignInOutcome, { code }: SignInResult): AuditNote {
  const target = { type: 'connection', id: platform };
  if (outcome.kind === 'bad_state') return { target };
  const { tenant_id: tenantId, user_id: user } = outcome.owner;
  // The state does not say the role, but only this one can begin a sign-in.
  const by = { tenantId, user, role: contract.quickBooksAuthUrl.auth };
  if (outcome.kind === 'connected') return { ...connectionNote(outcome.before, outcome.connection), by };
  return { target, by, code };
}

function resultOf(
  title: string,
  outcome: SignInOutcome,
): { status: 200 | 400 | 409 | 422 | 502; result: SignInResult } {
  switch (outcome.kind) {
    case 'connected': {
      const message = `${outcome.connection.display_name} is connected. You can close this window.`;
      return { status: 200, result: { connected: true, code: 'connection.connected', message } };
    }
    case 'declined': {
      const message = `You did not allow access, so ${title} is not connected. Nothing was changed.`;
      return { status: 200, result: { connected: false, code: 'connection.declined', message } };
    }
    case 'bad_state': {
      const message = 'This sign-in is unknown, used already or older than ten minutes. Start again under Connections.';
      return { status: 400, result: { connected: false, code: 'connection.sign_in_invalid', message } };
    }
    case 'failed': {
      const { category, code, reason, fix } = outcome.failure;
      const isTheirs = category === 'network' || category === 'rate_limit' || category === 'internal';
      const status = category === 'conflict' ? 409 : isTheirs ? 502 : 422;
      return { status, result: { connected: false, code, message: `${reason} ${fix}` } };
    }
  }
}
