import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a header is the base64 HMAC-SHA256 of these very bytes. In constant time, so that it cannot be found out bit by bit. */
export function isSignedBy(body: Uint8Array, signature: string, secret: string): boolean {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'));
  const given = Buffer.from(signature);
  return secret !== '' && given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}
