import type { IncomingHttpHeaders } from 'node:http';
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Issuer } from '#local/cloud/issuer.ts';
import type { JwtBlueprint } from '#local/cloud/template/api.ts';
import type { Clock } from '#shared/core/clock.ts';
import type { EventContext } from './event.ts';
import { gatewayAnswer, type HttpAnswer } from './response.ts';

/** Either what the event says about the caller, or the refusal. */
export type Authorized =
  | { readonly ok: true; readonly jwt: NonNullable<EventContext['jwt']> }
  | { readonly ok: false; readonly answer: HttpAnswer };

/**
 * Checks a token as API Gateway's JWT authorizer does: RS256 signature, issuer, audience (or client id), times, scopes.
 * The issuer of the template is replaced by the local one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export async function authorize(
  headers: IncomingHttpHeaders,
  rule: { readonly authorizer: JwtBlueprint; readonly scopes: readonly string[] },
  issuer: Issuer,
  clock: Clock,
): Promise<Authorized> {
  const header = String(headers[rule.authorizer.header] ?? '');
  const token = header.replace(/^Bearer\s+/i, '').trim();
  if (token === '') return refuse(401, 'Unauthorized', 'Bearer');
  let payload: JWTPayload;
  try {
    const keys = createLocalJWKSet(await issuer.jwks());
    const currentDate = new Date(clock.now());
    ({ payload } = await jwtVerify(token, keys, { issuer: issuer.url, algorithms: ['RS256'], currentDate }));
  } catch (error) {
    return invalid(error instanceof errors.JOSEError ? error.message : 'the token is not a JWT');
  }
  const audiences = [payload.aud ?? payload.client_id].flat().map(String);
  if (!audiences.some((audience) => rule.authorizer.audiences.includes(audience))) return invalid('invalid audience');
  const granted = String(payload.scope ?? payload.scp ?? '').split(' ');
  const missing = rule.scopes.length > 0 && !rule.scopes.some((scope) => granted.includes(scope));
  if (missing) return refuse(403, 'Forbidden', 'Bearer error="insufficient_scope"');
  return { ok: true, jwt: { claims: claimTexts(payload), scopes: rule.scopes.length > 0 ? rule.scopes : null } };
}

function invalid(why: string): Authorized {
  const description = why.replace(/"/g, "'");
  return refuse(401, 'Unauthorized', `Bearer scope="" error="invalid_token" error_description="${description}"`);
}

function refuse(status: number, message: string, challenge: string): Authorized {
  return { ok: false, answer: gatewayAnswer(status, message, { 'www-authenticate': challenge }) };
}

/** Claims reach the function as text: numbers in digits, lists as `[a b]`. */
function claimTexts(payload: JWTPayload): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)]));
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
