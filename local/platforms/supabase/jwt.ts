import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError } from './errors.ts';

/** Signs claims with HS256: the shape of legacy project keys and of user sessions. */
export function signJwt(claims: Readonly<Record<string, unknown>>, secret: string): string {
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const payload = encode(claims);
  return `${head}.${payload}.${signature(`${head}.${payload}`, secret).toString('base64url')}`;
}

/**
 * The role in a bearer token.
 *
 * @param now milliseconds since the epoch
 * @throws ApiError 401 PGRST301 for a token that is not ours, 401 PGRST303 for an expired one.
 */
export function roleOfJwt(token: string, secret: string, now: number): string {
  const parts = token.split('.');
  const [head = '', payload = '', signed = ''] = parts;
  if (parts.length !== 3) throw refused('PGRST301', `Expected 3 parts in JWT; got ${parts.length}`);
  const expected = signature(`${head}.${payload}`, secret);
  const given = Buffer.from(signed, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refused('PGRST301', 'No suitable key or wrong key type', 'None of the keys was able to decode the JWT');
  }
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { role?: string; exp?: number };
  if (claims.exp !== undefined && claims.exp * 1000 <= now) throw refused('PGRST303', 'JWT expired');
  return claims.role ?? 'anon';
}

function refused(code: string, message: string, details: string | null = null): ApiError {
  const challenge = `Bearer error="invalid_token", error_description="${message}"`;
  return new ApiError({ status: 401, code, message, details, headers: { 'www-authenticate': challenge } });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signature(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
