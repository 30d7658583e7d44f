import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook as readQuickBooks } from '#shared/connectors/quickbooks/webhooks.ts';
import type { WebhookDelivery } from '#shared/connectors/webhooks.ts';
import { readWebhook as readWooCommerce } from '#shared/connectors/woocommerce/webhooks.ts';
import { cases } from '#test/support/seed.ts';

interface Captured {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly body: string;
}
const load = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8'));
const { deliveries } = load('woocommerce/webhooks.json') as { deliveries: Captured[] };
const signed = deliveries.filter(({ headers }) => headers['x-wc-webhook-signature'] !== undefined);
const pings = deliveries.filter(({ headers }) => headers['x-wc-webhook-signature'] === undefined);
const named = (name: string): Captured => {
  const found = deliveries.find((each) => each.name.startsWith(name));
  if (!found) throw new Error(`no capture ${name}`);
  return found;
};
const deliveryOf = ({ headers, body }: Pick<Captured, 'headers' | 'body'>): WebhookDelivery => ({
  headers,
  body: Buffer.from(body),
});
const read = (capture: Captured) => readWooCommerce(deliveryOf(capture), [capture.secret]);

/** One byte of the text changed to another one. */
function flip(text: string, place: number, bits: number): Buffer {
  const bytes = Buffer.from(text);
  const index = place % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ ((bits % 255) + 1);
  return bytes;
}

describe('deliveries recorded from two real shops', () => {
  it('[E9][I4] verify, all of them', () => {
    expect(signed.length).toBeGreaterThan(50);
    for (const capture of signed) expect(read(capture).kind, capture.name).toBe('events');
  });

  it('[E9][I4] are refused with one byte changed, without signature, and with another secret', () => {
    const capture = fc.constantFrom(...signed);
    fc.assert(
      fc.property(capture, fc.nat(), fc.nat(), fc.string({ minLength: 1 }), (each, place, bits, secret) => {
        const { headers, body } = each;
        const changed = { headers, body: flip(body, place, bits) };
        expect(readWooCommerce(changed, [each.secret]).kind).toBe('refused');
        const signature = flip(headers['x-wc-webhook-signature'] ?? '', place, bits).toString('latin1');
        const resigned = { headers: { ...headers, 'x-wc-webhook-signature': signature }, body: Buffer.from(body) };
        expect(readWooCommerce(resigned, [each.secret]).kind).toBe('refused');
        const { 'x-wc-webhook-signature': _, ...unsigned } = headers;
        expect(readWooCommerce({ headers: unsigned, body: Buffer.from(body) }, [each.secret]).kind).toBe('refused');
        fc.pre(secret !== each.secret);
        expect(readWooCommerce(deliveryOf(each), [secret]).kind).toBe('refused');
        expect(readWooCommerce(deliveryOf(each), ['']).kind).toBe('refused');
        expect(readWooCommerce(deliveryOf(each), []).kind).toBe('refused');
      }),
      { numRuns: cases(400) },
    );
  });

  it('[E9][I4] as hexadecimal text are no signature', () => {
    const { headers, body, secret } = named('013');
    const hex = createHmac('sha256', secret).update(body).digest('hex');
    const asHex = { headers: { ...headers, 'x-wc-webhook-signature': hex }, body: Buffer.from(body) };
    expect(readWooCommerce(asHex, [secret]).kind).toBe('refused');
  });

  it('[E9][I4] are pings where they are unsigned forms, and nothing else unsigned is', () => {
    expect(pings.length).toBeGreaterThan(20);
    for (const ping of pings) expect(read(ping), ping.name).toEqual({ kind: 'ping' });
    const [ping] = pings;
    if (!ping) throw new Error('no ping');
    for (const body of ['webhook_id=', 'webhook_id=1&x=2', '{"id":1}', '', `webhook_id=${'1'.repeat(80)}`]) {
      expect(read({ ...ping, body }).kind, body).toBe('refused');
    }
    expect(read({ ...ping, headers: { ...ping.headers, 'x-wc-webhook-id': '1' } }).kind).toBe('refused');
    expect(read({ ...ping, headers: { 'content-type': 'application/json' } }).kind).toBe('refused');
  });

  it('[E9][I4] tell which record changed, and of an order also its refunds', () => {
    const told = (name: string) => {
      const reading = read(named(name));
      return reading.kind === 'events' ? reading.events.map(({ entity, id, kind }) => [entity, id, kind]) : [];
    };
    expect(told('013')).toEqual([['order', '719', 'changed']]);
    expect(told('018')).toEqual([
      ['order', '719', 'changed'],
      ['refund', expect.stringMatching(/^719:\d+$/), 'changed'],
    ]);
    expect(told('022')).toEqual([['order', '719', 'deleted']]);
    expect(told('028')).toEqual([['product', '34', 'changed']]);
    expect(told('037')).toEqual([['customer', '28', 'deleted']]);
    // A trashed order, told of as a product: only a look at the shop says what it is.
    expect(told('095')).toEqual([['product', '585', 'deleted']]);
    expect(told('096')).toEqual([['order', '585', 'deleted']]);
  });

  it('[E9][I4] of records that were gone before they were told of say just that', () => {
    for (const name of ['041', '042']) {
      expect(read(named(name))).toEqual({ kind: 'events', events: [], vanished: 1, unreadable: 0 });
    }
  });

  it('[E9][I4] are told apart without their delivery id, which three of them share', () => {
    const three = ['019', '020', '021'].map(named);
    expect(new Set(three.map(({ headers }) => headers['x-wc-webhook-delivery-id'])).size).toBe(1);
    const keys = three.map((capture) => {
      const reading = read(capture);
      return reading.kind === 'events' ? reading.events[0]?.key : undefined;
    });
    expect(new Set(keys).size).toBe(3);
    // A deletion says nothing but the id: a record deleted, restored and deleted looks like one told twice.
    const deleted = read(named('022'));
    expect(deleted).toMatchObject({ events: [{ key: null }] });
  });

  it('[E9][I4] that say what cannot be understood are counted and harm nothing', () => {
    const { headers, secret } = named('013');
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('null', '[]', '{"id":-1}', '{"id":{}}')),
        (body) => {
          const signature = createHmac('sha256', secret).update(Buffer.from(body)).digest('base64');
          const reading = readWooCommerce(
            { headers: { ...headers, 'x-wc-webhook-signature': signature }, body: Buffer.from(body) },
            [secret],
          );
          expect(reading.kind).toBe('events');
        },
      ),
      { numRuns: cases(1000) },
    );
  });
});

interface IntuitSample {
  readonly _request: {
    readonly headers?: Record<string, string>;
    readonly verifierToken?: string;
    readonly rawBody?: string;
  };
  readonly body: unknown;
}
const intuit = load('quickbooks/webhooks.json') as Record<string, IntuitSample>;
const token = 'a-verifier-token';
const post = (body: unknown, secret = token): WebhookDelivery => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const signature = createHmac('sha256', secret).update(bytes).digest('base64');
  return { body: bytes, headers: { 'intuit-signature': signature } };
};
const eventsOf = (delivery: WebhookDelivery) => {
  const reading = readQuickBooks(delivery, [token]);
  if (reading.kind !== 'events') throw new Error(reading.kind);
  return reading;
};

describe('notifications of Intuit', () => {
  it('[E9][I3] verify by the vector of its own tests, and not with a byte changed', () => {
    const { _request: request } = intuit.legacy ?? {};
    const [secret = ''] = (request?.verifierToken ?? '').split(' ');
    const headers = request?.headers ?? {};
    const raw = request?.rawBody ?? '';
    expect(readQuickBooks({ headers, body: Buffer.from(raw) }, [secret])).toMatchObject({
      kind: 'events',
      unreadable: 0,
      events: [
        { account: '1269959970', entity: 'vendor', id: '40', kind: 'changed', at: '2016-10-05T03:09:04.000Z' },
        { account: '1269959970', entity: 'customer', id: '43', kind: 'changed', at: '2016-10-05T03:07:04.000Z' },
      ],
    });
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (place, bits) => {
        expect(readQuickBooks({ headers, body: flip(raw, place, bits) }, [secret]).kind).toBe('refused');
      }),
    );
    expect(readQuickBooks({ headers: {}, body: Buffer.from(raw) }, [secret]).kind).toBe('refused');
    expect(readQuickBooks({ headers, body: Buffer.from(raw) }, ['another', '']).kind).toBe('refused');
    expect(readQuickBooks({ headers, body: Buffer.from(raw) }, ['another', secret]).kind).toBe('events');
  });

  it('[E9][I3] are read as CloudEvents, of several companies in one post, merges with what vanished', () => {
    expect(eventsOf(post(intuit.cloudevents_mixed_doc?.body))).toMatchObject({
      unreadable: 0,
      events: [
        { account: '310687', entity: 'account', id: '1234', kind: 'changed', at: '2025-09-10T21:31:25.179Z' },
        { account: '310687', entity: 'customer', id: '26', kind: 'changed' },
        { account: '310687', entity: 'customer', id: '27', kind: 'deleted' },
        { account: '310688', entity: 'sales_receipt', id: '1234', kind: 'changed' },
      ],
    });
    expect(eventsOf(post(intuit.cloudevents_class_created?._request.rawBody ?? ''))).toMatchObject({
      events: [{ account: '310687', entity: 'class', id: '1234' }],
      unreadable: 0,
    });
  });

  it('[E9][I3] keep what can be understood beside what cannot', () => {
    const [first] = (intuit.cloudevents_mixed_doc?.body ?? []) as unknown[];
    expect(eventsOf(post([first, null, { type: 'qbo.x' }, 7]))).toMatchObject({
      events: [{ id: '1234' }],
      unreadable: 3,
    });
    for (const body of [
      '',
      'null',
      '{}',
      '[]',
      '{"eventNotifications":[{"realmId":"1"}]}',
      '{"eventNotifications":7}',
    ]) {
      expect(eventsOf(post(body)).events).toEqual([]);
    }
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        expect(readQuickBooks(post(body), [token]).kind).toBe('events');
      }),
      { numRuns: cases(1000) },
    );
  });
});
