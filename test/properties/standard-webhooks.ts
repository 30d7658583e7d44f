import { createHmac } from 'node:crypto';

export type Headers = Readonly<Record<string, string>>;

/**
 * Whether a receiver that holds this secret takes the request. Written from the specification alone
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), without the library that
 * signs.
 */
export function verifies(secret: string, headers: Headers, body: string | Buffer): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const hmac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`);
  const expected = `v1,${hmac.update(body).digest('base64')}`;
  return (headers['webhook-signature'] ?? '').split(' ').includes(expected);
}

/** How far a timestamp may be from the receiver's clock. */
export const toleranceSeconds = 300;

/** The same for a receiver whose clock shows this: a request that somebody kept is not taken any more. */
export function verifiesAt(nowMs: number, secret: string, headers: Headers, body: string | Buffer): boolean {
  const age = Math.abs(nowMs / 1000 - Number(headers['webhook-timestamp']));
  return age <= toleranceSeconds && verifies(secret, headers, body);
}
