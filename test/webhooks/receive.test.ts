import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '#shared/core/json.ts';
import { workspaceOf } from '#shared/core/workspace.ts';
import { maxBodyBytes } from '#shared/http/read-request.ts';
import { noWebhookCounts } from '#shared/model/webhooks.ts';
import { readWebhookReport } from '#shared/webhooks/report.ts';
import { cases } from '#test/support/seed.ts';
import { everyItem } from '#test/support/table.ts';
import { developmentToken, type Receiver, startReceiver, verifierToken } from '#test/support/webhooks.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let receiver: Receiver;
let ada: Tenant;
let bob: Tenant;
beforeAll(async () => {
  world = await startWorld({
    shops: { ada: shopOf('tax_exclusive', 6, 3), bob: shopOf('tax_exclusive', 6, 4) },
    withoutSupabase: true,
  });
  receiver = await startReceiver(world);
  ada = await world.tenant('ada');
  bob = await world.tenant('bob');
  await receiver.keep(ada);
  await receiver.keep(bob);
});
afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

const hookOf = (tenant: Tenant) => {
  const [hook] = tenant.shop.shop.webhooks?.values() ?? [];
  if (!hook) throw new Error('no hook');
  return { path: new URL(hook.deliveryUrl).pathname, secret: hook.secret };
};
const signatureOf = (body: string | Buffer, secret: string) =>
  createHmac('sha256', secret).update(body).digest('base64');
const shopHeaders = (body: string | Buffer, secret: string, id = '1') => ({
  'content-type': 'application/json',
  'x-wc-webhook-topic': 'order.updated',
  'x-wc-webhook-resource': 'order',
  'x-wc-webhook-event': 'updated',
  'x-wc-webhook-id': id,
  'x-wc-webhook-signature': signatureOf(body, secret),
});
const toShop = (tenant: Tenant, body: string, secret = hookOf(tenant).secret) =>
  receiver.api.call('POST', hookOf(tenant).path, { text: body, headers: shopHeaders(body, secret) });
const toBooks = (body: unknown, secret = verifierToken) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'intuit-signature': signatureOf(text, secret) };
  return receiver.api.call('POST', '/api/webhooks/quickbooks', { text, headers });
};
const cloudEvent = (realm: string, entity: string, id: string, eventId: string) => ({
  specversion: '1.0',
  id: eventId,
  source: 'intuit.x',
  type: `qbo.${entity}.updated.v1`,
  time: '2026-11-01T12:00:00.123456789Z',
  intuitentityid: id,
  intuitaccountid: realm,
});
async function rows(): Promise<string[]> {
  const items = await everyItem(world.table.table);
  return items.map((item) => `${String(item.pk)} ${String(item.sk)} ${contentHash(item)}`).toSorted();
}

describe('what is not from the platform', () => {
  it('[E9] leaves no row and no log of what it said, and is counted', async () => {
    const before = await rows();
    const refused = receiver.measured.WebhooksRefused ?? 0;
    const { path, secret } = hookOf(ada);
    const body = '{"id":4711,"note":"PLANTED"}';
    const tries: [string, string, Record<string, string>][] = [
      [path, body, shopHeaders(body, 'another')],
      [path, `${body} `, shopHeaders(body, secret)],
      [path, body, { 'content-type': 'application/json' }],
      [path, body, shopHeaders(body, hookOf(bob).secret)],
      [`/api/webhooks/woocommerce/${'x'.repeat(32)}`, body, shopHeaders(body, secret)],
      [path.replace('woocommerce', 'quickbooks'), body, { 'intuit-signature': signatureOf(body, verifierToken) }],
      ['/api/webhooks/woocommerce', body, shopHeaders(body, secret)],
      ['/api/webhooks/supabase', body, shopHeaders(body, secret)],
      ['/api/webhooks/__proto__', body, shopHeaders(body, secret)],
      ['/api/webhooks/quickbooks', body, { 'intuit-signature': signatureOf(body, 'another') }],
    ];
    const answers = new Set<string>();
    for (const [target, text, headers] of tries) {
      const reply = await receiver.api.call('POST', target, { text, headers });
      expect(reply.status, target).toBe(401);
      expect(reply.json.code).toBe('webhook.refused');
      answers.add(JSON.stringify({ ...reply.json, request_id: '' }));
    }
    // An address nobody has looks like a wrong signature.
    expect(answers.size).toBe(1);
    expect(receiver.measured.WebhooksRefused).toBe(refused + tries.length);
    expect(await rows()).toEqual(before);
    expect(receiver.log.lines.filter((line) => /PLANTED|4711/.test(line))).toEqual([]);
  });

  it('[E9][I4][I3] crashes nothing in 10,000 hostile posts, and writes nothing', async () => {
    const before = await rows();
    const { path } = hookOf(ada);
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.json({ maxDepth: 3 }),
      fc.constantFrom('webhook_id=', 'webhook_id=1;', '{"__proto__":{}}', '['.repeat(5000), '\u0000', 'null'),
    );
    const value = fc
      .string({ unit: fc.constantFrom('a', 'Z', '=', '/', '+', ' ', '0', ';'), maxLength: 60 })
      .map((text) => text.trim());
    const headers = fc.dictionary(
      fc.constantFrom(
        'x-wc-webhook-signature',
        'x-wc-webhook-resource',
        'x-wc-webhook-topic',
        'x-wc-webhook-id',
        'intuit-signature',
        'content-type',
        'x-wc-webhook-source',
      ),
      value,
      { maxKeys: 5 },
    );
    const target = fc.constantFrom(
      path,
      '/api/webhooks/quickbooks',
      '/api/webhooks/woocommerce/x',
      '/api/webhooks/%00',
    );
    const seen = new Map<number, number>();
    const sends = fc.sample(fc.tuple(target, body, headers), { numRuns: cases(10_000) });
    for (let at = 0; at < sends.length; at += 50) {
      const replies = await Promise.all(
        sends.slice(at, at + 50).map(([to, text, own]) => receiver.api.call('POST', to, { text, headers: own })),
      );
      for (const { status } of replies) seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    expect([...seen.keys()].filter((status) => ![200, 400, 401, 413].includes(status))).toEqual([]);
    expect(seen.get(401)).toBeGreaterThan(9000);
    expect(await rows()).toEqual(before);
  });

  it('[E9] is refused as too large before anything is computed over it', async () => {
    const body = `{"id":1,"x":"${'y'.repeat(maxBodyBytes)}"}`;
    expect((await toShop(ada, body)).status).toBe(413);
  });
});

describe('what is from the platform', () => {
  it('[E9] is verified byte by byte, also where the bytes are no text', async () => {
    const { path, secret } = hookOf(ada);
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x80, 0x7d]);
    const response = await fetch(`${receiver.api.url}${path}`, {
      method: 'POST',
      headers: { ...shopHeaders(bytes, secret), 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    // Signed, so it is the shop's; that nobody can read it must not make the shop switch the hook off.
    expect(response.status).toBe(200);
    expect(receiver.measured.WebhooksUnreadable).toBeGreaterThan(0);
  });

  it('[E9] of one tenant never reaches another one', async () => {
    const before = await receiver.waiting(bob);
    expect((await toShop(ada, '{"id":1001,"date_modified_gmt":"2026-11-01T10:00:00"}')).status).toBe(200);
    expect(await receiver.waiting(ada)).toContain('woocommerce.order-quickbooks 1001');
    expect(await receiver.waiting(bob)).toEqual(before);
    expect(receiver.rung.at(-1)).toBe(ada.id);
  });

  it('[E9] is taken once, however often it is told', async () => {
    const counts = async () => {
      const reports = await readWebhookReport(receiver.keepDeps, ada.id);
      return reports.find(({ platform }) => platform === 'woocommerce')?.last_24h ?? noWebhookCounts;
    };
    const before = await counts();
    const body = '{"id":1002,"date_modified_gmt":"2026-11-01T10:00:00"}';
    await toShop(ada, body);
    for (let count = 0; count < 3; count += 1) await toShop(ada, body);
    await toShop(ada, body.replace('10:00:00', '10:00:01'));
    const after = await counts();
    expect([
      Number(after.events) - Number(before.events),
      Number(after.duplicates) - Number(before.duplicates),
    ]).toEqual([2, 3]);
  });

  it('[E9][I3] of several companies in one post reaches the workspaces of each; of strangers it is counted', async () => {
    const { connections } = world.engine().connectionDeps;
    for (const tenant of [ada, bob]) {
      const found = await connections.find(tenant.id, 'quickbooks');
      // As signing in stores it; the world of these tests connects with an app that has no webhooks.
      if (found) await connections.save({ ...found, account: tenant.company.realmId, version: found.version + 1 });
    }
    const strangers = receiver.measured.WebhookStrangers ?? 0;
    const reply = await toBooks([
      cloudEvent(ada.company.realmId, 'customer', '7', 'e-1'),
      cloudEvent(bob.company.realmId, 'customer', '8', 'e-2'),
      cloudEvent('999', 'customer', '9', 'e-3'),
    ]);
    expect(reply.status).toBe(200);
    expect(receiver.measured.WebhookStrangers).toBe(strangers + 1);
    const told = async (tenant: Tenant, id: string) =>
      (await receiver.webhooks.told(tenant.id, [{ connection: 'quickbooks', entity: 'customer', id }]))[0] !==
      undefined;
    expect([await told(ada, '7'), await told(ada, '8'), await told(bob, '7'), await told(bob, '8')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    const legacy = {
      eventNotifications: [
        {
          realmId: ada.company.realmId,
          dataChangeEvent: {
            entities: [{ name: 'Customer', id: '10', operation: 'Update', lastUpdated: '2026-11-01T12:00:00.000Z' }],
          },
        },
      ],
    };
    expect((await toBooks(legacy)).status).toBe(200);
    expect(await told(ada, '10')).toBe(true);
  });

  it('[E9][I3] of one company that two tenants have connected reaches both, and nobody who disconnected it', async () => {
    const { connections } = world.engine().connectionDeps;
    const third = await world.tenant('ada');
    const found = await connections.find(third.id, 'quickbooks');
    if (!found) throw new Error('not connected');
    await connections.save({ ...found, account: ada.company.realmId, version: found.version + 1 });
    expect((await connections.listByAccount('quickbooks', ada.company.realmId)).toSorted()).toEqual(
      [ada.id, third.id].toSorted(),
    );
    await connections.save({
      ...found,
      account: ada.company.realmId,
      status: 'disconnected',
      version: found.version + 2,
    });
    expect(await connections.listByAccount('quickbooks', ada.company.realmId)).toEqual([ada.id]);
  });

  it('[E9][I3][C5] is believed of live companies by the production token only, of sandbox companies by the development token only', async () => {
    const { connections } = world.engine().connectionDeps;
    const live = await world.tenant('ada');
    const found = await connections.find(live.id, 'quickbooks');
    if (!found) throw new Error('not connected');
    const sandbox = { id: workspaceOf(live.id, true).tenantId };
    const [liveRealm, sandboxRealm] = ['live-realm', 'sandbox-realm'];
    await connections.save({ ...found, account: liveRealm, version: found.version + 1 });
    await connections.save({ ...found, tenant_id: sandbox.id, account: sandboxRealm, version: 1 });
    const told = async (workspace: { readonly id: string }, id: string) =>
      (await receiver.webhooks.told(workspace.id, [{ connection: 'quickbooks', entity: 'customer', id }]))[0] !==
      undefined;
    const both = (id: string) => [
      cloudEvent(liveRealm, 'customer', id, `live ${id}`),
      cloudEvent(sandboxRealm, 'customer', id, `sandbox ${id}`),
    ];
    for (const [token, id, expected] of [
      [verifierToken, '21', [true, false]],
      [developmentToken, '22', [false, true]],
    ] as const) {
      const before = await rows();
      const strangers = receiver.measured.WebhookStrangers ?? 0;
      expect((await toBooks(both(id), token)).status).toBe(200);
      expect([await told(live, id), await told(sandbox, id)], token).toEqual(expected);
      expect(receiver.measured.WebhookStrangers).toBe(strangers + 1);
      const silent = expected[0] ? sandbox.id : live.id;
      const added = (await rows()).filter((row) => !before.includes(row));
      expect(added.filter((row) => row.startsWith(`TENANT#${silent} `) || row.includes(`TENANT#${silent}#`))).toEqual(
        [],
      );
    }
    const refused = receiver.measured.WebhooksRefused ?? 0;
    expect((await toBooks(both('23'), 'another')).status).toBe(401);
    expect(receiver.measured.WebhooksRefused).toBe(refused + 1);
  });
});
