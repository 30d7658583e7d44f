import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import { decimal, money, sum } from '#shared/core/money.ts';
import { booksOf } from '#test/support/books.ts';
import { seeded } from '#test/support/chance.ts';
import { cases } from '#test/support/seed.ts';
import { connectTills, event, refund, sale, sendEvents, tellTills } from '#test/support/tills.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { us: shopOf('tax_exclusive', 2, 11) } });
});
afterAll(() => world.stop());

const newTenant = async (settings = {}, template: 'us' | 'eur' = 'us', multicurrency = false) => {
  const tenant = await world.tenant('us', { template, multicurrency }, settings);
  await connectTills(world, tenant, { time_zone: 'America/New_York', currency: template === 'us' ? 'USD' : 'EUR' });
  return tenant;
};

const mug = { sku: 'MUG-1', name: 'Mug', unit_price: '12.50', tax: '1.00', tax_percent: '8' };
const two = { ...mug, quantity: '2', tax: '2.00' };
const at = (time: string) => ({ occurred_at: `2026-11-${time}:00.000Z` });
const sync = async (tenant: Tenant) => {
  await world.sync(tenant, 'sales');
  return world.sync(tenant, 'refunds');
};
const failuresOf = async (tenant: Tenant) =>
  (await world.engine().failures.list(tenant.id, { limit: 100 })).failures
    .filter(({ route_id }) => route_id.endsWith('-quickbooks'))
    .map(({ source_id, failure }) => `${source_id} ${failure.code}`)
    .toSorted();
const reasonOf = async (tenant: Tenant, id: string) =>
  (await world.engine().failures.list(tenant.id, { limit: 100 })).failures.find(({ source_id }) => source_id === id)
    ?.failure.reason;
const accountOf = ({ company }: Tenant, name: string) =>
  String(company.list('Account').find(({ Name }) => Name === name)?.Id);
const rowsOf = async (tenant: Tenant, table: 'orders' | 'refunds') =>
  (
    (await world.supabase?.sql(
      `select to_jsonb(t) as row from ${table} t where tenant_id = $1 and source = 'pos' order by source_id`,
      [tenant.id],
    )) ?? []
  ).map(({ row }) => row as Record<string, unknown>);
const totals = ({ company }: Tenant) => {
  const { receipts, invoices, refunds, credits } = booksOf(company) as Record<string, { total: string }[]>;
  return Object.fromEntries(
    Object.entries({ receipts, invoices, refunds, credits }).map(([name, all = []]) => [
      name,
      all.map(({ total }) => money(total)),
    ]),
  );
};

describe('a refund of a till', () => {
  it('[F7] takes back a part of its sale to the cent: day, number, customer, tax, account of its tender; once', async () => {
    const tenant = await newTenant();
    const checking = accountOf(tenant, 'Checking');
    await choose(tenant, { deposit_accounts: { cash: checking } });
    const customer = { id: 'c1', email: 'ada@example.com', first_name: 'Ada', last_name: 'Byron' };
    const batch = [
      sale({ id: 's1', lines: [two, { name: 'Bread', unit_price: '3.33' }], more: { customer } }, at('18T15:00')),
      // Half past one at night in UTC is the evening before in New York.
      refund({ id: 'r1', of: 's1', lines: [mug], rounding: '0.02' }, at('20T01:30')),
      refund(
        { id: 'r2', of: 's1', lines: [{ name: 'Bread', unit_price: '3.33' }], tenders: [card('3.33')] },
        at('20T12:00'),
      ),
    ];
    await sendEvents(world, tenant, batch);
    const { run, failures } = await sync(tenant);
    expect([run.status, failures]).toEqual(['completed', []]);
    const { refunds, receipts, credits } = booksOf(tenant.company);
    expect(receipts).toMatchObject([{ number: 'POS-R-s1', total: '30.33', customer: 'Ada Byron' }]);
    expect(refunds).toMatchObject([
      { number: 'POS-R-r1', day: '2026-11-19', total: '13.52', customer: 'Ada Byron' },
      { number: 'POS-R-r2', day: '2026-11-20', total: '3.33', customer: 'Ada Byron' },
    ]);
    expect(credits).toEqual([]);
    const [first, second] = tenant.company.list('RefundReceipt');
    expect([first, second].map(taxOf)).toEqual(['1.00', '0.00']);
    expect([accountIn(first), accountIn(second)]).toEqual([checking, accountOf(tenant, 'Undeposited Funds')]);
    expect((await rowsOf(tenant, 'refunds')).map(brief)).toEqual([
      ['r1', 's1', 'R-s1', '13.52', '1.00', '2026-11-19', null],
      ['r2', 's1', 'R-s1', '3.33', '0.00', '2026-11-20', null],
    ]);
    expect(await rowsOf(tenant, 'orders')).toMatchObject([{ source_id: 's1', refund_total: 16.85 }]);
    tenant.company.resetMeters();
    await sendEvents(world, tenant, batch);
    for (const mode of ['full', 'incremental', 'sweep'] as const) await world.sync(tenant, 'refunds', { mode });
    expect(tenant.company.meters).toMatchObject({ writes: 0, batches: 0 });
  });

  it('[F7] becomes a credit memo where the owner chose that, and is taxed by the codes of the company', async () => {
    const tenant = await newTenant({ refund_document: 'credit_memo' }, 'eur');
    const line = { sku: 'BREAD', name: 'Bread', unit_price: '11.90', tax: '1.90', tax_percent: '19' };
    const euro = { currency: 'EUR' };
    await sendEvents(world, tenant, [
      sale({ id: 's', lines: [{ ...line, quantity: '3', tax: '5.70' }], includesTax: true, more: euro }),
      refund({ id: 'r', of: 's', lines: [line], includesTax: true, more: euro }),
    ]);
    expect((await sync(tenant)).failures).toEqual([]);
    const { credits, refunds } = booksOf(tenant.company);
    expect(credits).toMatchObject([{ number: 'POS-R-r', total: '11.90', balance: '11.90' }]);
    expect(refunds).toEqual([]);
    expect(tenant.company.list('CreditMemo').map(taxOf)).toEqual(['1.90']);
  });

  it('[F7] without its sale is posted by itself', async () => {
    const tenant = await newTenant();
    await tellTills(world, tenant, [refund({ id: 'lost', lines: [mug] })]);
    expect(await failuresOf(tenant)).toEqual([]);
    expect(booksOf(tenant.company).refunds).toMatchObject([{ total: '13.50', customer: 'Walk-in customer USD' }]);
  });

  it('[F8] [E8] that comes before its sale waits with a reason, and is posted when that comes, days late', async () => {
    const tenant = await newTenant();
    await tellTills(world, tenant, [refund({ id: 'r', of: 's', lines: [mug] }, at('20T10:00'))]);
    expect(await failuresOf(tenant)).toEqual(['r mapping.sale_unknown']);
    expect(totals(tenant)).toMatchObject({ receipts: [], refunds: [] });
    await tellTills(world, tenant, [sale({ id: 's', lines: [two] }, at('12T10:00'))]);
    expect(await failuresOf(tenant)).toEqual([]);
    expect(totals(tenant)).toMatchObject({ receipts: ['27.00'], refunds: ['13.50'] });
    expect(booksOf(tenant.company).receipts).toMatchObject([{ day: '2026-11-12' }]);
  });

  it('[F8] is found by the next incremental sync where nobody tells of the sale that came, or of another refund', async () => {
    const tenant = await newTenant();
    await sendEvents(world, tenant, [refund({ id: 'r', of: 's', lines: [two] })]);
    await world.sync(tenant, 'refunds', { mode: 'incremental' });
    await sendEvents(world, tenant, [sale({ id: 's', lines: [two] }), refund({ id: 'r2', of: 's', lines: [mug] })]);
    await world.sync(tenant, 'refunds', { mode: 'incremental' });
    expect(await failuresOf(tenant)).toEqual(['r2 mapping.refund_too_large']);
    // The first was for one piece only, as the till says later: now there is room for the second.
    await sendEvents(world, tenant, [refund({ id: 'r', of: 's', lines: [mug] }, at('20T12:01'))]);
    await world.sync(tenant, 'refunds', { mode: 'incremental' });
    expect(await failuresOf(tenant)).toEqual([]);
    expect(totals(tenant)).toMatchObject({ receipts: ['27.00'], refunds: ['13.50', '13.50'] });
  });

  it('[F7] [F8] larger than what is left of the sale fails with both amounts; what came first stays', async () => {
    const tenant = await newTenant();
    await tellTills(world, tenant, [
      sale({ id: 's', lines: [two] }, at('20T10:00')),
      refund({ id: 'first', of: 's', lines: [mug] }, at('20T12:00')),
      // It happened before, and is told after.
      refund({ id: 'second', of: 's', lines: [two] }, at('20T11:00')),
      refund({ id: 'third', of: 's', lines: [mug] }, at('20T13:00')),
    ]);
    expect(await failuresOf(tenant)).toEqual(['second mapping.refund_too_large']);
    expect(await reasonOf(tenant, 'second')).toBe(
      'It gives back 27.00 USD, and 13.50 is left of sale R-s after what was given back before.',
    );
    expect(totals(tenant)).toMatchObject({ receipts: ['27.00'], refunds: ['13.50', '13.50'] });
    await tellTills(world, tenant, [refund({ id: 'second', lines: [two] }, at('20T14:00'))]);
    expect(await failuresOf(tenant)).toEqual([]);
    expect(totals(tenant)).toMatchObject({ refunds: ['13.50', '27.00', '13.50'] });
  });

  it.each<[string, Parameters<typeof refund>[0], string]>([
    [
      'of more tax than the sale had',
      { id: 'r', of: 's', lines: [{ ...mug, unit_price: '10.00', tax: '3.00' }] },
      'refund_too_large',
    ],
    ['in a foreign currency', { id: 'r', of: 's', lines: [mug], more: { currency: 'EUR' } }, 'foreign_currency'],
    ['in another currency', { id: 'r', of: 's', lines: [mug], more: { currency: 'EUR' } }, 'other_currency'],
    [
      'that is paid back in part and credited in part',
      { id: 'r', of: 's', lines: [mug], due: '3.50' },
      'refund_in_two_ways',
    ],
  ])('[F7] %s is no document but a failure', async (_what, options, code) => {
    const tenant = await newTenant({}, 'us', code === 'other_currency');
    await tellTills(world, tenant, [sale({ id: 's', lines: [two] }), refund(options)]);
    expect(await failuresOf(tenant)).toEqual([`r mapping.${code}`]);
    expect(totals(tenant)).toMatchObject({ receipts: ['27.00'], refunds: [], credits: [] });
  });

  it('[F7] of zero, goods against goods, is no document', async () => {
    const tenant = await newTenant();
    const lines = [mug, { ...mug, unit_price: '-12.50', tax: '-1.00' }];
    await tellTills(world, tenant, [sale({ id: 's', lines: [two] }), refund({ id: 'r', of: 's', lines })]);
    expect(await failuresOf(tenant)).toEqual([]);
    expect(totals(tenant)).toMatchObject({ refunds: [] });
  });
});

describe('a refund that a later version takes from its sale', () => {
  type Tell = (tenant: Tenant, batch: readonly unknown[]) => Promise<unknown>;
  const told: Tell = (tenant, batch) => tellTills(world, tenant, batch);
  const found: Tell = async (tenant, batch) => {
    await sendEvents(world, tenant, batch);
    for (const entity of ['sales', 'refunds']) await world.sync(tenant, entity, { mode: 'incremental' });
  };
  const standing = async (tenant: Tenant) =>
    (await rowsOf(tenant, 'orders')).map((row) => [row.source_id, money(decimal(String(row.refund_total)))]);

  it.each<[string, string, Tell, string | undefined]>([
    ['that is told of', 'another sale', told, 'other'],
    ['that is told of', 'no sale', told, undefined],
    ['that the next incremental sync finds', 'another sale', found, 'other'],
    ['that the next incremental sync finds', 'no sale', found, undefined],
  ])(
    '[F7] [F8] %s, to %s, leaves that sale and its other refunds as if it had never been of it',
    async (_how, _where, tell, of) => {
      const tenant = await newTenant();
      await tell(tenant, [
        sale({ id: 'other', lines: [two] }, at('20T10:00')),
        sale({ id: 's', lines: [two] }, at('20T10:00')),
        refund({ id: 'first', of: 's', lines: [mug] }, at('20T11:00')),
        refund({ id: 'second', of: 's', lines: [two] }, at('20T12:00')),
      ]);
      expect(await failuresOf(tenant)).toEqual(['second mapping.refund_too_large']);
      expect(await standing(tenant)).toEqual([
        ['other', '0.00'],
        ['s', '40.50'],
      ]);
      // What is read next is not read because it was written at the last moment that was read before.
      await tell(tenant, [sale({ id: 'till-end', lines: [mug] }, at('20T12:30'))]);
      await tell(tenant, [refund({ id: 'first', ...(of ? { of } : {}), lines: [mug] }, at('20T13:00'))]);
      expect(await failuresOf(tenant)).toEqual([]);
      expect(await standing(tenant)).toEqual([
        ['other', of ? '13.50' : '0.00'],
        ['s', '27.00'],
        ['till-end', '0.00'],
      ]);
      expect(totals(tenant)).toMatchObject({ receipts: ['27.00', '27.00', '13.50'], refunds: ['13.50', '27.00'] });
      await tell(tenant, [refund({ id: 'first', of: 's', lines: [mug] }, at('20T14:00'))]);
      expect(await standing(tenant)).toEqual([
        ['other', '0.00'],
        ['s', '40.50'],
        ['till-end', '0.00'],
      ]);
    },
  );
});

describe('a refund that is not paid back', () => {
  it('[F7] is set off against what the sale is left to pay, and what is over stays a credit', async () => {
    const tenant = await newTenant();
    await tellTills(world, tenant, [
      sale({
        id: 's',
        lines: [two],
        due: '17.00',
        more: { customer: { email: 'ada@example.com', first_name: 'Ada' } },
      }),
      refund({ id: 'one', of: 's', lines: [mug], due: '13.50' }),
      refund({ id: 'other', of: 's', lines: [mug], due: '13.50' }),
    ]);
    expect(await failuresOf(tenant)).toEqual([]);
    const { invoices, credits, payments } = booksOf(tenant.company);
    expect(invoices).toMatchObject([{ number: 'POS-R-s', total: '27.00', balance: '0' }]);
    expect(credits).toMatchObject([
      { number: 'POS-R-one', total: '13.50', balance: '0', customer: 'Ada' },
      { number: 'POS-R-other', total: '13.50', balance: '10.00', customer: 'Ada' },
    ]);
    expect((payments ?? []).map((payment) => money((payment as { total: string }).total)).toSorted()).toEqual([
      '0.00',
      '0.00',
      '10.00',
    ]);
  });
});

describe('a sale that is voided after it was posted', () => {
  it('[F7] has its document voided, and its refunds taken back, in books and warehouse', async () => {
    const tenant = await newTenant();
    await tellTills(world, tenant, [
      sale({ id: 's', lines: [two] }, at('20T10:00')),
      sale({ id: 'open', lines: [two], due: '7.00' }, at('20T10:00')),
      refund({ id: 'r', of: 's', lines: [mug] }, at('20T11:00')),
      refund({ id: 'credit', of: 'open', lines: [mug], due: '13.50' }, at('20T11:00')),
    ]);
    expect(totals(tenant)).toMatchObject({
      receipts: ['27.00'],
      invoices: ['27.00'],
      refunds: ['13.50'],
      credits: ['13.50'],
    });
    await tellTills(world, tenant, [
      event('sale.voided', { sale_id: 's', reason: 'Wrong' }, at('20T12:00')),
      event('sale.voided', { sale_id: 'open' }, at('20T12:00')),
    ]);
    expect(await failuresOf(tenant)).toEqual([]);
    expect(totals(tenant)).toMatchObject({ receipts: ['0.00'], invoices: ['0.00'], refunds: [], credits: [] });
    const { receipts, invoices, payments } = booksOf(tenant.company);
    expect(receipts).toMatchObject([{ number: 'POS-R-s', note: 'Voided' }]);
    expect(invoices).toMatchObject([{ number: 'POS-R-open', note: 'Voided', balance: '0' }]);
    expect(payments).toMatchObject([{ total: '0' }, { total: '0' }]);
    expect((await rowsOf(tenant, 'orders')).map(({ status, deleted_at }) => [status, deleted_at !== null])).toEqual([
      ['voided', true],
      ['voided', true],
    ]);
    expect((await rowsOf(tenant, 'refunds')).map(({ deleted_at }) => deleted_at !== null)).toEqual([true, true]);
    expect(
      await world.supabase?.sql('select * from net_sales_by_day where tenant_id = $1 and orders + refunds > 0', [
        tenant.id,
      ]),
    ).toEqual([]);
    tenant.company.resetMeters();
    for (const entity of ['sales', 'refunds']) await world.sync(tenant, entity);
    expect(tenant.company.meters.writes).toBe(0);
  });

  it.each([
    ['the refund comes first', ['sale', 'refund', 'void']],
    ['the voiding comes before the refund', ['sale', 'void', 'refund']],
    ['the sale comes last', ['void', 'refund', 'sale']],
  ])('[F8] leaves nothing in the books when %s', async (_what, order) => {
    const tenant = await newTenant();
    const events: Record<string, unknown> = {
      sale: sale({ id: 's', lines: [two] }, at('20T10:00')),
      refund: refund({ id: 'r', of: 's', lines: [mug] }, at('20T11:00')),
      void: event('sale.voided', { sale_id: 's' }, at('20T12:00')),
    };
    for (const name of order) await tellTills(world, tenant, [events[name]]);
    expect(await failuresOf(tenant)).toEqual([]);
    const { receipts = [], refunds } = totals(tenant);
    expect([receipts.filter((total) => total !== '0.00'), refunds]).toEqual([[], []]);
  });

  it('[F7] leaves nothing to give back: a later refund fails with that reason', async () => {
    const tenant = await newTenant();
    const late = refund({ id: 'r', of: 's', lines: [mug] }, at('20T13:00'));
    const voiding = event('sale.voided', { sale_id: 's' }, at('20T12:00'));
    const sold = sale({ id: 's', lines: [two] }, at('20T10:00'));
    await tellTills(world, tenant, [sold, voiding, late]);
    expect(await failuresOf(tenant)).toEqual(['r mapping.sale_voided']);
    // Told in another order it comes to the same.
    const other = await newTenant();
    for (const each of [sold, late, voiding]) await tellTills(world, other, [each]);
    await world.sync(other, 'refunds');
    expect(await failuresOf(other)).toEqual(['r mapping.sale_voided']);
    expect([tenant, other].map((each) => totals(each).refunds)).toEqual([[], []]);
  });
});

interface Story {
  readonly pieces: number;
  readonly refunds: readonly { readonly pieces: number; readonly minute: number }[];
  readonly voidedAt: number | undefined;
}
const story: fc.Arbitrary<Story> = fc.record({
  pieces: fc.integer({ min: 1, max: 4 }),
  refunds: fc.array(fc.record({ pieces: fc.integer({ min: 1, max: 3 }), minute: fc.integer({ min: 11, max: 49 }) }), {
    maxLength: 4,
  }),
  voidedAt: fc.option(fc.integer({ min: 20, max: 40 }), { nil: undefined, freq: 3 }),
});

describe('[F7] [F8] whatever tills tell of sales, refunds and voidings, in whatever order', () => {
  it('books keep of each sale what it brought less what fits to be given back, and the rest is in the queue', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(story, { minLength: 4, maxLength: 6 }), fc.integer(), async (stories, seed) => {
        const tenant = await newTenant();
        const chance = seeded(seed);
        const piece = (pieces: number) => ({ ...mug, quantity: String(pieces), tax: money(pieces) });
        const told = chance.shuffled(
          stories.flatMap(({ pieces, refunds, voidedAt }, index) => [
            sale({ id: `s${index}`, lines: [piece(pieces)] }, at('20T10:00')),
            ...refunds.map((each, number) =>
              refund(
                { id: `s${index}-${number}`, of: `s${index}`, lines: [piece(each.pieces)] },
                at(`20T10:${each.minute}`),
              ),
            ),
            ...(voidedAt === undefined
              ? []
              : [event('sale.voided', { sale_id: `s${index}` }, at(`20T10:${voidedAt}`))]),
          ]),
        );
        for (let start = 0; start < told.length; start += 8) {
          const batch = told.slice(start, start + 8);
          await tellTills(world, tenant, [...batch, ...batch.filter(() => chance.is(0.3))]);
        }
        await sync(tenant);
        const expected = stories.map((one, index) => {
          const arrived = told.flatMap(({ data }) => {
            const [sold, number] = String(data.id ?? '').split('-');
            return sold === `s${index}` && number !== undefined ? [Number(number)] : [];
          });
          return endOf(one, arrived).map((given) => `s${index}${given}`);
        });
        expect(await failuresOf(tenant)).toEqual(expected.flatMap((each) => each.slice(1)).toSorted());
        const { receipts = [], refunds = [] } = booksOf(tenant.company) as Record<string, Totals[]>;
        const leftOf = (index: number) => {
          const of = (all: readonly Totals[], fits: (number: string) => boolean) =>
            sum(all.filter(({ number }) => fits(number)).map(({ total }) => total));
          const sold = of(receipts, (number) => number === `POS-R-s${index}`);
          return money(sold.minus(of(refunds, (number) => number.startsWith(`POS-R-s${index}-`))));
        };
        expect(stories.map((_, index) => `s${index} ${leftOf(index)}`)).toEqual(expected.map(([left]) => left));
      }),
      { numRuns: cases(4) },
    );
  }, 120_000);
});
interface Totals {
  readonly number: string;
  readonly total: string;
}

/** What is left of a sale by the words of docs/pos.md, then its failures; `arrived` has its refunds as they came. */
function endOf({ pieces, refunds, voidedAt }: Story, arrived: readonly number[]): string[] {
  const failures: string[] = [];
  let left = pieces;
  for (const number of arrived) {
    const { pieces: back = 0, minute = 0 } = refunds[number] ?? {};
    if (voidedAt !== undefined) {
      if (minute > voidedAt) failures.push(`-${number} mapping.sale_voided`);
    } else if (back > left) failures.push(`-${number} mapping.refund_too_large`);
    else left -= back;
  }
  return [` ${money(decimal(voidedAt === undefined ? left : 0).times('13.50'))}`, ...failures];
}

async function choose(tenant: Tenant, settings: Record<string, unknown>) {
  const { connections } = world.engine().connectionDeps;
  const connection = await connections.find(tenant.id, 'quickbooks');
  await connections.patch(tenant.id, 'quickbooks', { settings: { ...connection?.settings, ...settings } as never });
}
const card = (amount: string) => ({ method: 'card', amount });
const taxOf = (row: Row | undefined) => money(String((row?.TxnTaxDetail as Row | undefined)?.TotalTax ?? '0'));
const accountIn = (row: Row | undefined) => String((row?.DepositToAccountRef as Row | undefined)?.value);
const brief = (row: Record<string, unknown>) => [
  row.source_id,
  row.order_source_id,
  row.order_number,
  money(decimal(String(row.total))),
  money(decimal(String(row.tax_total))),
  row.business_day,
  row.deleted_at,
];
