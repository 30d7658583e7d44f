import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from './support/start.ts';

let cloud: TestCloud;
let token: string;

beforeAll(async () => {
  cloud = await startTestCloud();
  token = await cloud.issueToken({ tenant: 't1', role: 'admin', user: 'u1' });
});
afterAll(() => cloud.close());

interface Options {
  readonly method?: string;
  readonly token?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The event that the function was given and sent back. */
interface Echoed {
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly authorizer: {
      readonly jwt: { readonly claims: Readonly<Record<string, string>>; readonly scopes: unknown };
    };
  };
}

async function echoed(reply: Response): Promise<Echoed> {
  return (await reply.json()) as Echoed;
}

function call(path: string, options: Options = {}): Promise<Response> {
  const authorization = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  return fetch(`${cloud.apiUrl}${path}`, {
    method: options.method ?? 'GET',
    headers: { ...authorization, ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
}

describe('the HTTP API front', () => {
  it('makes payload 2.0 events: decoded path, joined query, cookies apart, claims as text', async () => {
    const headers = { cookie: 'a=1; b=2', 'X-Custom': 'Yes', 'content-type': 'application/json; charset=utf-8' };
    const reply = await call('/echo?x=1&x=2&y=%20z', { method: 'POST', token, headers, body: '{"n":1}' });
    const event = await echoed(reply);
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /echo',
      rawPath: '/echo',
      rawQueryString: 'x=1&x=2&y=%20z',
      queryStringParameters: { x: '1,2', y: ' z' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-custom': 'Yes' },
      body: '{"n":1}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST', path: '/echo', protocol: 'HTTP/1.1' },
        stage: '$default',
        authorizer: { jwt: { claims: { tenant_id: 't1', role: 'admin', sub: 'u1', aud: 'shop' }, scopes: null } },
      },
    });
    expect(event.headers.cookie).toBeUndefined();
    expect(event.requestContext.authorizer.jwt.claims.exp).toMatch(/^\d+$/);
    expect(reply.headers.get('x-seen')).toBe('yes');
    expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('hands over bodies that are not text in base64, forms and unknown types included', async () => {
    for (const type of [
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'application/cloudevents+json',
    ]) {
      const reply = await call('/echo', { method: 'POST', token, body: 'a=1', headers: { 'content-type': type } });
      expect(await reply.json()).toMatchObject({ body: Buffer.from('a=1').toString('base64'), isBase64Encoded: true });
    }
  });

  it('chooses literal paths before variables and decodes parameters', async () => {
    const mine = await echoed(await call('/items/mine', { token }));
    expect(mine.routeKey).toBe('GET /items/mine');
    expect(mine.pathParameters).toBeUndefined();
    const files = await (await call('/files/a%20b/c')).json();
    expect(files).toMatchObject({ routeKey: 'GET /files/{path+}', pathParameters: { path: 'a b/c' } });
  });

  it('answers 401 without a token and with a wrong one, and says what is wrong with it', async () => {
    const cases = {
      missing: undefined,
      nonsense: 'nonsense',
      expired: await cloud.issueToken({ tenant: 't1', role: 'admin', user: 'u1', ttl: -60 }),
      foreign: await cloud.issueToken({ tenant: 't1', role: 'admin', user: 'u1', audience: 'another' }),
    };
    for (const [name, wrong] of Object.entries(cases)) {
      const reply = await call('/echo', { method: 'POST', ...(wrong === undefined ? {} : { token: wrong }) });
      expect([name, reply.status, await reply.json()]).toEqual([name, 401, { message: 'Unauthorized' }]);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it('answers 403 when a route needs a scope the token lacks, and passes scopes on', async () => {
    const refused = await call('/scoped', { method: 'POST', token });
    expect([refused.status, await refused.json()]).toEqual([403, { message: 'Forbidden' }]);
    const scoped = await cloud.issueToken({ tenant: 't1', role: 'admin', user: 'u1', scope: 'books:read books:write' });
    const passed = await echoed(await call('/scoped', { method: 'POST', token: scoped }));
    expect(passed.requestContext.authorizer.jwt.scopes).toEqual(['books:write']);
  });

  it('answers 404 for a path or a method that has no route', async () => {
    for (const [path, method] of [
      ['/nowhere', 'GET'],
      ['/echo', 'GET'],
      ['/items/1/2', 'GET'],
      ['/items/', 'GET'],
    ] as const) {
      const reply = await call(path, { method });
      expect([path, reply.status, await reply.json()]).toEqual([path, 404, { message: 'Not Found' }]);
    }
  });

  it('answers 413 for a body over 10 MB', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    const reply = await call('/public', { method: 'POST', body });
    expect([reply.status, await reply.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it('answers 500 and no more when a function throws, exits or runs out of time, and goes on after it', async () => {
    for (const trouble of ['throw', 'exit', 'hang']) {
      const reply = await call(`/do/${trouble}`);
      expect([trouble, reply.status, await reply.json()]).toEqual([trouble, 500, { message: 'Internal Server Error' }]);
    }
    expect(cloud.reports.join('\n')).toMatch(
      /a fault on purpose[\s\S]*Runtime exited[\s\S]*timed out after 1.00 seconds/,
    );
    expect((await call('/public')).status).toBe(200);
  });

  it('answers preflights itself and adds CORS headers for a known origin only', async () => {
    const origin = 'https://console.example';
    const asked = { origin, 'access-control-request-method': 'POST' };
    const preflight = await call('/echo', { method: 'OPTIONS', headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect((await call('/public', { headers: { origin } })).headers.get('access-control-allow-origin')).toBe(origin);
    const stranger = await call('/public', { headers: { origin: 'https://elsewhere.example' } });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('publishes its keys where its discovery document says', async () => {
    const found = await fetch(`${cloud.issuerUrl}/.well-known/openid-configuration`);
    const discovery = (await found.json()) as { readonly issuer: string; readonly jwks_uri: string };
    expect(discovery.issuer).toBe(cloud.issuerUrl);
    const { keys } = (await (await fetch(discovery.jwks_uri)).json()) as { readonly keys: readonly unknown[] };
    expect(keys).toMatchObject([{ kty: 'RSA', alg: 'RS256', use: 'sig' }]);
  });
});
