import { describe, expect, it } from 'vitest';
import type { Candidate, TargetConnector, TargetWriter, WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import { woocommerce } from '#shared/connectors/woocommerce/index.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { full, idsOf, readAllPages, shopSecret, startShop } from './shop.ts';
import { contextOf, opened } from './support.ts';

/** A shop of so many customers, besides its administrator, as its target. */
async function openTarget(customers = 0) {
  const shop = await startShop({ orders: 1 });
  const { simulator, clock } = shop;
  const known = simulator.shop.customers;
  for (const { id, role } of [...known.values()]) if (role !== 'administrator') known.delete(id);
  for (let count = 1; count <= customers; count += 1) simulator.customers.create({ email: addressOf(count) });
  const profile = { store_url: simulator.url, currency: 'USD' };
  const context = contextOf({ url: simulator.url, secret: shopSecret, profile, clock });
  simulator.resetCalls();
  const target: TargetConnector = opened(woocommerce.openTarget, context);
  const writer: TargetWriter = opened(woocommerce.openWriter, context);
  return {
    ...shop,
    target,
    people: () => [...known.values()].filter(({ role }) => role !== 'administrator'),
    boss: [...known.values()].find(({ role }) => role === 'administrator'),
    find: async (...emails: string[]) =>
      unwrap(
        await target.find(
          'customer',
          emails.map((email, index): Candidate => ({ key: String(index), payload: { email } })),
        ),
      ),
    write: async (...items: WriteItem[]) => unwrap(await writer.write('customer', 'batch', items)),
    tryWrite: (...items: WriteItem[]) => writer.write('customer', 'batch', items),
    prepare: (payload: JsonObject) => target.prepare('customer', { key: '1', payload }),
    calls: () => simulator.calls.map(({ method, target: path }) => `${method} ${path.split('/wc/v3/')[1]}`),
  };
}

const addressOf = (count: number): string => `person-${count}@customers.example`;
const create = (payload: JsonObject): WriteItem => ({
  key: String(payload.email),
  item_id: '1',
  action: 'create',
  payload,
  target: null,
});
const change = (id: number | string, payload: JsonObject, more: Partial<WriteItem> = {}): WriteItem => ({
  ...create(payload),
  action: 'update',
  target: { id: String(id), version: null },
  ...more,
});
const codeOf = (outcome: WriteOutcome | undefined) =>
  outcome?.kind === 'failed' ? outcome.failure.code : outcome?.kind;
const ada = { email: 'ada@customers.example', first_name: 'Ada', phone: '1', billing: { city: 'London' } };

describe('looking customers up', () => {
  it('[F7] asks for a few by their address, whatever its letters and their role', async () => {
    const { find, calls, boss } = await openTarget(150);
    const found = await find('PERSON-7@customers.example', 'nobody@customers.example', String(boss?.email));
    expect(found.map(({ kind }) => kind)).toEqual(['match', 'none', 'match']);
    expect(calls()).toHaveLength(3);
  });

  it('[F7] lists the shop where that takes fewer calls, and stops when all are found', async () => {
    const { find, calls, simulator } = await openTarget(350);
    const many = Array.from({ length: 60 }, (_, index) => addressOf(index * 5 + 1));
    const found = await find(...many, 'nobody@customers.example');
    expect(found.filter(({ kind }) => kind === 'match')).toHaveLength(60);
    expect(found.at(-1)?.kind).toBe('none');
    expect(calls().length).toBe(4);
    simulator.resetCalls();
    await find(...many.slice(0, 10));
    expect(calls()).toHaveLength(1);
  });

  it('[F7] asks one by one in a large shop', async () => {
    const { find, calls } = await openTarget(900);
    const some = [...Array.from({ length: 5 }, (_, index) => addressOf(800 + index)), addressOf(1)];
    expect((await find(...some)).map(({ kind }) => kind)).toEqual(some.map(() => 'match'));
    // One page says how large it is.
    expect(calls()).toHaveLength(6);
  });

  it('[F7] says what a customer is by the names of payloads, and whether somebody touched it', async () => {
    const { write, target, simulator, people, source } = await openTarget();
    const [made] = await write(create(ada));
    if (made?.kind !== 'written') throw new Error('not written');
    const { id, fingerprint } = made.target;
    const look = async () =>
      unwrap(
        await target.inspect('customer', [
          { id, payload: ada, fingerprint },
          { id: '999999', payload: {} },
        ]),
      );
    expect(await look()).toMatchObject([
      { kind: 'present', untouched: true, content: { ...ada, last_name: '', company: '' } },
      { kind: 'absent' },
    ]);
    const [record] = (await readAllPages(source, 'customer', full)).filter((each) => each.id === id);
    expect(record).toMatchObject({ fingerprint, content: { phone: '1' } });
    // A first order and what plug-ins keep are no edit.
    simulator.customers.edit(Number(id), { meta_data: [{ key: 'last_seen', value: '1' }] });
    expect((await look())[0]).toMatchObject({ untouched: true });
    simulator.customers.edit(Number(id), { billing: { phone: '2' } });
    expect((await look())[0]).toMatchObject({ untouched: false, content: { phone: '2' } });
    expect(people()).toHaveLength(1);
  });
});

describe('a payload', () => {
  it('[F7] is prepared the same however often, without markup, foreign countries and what is not said', async () => {
    const { prepare } = await openTarget();
    const given = {
      email: ' ADA@Customers.example ',
      first_name: ' <b>Ada</b>\n K. ',
      last_name: null,
      billing: { address_1: '<img src=x>1 Main St', country: 'Germany', city: '' },
      shipping: { country: ' de' },
    };
    const once = unwrap(await prepare(given as unknown as JsonObject));
    expect(once).toEqual({
      email: 'ada@customers.example',
      first_name: 'Ada K.',
      billing: { address_1: '1 Main St', city: '' },
      shipping: { country: 'DE' },
    });
    expect(unwrap(await prepare(once))).toEqual(once);
    expect(unwrap(await prepare({ email: ada.email, billing: { country: 'Germany' } }))).toEqual({ email: ada.email });
  });

  it.each(['', 'ada', 'ada@localhost', 'ädä@customers.example', `${'a'.repeat(90)}@customers.example`, 'a b@c.de'])(
    '[F7] with %j for an address is refused before anything is sent',
    async (email) => {
      const { prepare, calls } = await openTarget();
      expect(await prepare({ email })).toMatchObject({
        ok: false,
        failure: { category: 'validation', code: 'woocommerce.invalid_email', field: 'email', retryable: false },
      });
      expect(calls()).toEqual([]);
    },
  );
});

describe('writing customers', () => {
  it('[F7] [E6] is one call for all of them, with an outcome each', async () => {
    const { write, calls, people, boss } = await openTarget(3);
    const [one, two, three] = people();
    const outcomes = await write(
      create(ada),
      create({ email: 'PERSON-1@customers.example' }),
      change(two?.id ?? 0, { email: addressOf(3) }),
      change(one?.id ?? 0, { email: 'PERSON-1@customers.example', first_name: 'One' }),
      change(999_999, { email: ada.email }),
      change(three?.id ?? 0, {}, { action: 'delete' }),
      change(999_999, {}, { action: 'delete' }),
      change(boss?.id ?? 0, {}, { action: 'delete' }),
      change(boss?.id ?? 0, { email: 'thief@customers.example' }),
      change(boss?.id ?? 0, { email: String(boss?.email), phone: '7' }),
      change(one?.id ?? 0, {}, { action: 'archive' }),
    );
    expect(outcomes.map(codeOf)).toEqual([
      'written',
      'woocommerce.email_taken',
      'woocommerce.email_taken',
      'written',
      'woocommerce.not_found',
      'deleted',
      'deleted',
      'woocommerce.protected_account',
      'woocommerce.protected_account',
      'written',
      'woocommerce.cannot_archive',
    ]);
    expect(outcomes[4]).toMatchObject({ lost: [{ entity: 'customer', id: '999999' }] });
    expect(people().map(({ email, firstName }) => [email, firstName])).toEqual([
      [addressOf(1), 'One'],
      [addressOf(2), ''],
      [ada.email, 'Ada'],
    ]);
    expect(calls().filter((call) => call.startsWith('POST'))).toEqual(['POST customers/batch']);
  });

  it('[F7] again after a lost answer makes nobody twice and loses nobody', async () => {
    const { tryWrite, find, people, simulator } = await openTarget();
    simulator.addFault({ kind: 'drop_after', method: 'POST' });
    expect(await tryWrite(create(ada))).toMatchObject({ ok: false, failure: { category: 'network', ambiguous: true } });
    expect(await find(ada.email)).toMatchObject([{ kind: 'match', match: { id: String(people()[0]?.id) } }]);
    expect(codeOf(unwrap(await tryWrite(create(ada)))[0])).toBe('woocommerce.email_taken');
    expect(people()).toHaveLength(1);
  });

  it('[F7] puts an earlier state back, and empties what was not there then', async () => {
    const { write, people } = await openTarget();
    const [made] = await write(create({ ...ada, company: 'Engines' }));
    if (made?.kind !== 'written') throw new Error('not written');
    await write(
      change(
        made.target.id,
        { email: ada.email, phone: '0' },
        { action: 'restore', cleared: { company: 'Engines', billing: { city: 'London' } } },
      ),
    );
    expect(people()[0]?.billing).toMatchObject({ phone: '0', company: '', city: '', first_name: 'Ada' });
    const [gone] = await write(change(999_999, ada, { action: 'restore' }));
    expect(codeOf(gone)).toBe('woocommerce.not_found');
  });

  it('[F7] is not held up by a customer that a firewall stumbles over', async () => {
    const { write, people, simulator, calls } = await openTarget();
    simulator.addFault({
      kind: 'reply',
      method: 'POST',
      body_matches: 'DROP TABLE',
      times: 0,
      status: 403,
      headers: { 'content-type': 'text/html' },
      body: '<html>Blocked</html>',
    });
    const items = Array.from({ length: 8 }, (_, index) =>
      create({ email: addressOf(index), first_name: index === 5 ? 'DROP TABLE' : 'Ann' }),
    );
    const outcomes = await write(...items);
    expect(outcomes.map(codeOf)).toEqual(items.map((_, index) => (index === 5 ? 'woocommerce.blocked' : 'written')));
    expect(outcomes[5]).toMatchObject({ failure: { category: 'validation' } });
    expect(people()).toHaveLength(7);
    expect(calls().length).toBe(7);
  });

  it.each([
    ['no answer for each', '{"create":[]}'],
    ['none at all', '[]'],
    ['something else', '"maintenance"'],
  ])('[F7] believes nothing of %s, and comes back', async (_what, body) => {
    const { tryWrite, simulator } = await openTarget();
    simulator.addFault({ kind: 'reply', method: 'POST', status: 200, body });
    expect(await tryWrite(create(ada))).toMatchObject({ ok: false, failure: { category: 'network', retryable: true } });
  });

  it.each([
    ['registration-error-missing-password', 400, 'woocommerce.registration_settings', false],
    ['registration-error-invalid-email', 400, 'woocommerce.invalid_email', false],
    ['some_plugin_says_no', 400, 'woocommerce.refused', false],
    ['internal_server_error', 500, 'woocommerce.unavailable', true],
  ])('[E7] says of %s what it is, with the code of the shop', async (code, status, ours, retryable) => {
    const { write, simulator } = await openTarget();
    const error = { code, message: 'Übersetzt', data: { status } };
    simulator.addFault({ kind: 'reply', method: 'POST', status: 200, body: { create: [{ id: 0, error }] } });
    const [outcome] = await write(create(ada));
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { code: ours, platform_code: code, retryable, fix: expect.stringMatching(/.{10}/) },
    });
  });

  it('[F7] is a failure of the connection where the key may only read', async () => {
    const { tryWrite, simulator } = await openTarget();
    simulator.addFault({
      kind: 'reply',
      method: 'POST',
      status: 401,
      body: { code: 'woocommerce_rest_authentication_error', message: 'no write permissions', data: { status: 401 } },
    });
    expect(await tryWrite(create(ada))).toMatchObject({ ok: false, failure: { code: 'woocommerce.key_scope' } });
  });
});

it('[F7] customers of a shop are read with names as people write them', async () => {
  const { simulator, source } = await openTarget();
  const { id } = simulator.customers.create({ email: 'a@customers.example', first_name: 'Tom & Jerry' });
  expect(simulator.customers.get(Number(id)).first_name).toBe('Tom &amp; Jerry');
  const records = await readAllPages(source, 'customer', full);
  expect(records.find((record) => record.id === String(id))).toMatchObject({
    label: 'Tom & Jerry',
    data: { first_name: 'Tom & Jerry' },
  });
  expect(idsOf(records)).toContain(String(id));
});
