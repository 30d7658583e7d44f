import { timingSafeEqual } from 'node:crypto';
import type { SimReply, SimRequest } from '../kit.ts';
import { type Grants, lifetimes, subjectOf, type TokenSet } from './grants.ts';

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
}

export interface OAuthContext {
  readonly app: App;
  readonly grants: Grants;
  readonly url: () => string;
  /** Companies to choose from on the consent page. */
  readonly companies: () => readonly { readonly realmId: string; readonly name: string }[];
  /** Connects this company without showing the page. */
  readonly autoApprove: () => string | undefined;
}

export const accountingScope = 'com.intuit.quickbooks.accounting';
const scopes = new Set([
  accountingScope,
  'com.intuit.quickbooks.payment',
  'openid',
  'profile',
  'email',
  'phone',
  'address',
]);
const noStore = { 'cache-control': 'no-cache, no-store', pragma: 'no-cache' };

/** The OAuth 2.0 endpoints, all on this server; undefined for other paths. */
export function handleOAuth(context: OAuthContext, request: SimRequest): SimReply | undefined {
  switch (`${request.method} ${request.path}`) {
    case 'GET /connect/oauth2':
      return authorize(context, request.query);
    case 'POST /oauth2/v1/tokens/bearer':
      return token(context, request);
    case 'POST /v2/oauth2/tokens/revoke':
      return revoke(context, request);
    case 'GET /v1/openid_connect/userinfo':
      return userInfo(context, request);
    case 'GET /.well-known/openid_configuration':
    case 'GET /.well-known/openid_sandbox_configuration':
      return discovery(context.url());
    default:
      return undefined;
  }
}

function authorize(context: OAuthContext, query: URLSearchParams): SimReply {
  const { app, grants } = context;
  const redirectUri = query.get('redirect_uri') ?? '';
  const state = query.get('state') ?? '';
  const scope = query.get('scope') ?? '';
  if (query.get('client_id') !== app.clientId) return page(400, '<h1>The client_id is not known.</h1>');
  if (!app.redirectUris.includes(redirectUri)) return page(400, '<h1>The redirect_uri is not registered.</h1>');
  if (state === '') return page(400, '<h1>The state parameter is missing.</h1>');
  const back = (parameters: Record<string, string>): SimReply => {
    const target = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...parameters, state })) target.searchParams.set(name, value);
    return { status: 302, headers: { location: target.href, ...noStore }, body: '' };
  };
  if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  const wanted = scope.split(/\s+/).filter(Boolean);
  if (wanted.length === 0 || wanted.some((one) => !scopes.has(one))) return back({ error: 'invalid_scope' });
  if (query.get('decision') === 'cancel') return back({ error: 'access_denied' });
  const realmId = query.get('auto_approve') ?? query.get('connect') ?? context.autoApprove();
  if (realmId === undefined) return consentPage(context, query);
  if (!context.companies().some((company) => company.realmId === realmId))
    return page(400, '<h1>No such company.</h1>');
  return back({ code: grants.issueCode(realmId, scope, redirectUri), realmId });
}

function consentPage(context: OAuthContext, query: URLSearchParams): SimReply {
  const link = (name: string, value: string): string => {
    const next = new URLSearchParams(query);
    next.set(name, value);
    return `/connect/oauth2?${next.toString().replaceAll('&', '&amp;')}`;
  };
  const rows = context
    .companies()
    .map(({ realmId, name }) => `<li>${escapeHtml(name)} <a href="${link('connect', realmId)}">Connect</a></li>`);
  return page(
    200,
    `<h1>Connect your company</h1>
<p>An application asks for access to the books of one of your companies.</p>
<ul>
${rows.join('\n')}
</ul>
<p><a href="${link('decision', 'cancel')}">Cancel</a></p>`,
  );
}

function page(status: number, content: string): SimReply {
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>QuickBooks (simulated)</title></head><body>
${content}
</body></html>
`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...noStore }, body };
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function json(status: number, body: unknown): SimReply {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...noStore },
    body: JSON.stringify(body),
  };
}

function token(context: OAuthContext, request: SimRequest): SimReply {
  const type = request.headers['content-type'] ?? '';
  if (!type.includes('application/x-www-form-urlencoded')) return json(400, { error: 'invalid_request' });
  const form = new URLSearchParams(request.body);
  if (!isApp(context.app, request, form)) return json(401, { error: 'invalid_client' });
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return tokens(context, request, context.grants.redeem(form.get('code') ?? '', form.get('redirect_uri') ?? ''));
    case 'refresh_token':
      return tokens(context, request, context.grants.refresh(form.get('refresh_token') ?? ''));
    case null:
      return json(400, { error: 'invalid_request' });
    default:
      return json(400, { error: 'unsupported_grant_type' });
  }
}

function tokens(_context: OAuthContext, request: SimRequest, set: TokenSet | undefined): SimReply {
  if (!set) return json(400, { error_description: 'Token invalid', error: 'invalid_grant' });
  const wantsHard = request.headers['x-include-refresh-token-hard-expires-in'] === 'true';
  const hardLeft = Math.floor((set.grant.consentedAt + lifetimes.hardMs - set.grant.refreshedAt) / 1000);
  return json(200, {
    access_token: set.accessToken,
    refresh_token: set.refreshToken,
    token_type: 'bearer',
    expires_in: lifetimes.accessMs / 1000,
    x_refresh_token_expires_in: Math.min(lifetimes.refreshMs / 1000, hardLeft),
    ...(wantsHard ? { x_refresh_token_hard_expires_in: hardLeft } : {}),
  });
}

/** Client credentials by HTTP Basic, or in the form. */
function isApp(app: App, request: SimRequest, form?: URLSearchParams): boolean {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  const basic = scheme?.toLowerCase() === 'basic' ? Buffer.from(encoded, 'base64').toString('utf8') : undefined;
  const given = basic ?? `${form?.get('client_id') ?? ''}:${form?.get('client_secret') ?? ''}`;
  const wanted = Buffer.from(`${app.clientId}:${app.clientSecret}`);
  const sent = Buffer.from(given);
  return sent.length === wanted.length && timingSafeEqual(sent, wanted);
}

function revoke({ app, grants }: OAuthContext, request: SimRequest): SimReply {
  if (!isApp(app, request)) return json(401, { error: 'invalid_client' });
  const value = revokedToken(request.body);
  if (value === undefined) return json(400, { error: 'invalid_request' });
  return grants.revoke(value) ? { status: 200, headers: noStore, body: '' } : json(400, { error: 'invalid_grant' });
}

/** The token of a JSON or a form body. */
function revokedToken(body: string): string | undefined {
  try {
    const parsed = JSON.parse(body) as { token?: unknown };
    return typeof parsed.token === 'string' ? parsed.token : undefined;
  } catch {
    return new URLSearchParams(body).get('token') ?? undefined;
  }
}

function userInfo({ grants }: OAuthContext, request: SimRequest): SimReply {
  const grant = grants.check((request.headers.authorization ?? '').replace(/^bearer /i, ''));
  if (typeof grant === 'string' || !grant.scope.split(/\s+/).includes('openid'))
    return json(401, { error: 'invalid_token' });
  return json(200, { sub: subjectOf(grant.realmId), email: 'owner@example.com', emailVerified: true });
}

function discovery(url: string): SimReply {
  return json(200, {
    issuer: `${url}/op/v1`,
    authorization_endpoint: `${url}/connect/oauth2`,
    token_endpoint: `${url}/oauth2/v1/tokens/bearer`,
    userinfo_endpoint: `${url}/v1/openid_connect/userinfo`,
    revocation_endpoint: `${url}/v2/oauth2/tokens/revoke`,
    jwks_uri: `${url}/op/v1/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'address', 'phone'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'realmid', 'sub'],
  });
}
