import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '#shared/model/notification.ts';
import { signedHeaders, webhookBody } from '#shared/notifications/channels/webhook.ts';
import { overlapMs, rotated, type SigningSecrets } from '#shared/notifications/vault.ts';
import { cases } from '#test/support/seed.ts';
import { type Headers, toleranceSeconds, verifies, verifiesAt } from './standard-webhooks.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
/** After 2001, so that the seconds of the timestamp keep their number of digits. */
const now = fc.integer({ min: 1_000_000_000_000, max: 4_000_000_000_000 });
const instants = now.map((ms) => new Date(ms).toISOString());
const signing = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes): SigningSecrets => ({ secret: `whsec_${Buffer.from(bytes).toString('base64')}` }));

const deliveries: fc.Arbitrary<Delivery> = fc.record({
  tenant_id: text,
  delivery_id: fc.uuid(),
  channel: fc.constant('webhook' as const),
  cause: text,
  status: fc.constant('sending' as const),
  severity: fc.constantFrom('info', 'warning', 'error'),
  count: fc.nat(),
  events: fc.array(
    fc.record({
      event_id: fc.uuid(),
      kind: fc.constantFrom('sync_failed', 'breaker_opened', 'test'),
      severity: fc.constantFrom('info', 'warning', 'error'),
      at: instants,
      title: text,
      detail: text,
      fix: fc.option(text),
      platforms: fc.array(text, { maxLength: 2 }),
      entity: fc.option(text),
      subject: fc.option(fc.record({ type: text, id: text })),
      data: fc.dictionary(text, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
    }),
    { maxLength: 3 },
  ),
  first_at: instants,
  last_at: instants,
  created_at: instants,
  due_at: instants,
  attempts: fc.nat(),
  answer_status: fc.constant(null),
  reason: fc.constant(null),
  delivered_at: fc.constant(null),
  version: fc.nat(),
});

const sign = (delivery: Delivery, secrets: SigningSecrets, at: number) => {
  const body = webhookBody(delivery);
  return { body, headers: signedHeaders(delivery.delivery_id, body, secrets, at) };
};

/** The text with one byte changed. */
function flipped(value: string, place: number, flip: number): Buffer {
  const bytes = Buffer.from(value);
  const index = place % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ flip;
  return bytes;
}

/** How a secret takes a request: by our own reading of the specification, and by a library of it. */
function taken(at: number, { secret }: SigningSecrets, headers: Headers, body: string): boolean[] {
  const library = (): boolean => {
    try {
      new Webhook(secret).verify(body, { ...headers });
      return true;
    } catch {
      return false;
    }
  };
  // The library knows no other clock than the system's: it judges a request of now.
  const age = Math.abs(at - Date.now()) / 1000;
  return age < toleranceSeconds - 10
    ? [verifiesAt(at, secret, headers, body), library()]
    : [verifies(secret, headers, body)];
}

describe('a signed webhook', () => {
  it('is taken by a receiver with the secret, and by none with another one', () => {
    fc.assert(
      fc.property(deliveries, signing, signing, fc.oneof(now, fc.constant(Date.now())), (delivery, own, other, at) => {
        const { body, headers } = sign(delivery, own, at);
        expect(new Set(taken(at, own, headers, body))).toEqual(new Set([true]));
        fc.pre(own.secret !== other.secret);
        expect(new Set(taken(at, other, headers, body))).toEqual(new Set([false]));
      }),
    );
  });

  it('is refused when any one byte of body, id, timestamp or signature is another', () => {
    const flip = fc.integer({ min: 1, max: 255 });
    const part = fc.constantFrom('body', 'webhook-id', 'webhook-timestamp', 'webhook-signature');
    fc.assert(
      fc.property(deliveries, signing, now, part, fc.nat(), flip, (delivery, secrets, at, changed, place, mask) => {
        const { body, headers } = sign(delivery, secrets, at);
        if (changed === 'body') {
          expect(verifies(secrets.secret, headers, flipped(body, place, mask))).toBe(false);
          return;
        }
        const forged = { ...headers, [changed]: flipped(headers[changed] ?? '', place, mask).toString('latin1') };
        expect(verifies(secrets.secret, forged, body)).toBe(false);
      }),
      { numRuns: cases(400) },
    );
  });

  it('is refused when parts of two true ones are put together, and when it is kept', () => {
    fc.assert(
      fc.property(
        deliveries,
        deliveries,
        signing,
        now,
        fc.integer({ min: 1, max: 90_000 }),
        (one, two, secrets, at, later) => {
          fc.pre(webhookBody(one) !== webhookBody(two));
          const [first, second] = [sign(one, secrets, at), sign(two, secrets, at + later * 1000)];
          for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) {
            const mixed = { ...first.headers, [name]: second.headers[name] ?? '' };
            expect(verifies(secrets.secret, mixed, first.body), name).toBe(false);
          }
          expect(verifies(secrets.secret, first.headers, second.body)).toBe(false);
          const kept = verifiesAt(at + later * 1000, secrets.secret, first.headers, first.body);
          expect(kept).toBe(Math.floor(at / 1000) + toleranceSeconds >= (at + later * 1000) / 1000);
        },
      ),
    );
  });

  it('is the same text for every try, signed anew', () => {
    fc.assert(
      fc.property(deliveries, signing, now, fc.integer({ min: 1, max: 90_000 }), (delivery, secrets, at, later) => {
        // As the table gives it back: without the order of members it was made with.
        const stored = Object.fromEntries(Object.entries(delivery).toReversed()) as Delivery;
        const [first, again] = [sign(delivery, secrets, at), sign(stored, secrets, at + later * 1000)];
        expect(again.body).toBe(first.body);
        expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
        expect(again.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
      }),
    );
  });
});

describe('a secret that is changed', () => {
  it('goes on signing beside the new one for a day, then no more; one before it not at all', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 2 * overlapMs }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        deliveries,
        now,
        pauses,
        fc.integer({ min: 0, max: 2 * overlapMs }),
        (delivery, start, waits, after) => {
          const made: { readonly secret: string; readonly until: number }[] = [];
          let present: SigningSecrets | undefined;
          let at = start;
          for (const wait of [0, ...waits]) {
            at += wait;
            const before = made.pop();
            if (before) made.push({ ...before, until: at + overlapMs });
            present = rotated(present, at);
            made.push({ secret: present.secret, until: Number.POSITIVE_INFINITY });
          }
          expect(new Set(made.map(({ secret }) => secret)).size).toBe(made.length);
          const sentAt = at + after;
          const { body, headers } = sign(delivery, present ?? { secret: '' }, sentAt);
          // Only the last two can sign: the change forgets what came before.
          const valid = made.map(({ until }, index) => index >= made.length - 2 && sentAt < until);
          expect(made.map(({ secret }) => verifies(secret, headers, body))).toEqual(valid);
        },
      ),
    );
  });

  it('has 24 to 64 bytes, as the specification asks for', () => {
    const { secret } = rotated(undefined, 0);
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    expect(secret).toBe(`whsec_${key.toString('base64')}`);
    expect(key.length).toBeGreaterThanOrEqual(24);
    expect(key.length).toBeLessThanOrEqual(64);
  });
});
