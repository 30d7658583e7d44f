import { createHmac } from 'node:crypto';
import type { SimRequest } from '../kit.ts';
import { WooError } from './errors.ts';

/** A REST API key of the store. */
export interface ApiKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Default `read_write`. */
  readonly permissions?: 'read' | 'write' | 'read_write';
}

/** How requests reach the store: through a TLS proxy, or in the clear (where Basic and query keys are ignored). */
export type TlsMode = 'assumed' | 'none';

export interface Authenticator {
  /**
   * True for a known key; false for an anonymous request, which is also what an unknown key and keys sent in the clear are.
   *
   * @throws WooError 401 `woocommerce_rest_authentication_error` for a wrong secret, OAuth fault or missing permission.
   */
  authenticate(request: SimRequest): boolean;
}

const oauthWindowSeconds = 15 * 60;

function refused(message: string): WooError {
  return new WooError(401, 'woocommerce_rest_authentication_error', message);
}

export function createAuthenticator(keys: readonly ApiKey[], tls: TlsMode, now: () => number): Authenticator {
  const nonces = new Set<string>();
  const find = (consumerKey: string): ApiKey | undefined => keys.find((key) => key.consumerKey === consumerKey);

  const byPassword = (request: SimRequest): ApiKey | undefined => {
    const sent = passwordKeys(request);
    const key = sent && find(sent.consumerKey);
    if (!sent || !key) return undefined;
    if (key.consumerSecret !== sent.consumerSecret) throw refused('Consumer secret is invalid.');
    return key;
  };

  const byOAuth = (request: SimRequest): ApiKey | undefined => {
    const oauth = oauthParams(request);
    if (!oauth) return undefined;
    const key = find(oauth.consumerKey);
    if (!key) throw refused('Consumer key is invalid.');
    if (oauth.signature !== sign(request, key.consumerSecret)) {
      throw refused('Invalid signature - provided signature does not match.');
    }
    if (Math.abs(now() / 1000 - oauth.timestamp) > oauthWindowSeconds) throw refused('Invalid timestamp.');
    const used = `${oauth.consumerKey} ${oauth.nonce}`;
    if (nonces.has(used)) throw refused('Invalid nonce - nonce has already been used.');
    nonces.add(used);
    return key;
  };

  return {
    authenticate(request) {
      const secure = tls === 'assumed' || request.headers['x-forwarded-proto'] === 'https';
      const key = (secure ? byPassword(request) : undefined) ?? byOAuth(request);
      if (!key) return false;
      const needed = request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write';
      const { permissions = 'read_write' } = key;
      if (permissions !== 'read_write' && permissions !== needed) {
        throw refused(`The API key provided does not have ${needed} permissions.`);
      }
      return true;
    },
  };
}

function passwordKeys({ headers, query }: SimRequest): { consumerKey: string; consumerSecret: string } | undefined {
  const basic = /^Basic\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic) {
    const text = Buffer.from(basic, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { consumerKey: text.slice(0, colon), consumerSecret: text.slice(colon + 1) };
  }
  const consumerKey = query.get('consumer_key');
  const consumerSecret = query.get('consumer_secret');
  return consumerKey && consumerSecret ? { consumerKey, consumerSecret } : undefined;
}

const oauthNames = ['consumer_key', 'timestamp', 'nonce', 'signature', 'signature_method'];

function oauthParams({ query, headers }: SimRequest) {
  const header = oauthHeader(headers.authorization ?? '');
  const get = (name: string): string | undefined => query.get(`oauth_${name}`) ?? header.get(`oauth_${name}`);
  if (oauthNames.every((name) => get(name) === undefined)) return undefined;
  const missing = oauthNames.filter((name) => !get(name));
  if (missing.length > 0) {
    throw refused(
      `Missing OAuth parameter${missing.length > 1 ? 's' : ''} ${missing.map((name) => `oauth_${name}`).join(', ')}`,
    );
  }
  return {
    consumerKey: get('consumer_key') ?? '',
    timestamp: Number(get('timestamp')),
    nonce: get('nonce') ?? '',
    signature: get('signature') ?? '',
  };
}

function oauthHeader(header: string): Map<string, string> {
  const pairs = header.startsWith('OAuth ') ? header.slice(6).matchAll(/(\w+)="([^"]*)"/g) : [];
  return new Map([...pairs].map(([, name = '', value = '']) => [name, decodeURIComponent(value)]));
}

/** RFC 5849 section 3.4 with an empty token; the key is the secret and `&`. */
function sign(request: SimRequest, secret: string): string {
  const header = oauthHeader(request.headers.authorization ?? '');
  // PHP keeps the last of a repeated name; the vendor's own client sends some names twice.
  const pairs = [...new Map([...request.query, ...header])]
    .filter(([name]) => name !== 'oauth_signature' && name !== 'realm')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const address = `http://${request.headers.host ?? ''}${request.target.split('?')[0] ?? ''}`;
  const base = [request.method, encode(address), encode(pairs.join('&'))].join('&');
  const method = request.query.get('oauth_signature_method') ?? header.get('oauth_signature_method');
  return createHmac(method === 'HMAC-SHA1' ? 'sha1' : 'sha256', `${secret}&`)
    .update(base)
    .digest('base64');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What an anonymous request is told: 401 with a code per kind of access. */
export function anonymous(method: string, path: string): WooError {
  const deny = (verb: string, message: string): WooError =>
    new WooError(401, `woocommerce_rest_cannot_${verb}`, message);
  if (path.endsWith('/batch')) return deny('batch', 'Sorry, you are not allowed to batch manipulate this resource.');
  if (method === 'GET' || method === 'HEAD') {
    return deny(
      'view',
      /\/\d+$/.test(path) ? 'Sorry, you cannot view this resource.' : 'Sorry, you cannot list resources.',
    );
  }
  if (method === 'DELETE') return deny('delete', 'Sorry, you are not allowed to delete this resource.');
  if (method === 'POST' && !/\/\d+$/.test(path))
    return deny('create', 'Sorry, you are not allowed to create resources.');
  return deny('edit', 'Sorry, you are not allowed to edit this resource.');
}
