import { createHash, randomUUID } from 'node:crypto';
import { type Listening, serveHttp } from '#local/cloud/ports.ts';
import { createConsole } from '#local/demo/console.ts';
import type { Product } from '#test/support/product.ts';
import { consoleFolder } from '../../../scripts/console.ts';

/** Whom the provider signs in. */
export interface Person {
  readonly role: string;
  readonly name: string;
}

const clientId = 'console';

/**
 * An identity provider as far as the authorization code flow with PKCE needs one (RFC 6749, 7636): whoever comes is the
 * person in the chair, codes work once and only with their verifier. Tokens are those of the embedded cloud, so the API takes them.
 */
export async function startIdentityProvider(product: Product, chair: { person: Person }) {
  const codes = new Map<string, string>();
  const asked: URL[] = [];
  const issue = async () => {
    const { role, name } = chair.person;
    const token = await product.cloud.issueToken({ tenant: 'demo', role, user: name });
    return {
      access_token: token,
      id_token: token,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: randomUUID(),
      scope: 'openid',
    };
  };
  const server: Listening = await serveHttp(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', server.url);
    const answer = (status: number, body: unknown) => {
      outgoing.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
      outgoing.end(JSON.stringify(body));
    };
    if (url.pathname === '/.well-known/openid-configuration') {
      const at = (path: string) => `${server.url}${path}`;
      return answer(200, {
        issuer: server.url,
        authorization_endpoint: at('/authorize'),
        token_endpoint: at('/token'),
        jwks_uri: at('/jwks'),
        end_session_endpoint: at('/end'),
      });
    }
    if (url.pathname === '/authorize') {
      asked.push(url);
      const code = randomUUID();
      codes.set(code, url.searchParams.get('code_challenge') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      outgoing.writeHead(302, { location: String(back) });
      return outgoing.end();
    }
    if (url.pathname === '/token') {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      const code = form.get('code') ?? '';
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (codes.get(code) !== challenge) return answer(400, { error: 'invalid_grant' });
      codes.delete(code);
      return answer(200, await issue());
    }
    if (url.pathname === '/end') {
      outgoing.writeHead(302, { location: url.searchParams.get('post_logout_redirect_uri') ?? '/' });
      return outgoing.end();
    }
    return answer(404, {});
  });
  return { url: server.url, asked, close: () => server.close() };
}

/** The console as CloudFront serves it: its files, signing in at a provider, and the API below the same origin. */
export async function serveDeployed(product: Product, authority: string): Promise<Listening> {
  const auth = { kind: 'oidc', authority, clientId, scope: 'openid profile', bearer: 'access_token' } as const;
  const site = createConsole({ folder: consoleFolder, config: { apiUrl: '', auth } });
  return serveHttp(async (incoming, outgoing) => {
    const target = incoming.url ?? '/';
    const request = {
      method: incoming.method ?? 'GET',
      target,
      headers: incoming.headers,
      body: Buffer.alloc(0),
      sourceIp: '',
    };
    const own = await site(request);
    if (own) {
      for (const [name, value] of Object.entries(own.headers)) outgoing.setHeader(name, value);
      outgoing.writeHead(own.status);
      return outgoing.end(own.body);
    }
    const { authorization = '' } = incoming.headers;
    const passed = await fetch(`${product.apiUrl}${target}`, { headers: { authorization } });
    outgoing.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'application/json' });
    return outgoing.end(Buffer.from(await passed.arrayBuffer()));
  });
}
