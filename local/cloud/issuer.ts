import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { jsonFile } from '#local/cloud/emulators/json-file.ts';
import type { Clock } from '#shared/core/clock.ts';
import { type Listening, serveHttp } from './ports.ts';

/** Whom a token is for. */
export interface TokenRequest {
  readonly tenant: string;
  readonly role: string;
  readonly user: string;
  /** Seconds until it expires; default one hour, negative for a token that has expired. */
  readonly ttl?: number;
  /** Default: the audience of the template's authorizer. */
  readonly audience?: string;
  readonly scope?: string;
}

/** An OIDC issuer for local use: discovery, keys, and tokens for the asking. */
export interface Issuer {
  /** The `iss` of its tokens, and where its discovery document is. */
  readonly url: string;
  jwks(): Promise<JSONWebKeySet>;
  /** A signed token with iss, aud, sub, tenant_id, role, iat and exp. */
  issueToken(request: TokenRequest): Promise<string>;
  close(): Promise<void>;
}

interface SavedKey {
  readonly pkcs8: string;
  readonly publicJwk: JWK;
}

const algorithm = 'RS256';

/** API Gateway accepts RSA keys only, hence RS256. With a data folder, tokens outlive a restart on the same port. */
export async function startIssuer(options: {
  readonly port: number;
  readonly dataDir: string | undefined;
  readonly clock: Clock;
  /** Known once the template is read. */
  readonly audience: () => string;
}): Promise<Issuer> {
  // Making a key takes about 0.1 s of another thread: nobody waits for it before the first token.
  const loading = loadKey(options.dataDir);
  loading.catch(() => undefined);
  const jwks = async (): Promise<JSONWebKeySet> => ({ keys: [(await loading).publicJwk] });
  let server: Listening | undefined;
  const url = (): string => server?.url ?? '';
  server = await serveHttp((incoming, outgoing) => {
    const answer = (body: unknown, status = 200): void => {
      outgoing.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
      outgoing.end(JSON.stringify(body));
    };
    const path = (incoming.url ?? '/').split('?')[0];
    if (path === '/.well-known/openid-configuration') answer(discovery(url()));
    else if (path === '/.well-known/jwks.json') {
      jwks().then(answer, () => answer({ message: 'no key' }, 500));
    } else answer({ message: 'Not Found' }, 404);
  }, options.port);
  return {
    url: url(),
    jwks,
    issueToken: async ({ tenant, role, user, ttl = 3600, audience = options.audience(), scope }) => {
      const { pkcs8, publicJwk } = await loading;
      const now = Math.floor(options.clock.now() / 1000);
      return new SignJWT({ tenant_id: tenant, role, ...(scope === undefined ? {} : { scope }) })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: publicJwk.kid ?? '' })
        .setIssuer(url())
        .setAudience(audience)
        .setSubject(user)
        .setIssuedAt(Math.min(now, now + ttl))
        .setExpirationTime(now + ttl)
        .sign(await importPKCS8(pkcs8, algorithm));
    },
    close: () => server.close(),
  };
}

function discovery(url: string): object {
  return {
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks.json`,
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [algorithm],
  };
}

async function loadKey(dataDir: string | undefined): Promise<SavedKey> {
  const file = jsonFile<SavedKey | undefined>(dataDir, 'issuer-key.json');
  const saved = file.load(undefined);
  if (saved) return saved;
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), alg: algorithm, use: 'sig', kid: 'local' };
  const made = { pkcs8: await exportPKCS8(privateKey), publicJwk };
  file.save(made);
  return made;
}
