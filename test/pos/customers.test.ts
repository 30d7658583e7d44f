import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#shared/core/json.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import type { ConflictStrategy, DeletePolicy } from '#shared/model/flow-settings.ts';
import type { ShelfRecord } from '#shared/model/shelf.ts';
import { readPlan } from '#shared/sync/read-plan.ts';
import { startRun } from '#shared/sync/start-run.ts';
import { undoRequest } from '#shared/sync/undo-run.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { killSwitch } from '#test/support/kill-switch.ts';
import { connectTills, event, sale, sendEvents } from '#test/support/tills.ts';
import { shopOf, startWorld, type World } from '#test/support/world.ts';

let world: World;
let clock: TestClock;
beforeAll(async () => {
  clock = testClock();
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 1) }, withoutSupabase: true, clock });
  // A shop of nobody but those the tests bring.
  world.shops.us?.shop.customers.clear();
});
afterAll(() => world.stop());

type Customer = { readonly email?: string; readonly id?: string } & JsonObject;
type Mode = 'full' | 'incremental' | 'sweep';
interface Choices {
  readonly conflict?: ConflictStrategy;
  readonly policy?: DeletePolicy;
}

let businesses = 0;

/** Tills and a shop of one business. The shop is everybody's: each has addresses of its own. */
async function setting({ conflict, policy = 'local_only' }: Choices = {}) {
  const shop = world.shops.us;
  if (!shop) throw new Error('no shop');
  shop.shop.customers.clear();
  shop.store.touch('customers');
  businesses += 1;
  const domain = `business-${businesses}.example`;
  const tenant = await world.tenant('us', { template: 'us' });
  await connectTills(world, tenant);
  const { flows } = world.engine();
  const own = { ...(conflict ? { conflict } : {}), delete_policy: policy };
  await flows.save({
    ...(await flows.settings(tenant.id)),
    flows: { 'pos.customer-woocommerce': own, 'woocommerce.customer-pos': own },
    delete_delay_hours: 0,
  });
  const shelf = createShelfRepository(world.table.table);
  const one = async (source: string, target: string, mode: Mode) => {
    clock.advance(5 * 60_000);
    return world.sync(tenant, 'customers', { source, target, mode });
  };
  return {
    tenant,
    shop,
    domain,
    ada: { id: 'c-1', email: `Ada@${domain}`, first_name: 'Ada', last_name: 'Lovelace', phone: '1' } satisfies Customer,
    /** What a till says of a customer, now. */
    till: async (customer: Customer, more: JsonObject = {}) => {
      clock.advance(1000);
      const at = { occurred_at: new Date(clock.now()).toISOString() };
      const { outcomes } = await sendEvents(world, tenant, [event('customer.upserted', customer, { ...at, ...more })]);
      expect(outcomes.map(({ result }) => result)).toEqual(['applied']);
    },
    leaves: async (id: string) => {
      clock.advance(1000);
      const at = { occurred_at: new Date(clock.now()).toISOString() };
      await sendEvents(world, tenant, [event('customer.deleted', { id }, at)]);
    },
    toShop: (mode: Mode = 'incremental') => one('pos', 'woocommerce', mode),
    toTills: (mode: Mode = 'incremental') => one('woocommerce', 'pos', mode),
    inShop: () => [...shop.shop.customers.values()].map(({ id }) => shop.customers.get(id)),
    atTills: async (): Promise<ShelfRecord[]> => (await shelf.list(tenant.id, 'customer', { limit: 50 })).records,
    /** The change feed from the beginning, as a till sees it. */
    feed: async () => (await shelf.changes(tenant.id, { limit: 100, after: 0 })).records,
  };
}

type Setting = Awaited<ReturnType<typeof setting>>;

/** Rounds that have nothing to tell. */
async function expectRest(
  { shop, toShop, toTills, feed, inShop }: Setting,
  modes: readonly Mode[] = ['full'],
): Promise<void> {
  const [people, news] = [inShop(), await feed()];
  shop.resetCalls();
  for (const mode of modes) {
    for (const sync of [toShop, toTills]) {
      const { legs, failures } = await sync(mode);
      expect(failures).toEqual([]);
      expect(legs[0]?.counts).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0 });
    }
  }
  expect(shop.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(inShop()).toEqual(people);
  expect(await feed()).toEqual(news);
}
const everyMode: readonly Mode[] = ['incremental', 'full', 'sweep'];

describe('a customer', () => {
  it('[F7] who is made at a till is in the shop once, with what the checkout fills in, and does not come back', async () => {
    const own = await setting();
    const { ada, till, toShop, inShop, domain } = own;
    const billing = { address_1: '1 Main St', city: 'New York', state: 'NY', postcode: '10001', country: 'us' };
    await till({ ...ada, company: 'Engines & Co', billing, shipping: { city: 'Boston', country: 'Amerika' } });
    expect((await toShop()).failures).toEqual([]);
    const person = { first_name: 'Ada', last_name: 'Lovelace' };
    expect(inShop()).toMatchObject([
      {
        email: `ada@${domain}`,
        role: 'customer',
        ...person,
        billing: {
          ...person,
          email: `ada@${domain}`,
          company: 'Engines & Co',
          phone: '1',
          ...billing,
          country: 'US',
        },
        shipping: { city: 'Boston', country: '' },
      },
    ]);
    await expectRest(own, everyMode);
  });

  it('[F7] who registers in the shop is on the change feed of the tills, and does not come back', async () => {
    const own = await setting();
    const { shop, toTills, feed, domain } = own;
    const { id } = shop.customers.create({
      email: `Bob@${domain}`,
      first_name: 'Bob & Son',
      billing: { phone: '555', city: 'Berlin', country: 'DE', company: 'AT&T' },
    });
    expect((await toTills()).failures).toEqual([]);
    expect(await feed()).toMatchObject([
      {
        entity: 'customer',
        id: `woo:${id}`,
        version: 1,
        gone: false,
        body: {
          email: `bob@${domain}`,
          first_name: 'Bob & Son',
          company: 'AT&T',
          phone: '555',
          billing: { city: 'Berlin', country: 'DE', address_1: '' },
        },
      },
    ]);
    await expectRest(own, everyMode);
  });

  it('[F7] is edited on either side and arrives on the other, as one', async () => {
    const own = await setting();
    const { ada, till, toShop, toTills, shop, inShop, atTills } = own;
    await till({ ...ada, billing: { city: 'London', country: 'GB' } });
    await toShop();
    const id = Number(inShop()[0]?.id);
    clock.advance(1000);
    shop.customers.edit(id, { billing: { phone: '22', address_1: '12 St James' } });
    await toTills();
    expect(await atTills()).toMatchObject([
      { id: 'c-1', version: 2, body: { phone: '22', first_name: 'Ada', billing: { address_1: '12 St James' } } },
    ]);
    const { body } = (await atTills())[0] as ShelfRecord;
    const { order: _, ...told } = body;
    // A till says all it was told, with its own change.
    await till({ id: 'c-1', ...told, last_name: 'King', company: 'Court' } as Customer);
    await toShop();
    expect(inShop()).toMatchObject([
      { id, last_name: 'King', billing: { last_name: 'Lovelace', company: 'Court', phone: '22' } },
    ]);
    await expectRest(own);
  });

  it('[F7] of a till that says nothing of an address keeps the one the shop has, and loses what it empties', async () => {
    const own = await setting();
    const { ada, till, toShop, toTills, shop, inShop, domain } = own;
    const place = { address_1: '1 Main St', city: 'Berlin', country: 'DE' };
    const { id } = shop.customers.create({
      email: `ada@${domain}`,
      billing: { ...place, phone: '555' },
      shipping: place,
    });
    await toTills();
    await till({ ...ada, id: `woo:${id}`, phone: '', billing: { address_1: '' } });
    await toShop();
    expect(inShop()).toMatchObject([
      { first_name: 'Ada', billing: { address_1: '', city: 'Berlin', phone: '' }, shipping: place },
    ]);
    await expectRest(own);
  });

  it.each(['the shop', 'a till'])(
    '[F7] who was entered on both sides is one, whoever is asked first: %s',
    async (first) => {
      const own = await setting();
      const { ada, till, toShop, toTills, shop, inShop, atTills, domain } = own;
      await till(ada);
      const { id } = shop.customers.create({ email: `ADA@${domain}`, first_name: 'A.' });
      const order = first === 'the shop' ? [toTills, toShop] : [toShop, toTills];
      for (const sync of order) expect((await sync('full')).failures).toEqual([]);
      expect((await atTills()).map((record) => record.id)).toEqual(['c-1']);
      await expectRest(own);
      clock.advance(1000);
      shop.customers.edit(Number(id), { first_name: 'Augusta' });
      await toTills();
      expect((await atTills()).map(({ body }) => body.first_name)).toEqual(['Augusta']);
      await till({ ...ada, phone: '7' });
      await toShop();
      // Its own address in other letters is left as it is.
      expect(inShop()).toMatchObject([{ id, email: `ADA@${domain}`, first_name: 'Ada', billing: { phone: '7' } }]);
      await expectRest(own);
    },
  );

  it('[F7] without an e-mail address stays at the tills, and the plan says why', async () => {
    const { till, inShop, tenant } = await setting();
    await till({ id: 'c-1', first_name: 'Nobody' });
    const { run, legs, failures } = await world.sync(tenant, 'customers', {
      source: 'pos',
      target: 'woocommerce',
      dryRun: true,
    });
    expect(failures).toEqual([]);
    expect(legs[0]?.counts).toMatchObject({ read: 1, skipped: 1 });
    expect((await readPlan(world.engine(), tenant.id, run.run_id, { limit: 10 })).changes).toMatchObject([
      { action: 'skip', reasons: ['It has no e-mail address, by which a shop knows its customers.'] },
    ]);
    expect((await world.sync(tenant, 'customers', { source: 'pos', target: 'woocommerce' })).failures).toEqual([]);
    expect(inShop()).toEqual([]);
  });

  it('[F7] whose address is emptied at the till later fails, and its other edits wait', async () => {
    const { ada, till, toShop, inShop } = await setting();
    await till(ada);
    await toShop();
    await till({ ...ada, email: null, phone: '2' } as unknown as Customer);
    const { failures } = await toShop();
    expect(failures).toMatchObject([
      { failure: { code: 'sync.excluded_after_write', reason: expect.stringMatching(/^It has no e-mail address/) } },
    ]);
    expect(inShop()).toMatchObject([{ billing: { phone: '1' } }]);
  });

  it('[F7] who is at the tills twice is in the shop once; the other one waits and follows when it can', async () => {
    const own = await setting();
    const { ada, till, toShop, toTills, inShop, atTills, domain, tenant } = own;
    await till(ada);
    await till({ ...ada, id: 'c-2', first_name: 'A.' });
    const { failures } = await toShop('full');
    // In one batch the shop itself refuses the second.
    expect(failures).toMatchObject([
      {
        source_id: 'c-2',
        failure: {
          code: 'woocommerce.email_taken',
          platform_code: 'registration-error-email-exists',
          field: 'email',
          retryable: true,
        },
      },
    ]);
    expect((await toShop('full')).failures).toMatchObject([
      { source_id: 'c-2', failure: { code: 'sync.joined_already', reason: expect.stringContaining('customer c-1') } },
    ]);
    expect(inShop()).toMatchObject([{ first_name: 'Ada' }]);
    await toTills('full');
    expect((await atTills()).map(({ version }) => version)).toEqual([1, 1]);
    await till({ ...ada, id: 'c-2', email: `second@${domain}` });
    expect((await toShop()).failures).toEqual([]);
    expect(inShop().map(({ email }) => email)).toEqual([`ada@${domain}`, `second@${domain}`]);
    expect(await world.engine().links.openBatches(tenant.id, 'woocommerce')).toEqual([]);
    await expectRest(own);
  });

  it('[F7] [E2] is made once when the answer of the shop is lost, or the worker dies at any call', async () => {
    const attempt = async (kill: ReturnType<typeof killSwitch>, lost = false) => {
      const own = await setting();
      const { ada, till, shop, tenant, inShop } = own;
      await till(ada);
      await till({ ...ada, id: 'c-2', email: `bob@${own.domain}`, first_name: 'Bob' });
      if (lost) shop.addFault({ kind: 'drop_after', method: 'POST', path: 'customers/batch' });
      const run = await world.start(tenant, 'customers', { source: 'pos', target: 'woocommerce' });
      await world.drain((message) => world.work(world.engine(kill.killed ? undefined : kill, clock))(message));
      const { run: ended, legs, failures } = await world.resultOf(run);
      expect([ended.status, legs[0]?.counts.created, failures]).toEqual(['completed', 2, []]);
      expect(inShop().map(({ first_name }) => first_name)).toEqual(['Ada', 'Bob']);
      expect((await own.atTills()).map(({ version }) => version)).toEqual([1, 1]);
      return own;
    };
    await expectRest(await attempt(killSwitch(), true));
    const counting = killSwitch();
    await attempt(counting);
    const post = counting.calls.findIndex((name) => name.startsWith('POST'));
    // From the claim to the closed batch; what is before and after is the same for every flow.
    expect(counting.calls.slice(post - 1, post + 4)).toEqual([
      'TransactWriteItemsCommand',
      'POST /wp-json/wc/v3/customers/batch',
      'BatchGetItemCommand',
      'PutObjectCommand',
      'BatchWriteItemCommand',
    ]);
    for (const call of [post - 1, post, post + 2, post + 3, post + 4]) {
      const kill = killSwitch({ call, when: 'after' });
      const own = await attempt(kill);
      expect(kill.killed).toBe(true);
      if (call === post) await expectRest(own);
    }
  });

  it('[F7] whose new address belongs to somebody else fails with what to do, and others arrive', async () => {
    const { ada, till, toShop, inShop, domain, shop } = await setting();
    await till(ada);
    await till({ ...ada, id: 'c-2', email: `bob@${domain}`, first_name: 'Bob' });
    await toShop();
    shop.customers.create({ email: `taken@${domain}` });
    await till({ ...ada, email: `Taken@${domain}` });
    await till({ ...ada, id: 'c-2', email: `robert@${domain}`, first_name: 'Bob' });
    const { failures } = await toShop();
    expect(failures).toMatchObject([
      {
        source_id: 'c-1',
        failure: {
          category: 'conflict',
          code: 'woocommerce.email_taken',
          platform_code: 'woocommerce_rest_customer_invalid_email',
          field: 'email',
        },
      },
    ]);
    expect(inShop().map(({ email }) => email)).toEqual([`ada@${domain}`, `robert@${domain}`, `taken@${domain}`]);
  });

  it('[F7] with whatever a till sends as a name arrives without markup, and rests', async () => {
    const own = await setting();
    const { ada, till, toShop, inShop } = own;
    const hostile = {
      first_name: ' <script>alert(1)</script>  Tom\n\t& <b>Jerry</b>\u0000 ',
      last_name: "AC\\DC'; DROP TABLE wp_users;-- \ud800 🎉 100%41",
      company: '=HYPERLINK("http://x")',
      billing: { address_1: '<img src=x onerror=alert(1)>1 Main St', city: '\u202eNew York', country: 'xx y' },
    };
    await till({ ...ada, ...hostile });
    expect((await toShop()).failures).toEqual([]);
    expect(inShop()).toMatchObject([
      {
        first_name: 'alert(1) Tom &amp; Jerry',
        billing: { address_1: '1 Main St', company: '=HYPERLINK("http://x")', country: '' },
      },
    ]);
    await expectRest(own);
  });

  it('[F7] is one in the books too, when a till sells to it', async () => {
    const { ada, till, toShop, tenant, domain } = await setting();
    await till(ada);
    await toShop();
    await world.sync(tenant, 'customers', { source: 'woocommerce', target: 'quickbooks' });
    await sendEvents(world, tenant, [
      sale({ id: 's-1', lines: [{ name: 'Mug' }], more: { customer: { id: 'c-1', email: `ada@${domain}` } } }),
    ]);
    expect((await world.sync(tenant, 'sales', { target: 'quickbooks' })).failures).toEqual([]);
    expect(tenant.company.list('Customer').map(({ DisplayName }) => DisplayName)).toEqual(['Ada Lovelace']);
  });
});

describe('a customer who was edited on both sides', () => {
  /** A phone number at the till, an address in the shop, then the last name on both, the shop a second later. */
  async function edited(conflict: ConflictStrategy) {
    const own = await setting({ conflict });
    const { ada, till, toShop, shop, inShop } = own;
    await till({ ...ada, billing: { city: 'London' } });
    await toShop();
    const [customer] = inShop();
    await till({ ...ada, billing: { city: 'London' }, phone: '2', last_name: 'of the till' });
    clock.advance(1000);
    shop.customers.edit(Number(customer?.id), { last_name: 'of the shop', billing: { city: 'Paris' } });
    return own;
  }
  const seen = async ({ inShop, atTills }: Setting) => {
    const [customer] = inShop() as { last_name: string; billing: { phone: string; city: string } }[];
    const [record] = await atTills();
    const body = record?.body as { last_name: string; phone: string; billing: { city: string } };
    return {
      shop: [customer?.last_name, customer?.billing.phone, customer?.billing.city],
      tills: [body.last_name, body.phone, body.billing.city],
    };
  };
  const conflictsOf = async ({ tenant }: Setting) =>
    (await world.engine().conflicts.list(tenant.id, { limit: 10 })).conflicts.map(({ route_id, state, fields }) => ({
      route_id,
      state,
      fields: fields.map(({ path, winner }) => [path, winner]),
    }));

  it.each([
    ['source_wins', ['of the till', '2', 'London']],
    ['newest_wins', ['of the shop', '1', 'Paris']],
    ['merge', ['of the shop', '2', 'Paris']],
  ] as const)('[F7] [F-CONFLICT] is the same on both in the end by %s', async (strategy, expected) => {
    const own = await edited(strategy);
    await own.toShop();
    await own.toTills();
    await own.toShop();
    expect(await seen(own)).toEqual({ shop: expected, tills: expected });
    if (strategy !== 'source_wins') {
      expect(await conflictsOf(own)).toEqual([
        // Read the other way round the shop is the source, and newer.
        ...(strategy === 'newest_wins' ? [expect.objectContaining({ route_id: 'woocommerce.customer-pos' })] : []),
        {
          route_id: 'pos.customer-woocommerce',
          state: 'settled',
          fields: [
            ['last_name', 'target'],
            ['phone', strategy === 'merge' ? 'source' : 'target'],
            ['billing', 'target'],
          ],
        },
      ]);
    }
    await expectRest(own);
  });

  it.each([
    ['newest_wins', ['of the shop', '1', 'Paris']],
    ['merge', ['of the shop', '2', 'Paris']],
  ] as const)('[F7] [F-CONFLICT] comes to the same end the other way round by %s', async (strategy, expected) => {
    const own = await edited(strategy);
    await own.toTills();
    await own.toShop();
    await own.toTills();
    expect(await seen(own)).toEqual({ shop: expected, tills: expected });
    expect((await conflictsOf(own))[0]?.fields.map(([path]) => path)).toEqual(['last_name', 'phone', 'billing']);
    await expectRest(own);
  });

  it('[F7] [F-CONFLICT] waits for a person by manual, with both versions', async () => {
    const own = await edited('manual');
    const run = await own.toShop();
    expect(run.legs[0]?.counts).toMatchObject({ updated: 0, failed: 0 });
    const { conflicts } = await world.engine().conflicts.list(own.tenant.id, { limit: 10 });
    expect(conflicts).toMatchObject([
      {
        state: 'open',
        fields: [
          { path: 'last_name', base: 'Lovelace', source: 'of the till', target: 'of the shop', contested: true },
          { path: 'phone', base: '1', source: '2', target: '1', contested: false },
          { path: 'billing', contested: false },
        ],
      },
    ]);
    expect((await seen(own)).shop).toEqual(['of the shop', '1', 'Paris']);
  });
});

describe('a customer who leaves', () => {
  const pair = async (policy: DeletePolicy, conflict?: ConflictStrategy) => {
    const own = await setting({ policy, ...(conflict ? { conflict } : {}) });
    await own.till(own.ada);
    await own.toShop();
    return { ...own, id: Number(own.inShop()[0]?.id) };
  };

  it('[F7] [F-DELETE] the tills stays in the shop, or goes from it, as the policy says', async () => {
    const local = await pair('local_only');
    await local.leaves('c-1');
    expect((await local.toShop()).failures).toEqual([]);
    expect(local.inShop()).toHaveLength(1);
    const away = await pair('delete_remote');
    await away.leaves('c-1');
    await away.toShop();
    expect((await away.toShop('sweep')).failures).toEqual([]);
    expect(away.inShop()).toEqual([]);
    await away.toTills('sweep');
    await expectRest(away);
  });

  it('[F7] [F-DELETE] the tills cannot be put aside by the shop, which says so', async () => {
    const { leaves, toShop, inShop } = await pair('archive_remote');
    await leaves('c-1');
    const { failures } = await toShop();
    expect(failures).toMatchObject([
      {
        source_id: 'c-1',
        failure: { code: 'woocommerce.cannot_archive', fix: expect.stringContaining('Delete it') },
      },
    ]);
    expect(inShop()).toHaveLength(1);
  });

  it.each(['archive_remote', 'delete_remote'] as const)(
    '[F7] [F-DELETE] the shop is gone from the tills by %s, and neither side brings it back',
    async (policy) => {
      const own = await pair(policy);
      own.shop.customers.remove(own.id, true);
      await own.toTills('sweep');
      await own.toTills('sweep');
      expect(await own.atTills()).toMatchObject([{ id: 'c-1', gone: true }]);
      await own.toShop('full');
      await own.toShop('sweep');
      expect(own.inShop()).toEqual([]);
      await expectRest(own);
    },
  );

  it('[F7] the shop and registers again is the same at the tills', async () => {
    const own = await pair('local_only');
    own.shop.customers.remove(own.id, true);
    await own.toTills('sweep');
    own.shop.customers.create({ email: own.ada.email, first_name: 'Again' });
    expect((await own.toTills()).failures).toEqual([]);
    expect((await own.atTills()).map(({ id }) => id)).toEqual(['c-1']);
    await own.till({ ...own.ada, phone: '9' });
    expect((await own.toShop()).failures).toEqual([]);
    expect(own.inShop()).toMatchObject([{ first_name: 'Ada', billing: { phone: '9' } }]);
    await expectRest(own);
  });

  it('[F7] the shop and is edited at a till before anybody noticed is made anew', async () => {
    const own = await pair('local_only');
    own.shop.customers.remove(own.id, true);
    await own.till({ ...own.ada, phone: '9' });
    expect((await own.toShop()).failures).toEqual([]);
    expect(own.inShop()).toMatchObject([{ email: own.ada.email.toLowerCase(), billing: { phone: '9' } }]);
    await expectRest(own);
  });

  it('[F7] the shop where nobody looks first is made anew by the next try', async () => {
    const own = await pair('local_only', 'source_wins');
    own.shop.customers.remove(own.id, true);
    await own.till({ ...own.ada, phone: '9' });
    expect((await own.toShop()).failures).toMatchObject([
      { failure: { code: 'woocommerce.not_found', retryable: true } },
    ]);
    expect((await own.toShop('full')).failures).toEqual([]);
    expect(own.inShop()).toMatchObject([{ email: own.ada.email.toLowerCase(), billing: { phone: '9' } }]);
  });
});

it('[F7] an undone sync takes the customers it made out of the shop, and leaves them at the tills', async () => {
  const own = await setting({ policy: 'archive_remote' });
  const { ada, till, toShop, toTills, inShop, atTills, tenant, domain, shop } = own;
  shop.customers.create({ email: `bob@${domain}`, first_name: 'Bob', billing: { phone: '5' } });
  await toTills();
  await till(ada);
  const [bob] = (await atTills()).filter(({ id }) => id !== ada.id);
  await till({ id: String(bob?.id), email: `bob@${domain}`, first_name: 'Robert' });
  const { run } = await toShop();
  expect(inShop()).toMatchObject([{ first_name: 'Robert', billing: { phone: '' } }, { first_name: 'Ada' }]);
  const request = await undoRequest(world.engine(), {
    tenantId: tenant.id,
    requestedBy: 'owner',
    runId: run.run_id,
    dryRun: false,
    ids: undefined,
  });
  if (!('tenantId' in request)) throw new Error(request.kind);
  const outcome = await startRun(world.engine(), request);
  if (outcome.kind !== 'started') throw new Error(outcome.kind);
  await world.drain(world.work(world.engine()));
  expect((await world.resultOf(outcome.run)).failures).toEqual([]);
  expect(inShop()).toMatchObject([{ first_name: 'Bob', billing: { phone: '5' } }]);
  // What was undone in the shop is no news of the shop.
  for (const mode of ['full', 'sweep'] as const) expect((await toTills(mode)).failures).toEqual([]);
  expect((await atTills()).map(({ id, gone, body }) => [id, gone, body.first_name])).toEqual([
    ['c-1', false, 'Ada'],
    [bob?.id, false, 'Robert'],
  ]);
});

describe('an account of the shop’s staff', () => {
  it('[F7] keeps its address and stays, whatever a till says of it', async () => {
    const own = await setting({ policy: 'delete_remote' });
    const { shop, till, ada, toShop, inShop, leaves, domain } = own;
    const { id } = shop.customers.create({ email: `boss@${domain}`, first_name: 'Boss' });
    Object.assign(shop.shop.customers.get(Number(id)) ?? {}, { role: 'administrator' });
    await till({ ...ada, email: `boss@${domain}` });
    await toShop();
    await till({ ...ada, email: `boss@${domain}`, phone: '5' });
    expect((await toShop()).failures).toEqual([]);
    await till({ ...ada, email: `thief@${domain}` });
    expect((await toShop()).failures).toMatchObject([{ failure: { code: 'woocommerce.protected_account' } }]);
    await leaves('c-1');
    await toShop();
    expect((await toShop('sweep')).failures).toMatchObject([{ failure: { code: 'woocommerce.protected_account' } }]);
    expect(inShop()).toMatchObject([{ id, email: `boss@${domain}`, role: 'administrator', billing: { phone: '5' } }]);
  });
});
