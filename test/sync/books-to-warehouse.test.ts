import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import { routes } from '#shared/sync/routes.ts';
import { keptAudit, keptLog, startApi } from '#test/support/api.ts';
import { testClock } from '#test/support/clock.ts';
import { insightsOver } from '#test/support/insights.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { type RunResult, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 12, 3) } });
});
afterAll(() => world.stop());

const pulled = routes.filter(
  ({ source, target }) => source.platform === 'quickbooks' && target.platform === 'supabase',
);
const names = pulled.map(({ name }) => name);

const line = (amount: string, detail: object = {}) => ({
  DetailType: 'SalesItemLineDetail',
  Amount: amount,
  SalesItemLineDetail: { ItemRef: { value: '1' }, ...detail },
});
const ann = { CustomerRef: { value: '1' } };

/** A company with something of everything, made by people in QuickBooks. */
function fill(company: CompanyHandle): void {
  const create = (entity: Parameters<CompanyHandle['create']>[0], body: object) =>
    company.create(entity, body as never);
  create('Customer', { DisplayName: 'Ann', PrimaryEmailAddr: { Address: 'ann@example.com' } });
  create('Customer', {
    DisplayName: 'Bea',
    BillAddr: { Line1: '1 Quay', City: 'Oakland', CountrySubDivisionCode: 'CA' },
  });
  create('Vendor', { DisplayName: 'Paper Mill', AcctNum: '77' });
  create('Item', { Name: 'Advice', Type: 'Service', UnitPrice: '45.5', IncomeAccountRef: { value: '1' } });
  for (let number = 1; number <= 5; number += 1) {
    create('Invoice', {
      ...ann,
      DocNumber: `B-${number}`,
      TxnDate: '2026-11-02',
      Line: [line(`${number}0.10`), line('1.15')],
    });
  }
  create('Payment', {
    ...ann,
    TotalAmt: '15.00',
    PaymentRefNum: 'CHK 9',
    Line: [{ Amount: '11.25', LinkedTxn: [{ TxnId: '1', TxnType: 'Invoice' }] }],
  });
  create('SalesReceipt', { ...ann, DocNumber: 'S-1', TxnDate: '2026-11-02', Line: [line('7.77')] });
  create('CreditMemo', { ...ann, DocNumber: 'C-1', TxnDate: '2026-11-02', Line: [line('2.00')] });
  create('RefundReceipt', {
    ...ann,
    DocNumber: 'R-1',
    TxnDate: '2026-11-02',
    DepositToAccountRef: { value: '35' },
    Line: [line('1.00')],
  });
  create('Bill', {
    VendorRef: { value: '1' },
    DocNumber: 'PM-17',
    Line: [
      {
        DetailType: 'AccountBasedExpenseLineDetail',
        Amount: '120.40',
        AccountBasedExpenseLineDetail: { AccountRef: { value: '7' } },
      },
    ],
  });
}

async function booksTenant(): Promise<Tenant> {
  const tenant = await world.tenant('shop');
  fill(tenant.company);
  return tenant;
}

async function syncAll(tenant: Tenant, request: { mode: 'full' | 'incremental' | 'sweep' }): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const name of names) results.push(await world.sync(tenant, name, request));
  return results;
}

const rows = async (tenant: Tenant, table: string, columns: string) =>
  (await world.supabase?.sql(`select ${columns} from ${table} where tenant_id = $1 order by source_id::int`, [
    tenant.id,
  ])) ?? [];
const writes = () => world.supabase?.calls.filter(({ method }) => method !== 'GET') ?? [];

describe('what QuickBooks has', () => {
  it('[F5] [F6] becomes rows of the warehouse: every document once, to the cent', async () => {
    const tenant = await booksTenant();
    const results = await syncAll(tenant, { mode: 'full' });
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(
      await rows(
        tenant,
        'books_invoices',
        'doc_number, status, total::text, open_total::text, customer_name, customer_source_id',
      ),
    ).toEqual(
      ['11.25', '21.25', '31.25', '41.25', '51.25'].map((total, index) => ({
        doc_number: `B-${index + 1}`,
        status: index === 0 ? 'paid' : expect.stringMatching(/^(open|overdue)$/),
        total: `${total}000`,
        open_total: index === 0 ? '0.00000' : `${total}000`,
        customer_name: 'Ann',
        customer_source_id: '1',
      })),
    );
    const lines = await world.supabase?.sql(
      'select kind, sum(amount)::text as amount, count(*)::int as count from books_invoice_lines where tenant_id = $1 group by kind',
      [tenant.id],
    );
    expect(lines).toEqual([{ kind: 'item', amount: '156.25000', count: 10 }]);
    expect(await rows(tenant, 'books_payments', 'reference, status, total::text, unapplied_total::text')).toEqual([
      { reference: 'CHK 9', status: 'unapplied', total: '15.00000', unapplied_total: '3.75000' },
    ]);
    expect(
      await world.supabase?.sql(
        'select document_kind, document_source_id, amount::text from books_payment_lines where tenant_id = $1',
        [tenant.id],
      ),
    ).toEqual([{ document_kind: 'invoice', document_source_id: '1', amount: '11.25000' }]);
    expect(await rows(tenant, 'vendors', 'name, account_number, active, balance::text')).toEqual([
      { name: 'Paper Mill', account_number: '77', active: true, balance: '120.40000' },
    ]);
    expect(await rows(tenant, 'bills', 'doc_number, vendor_name, total::text')).toEqual([
      { doc_number: 'PM-17', vendor_name: 'Paper Mill', total: '120.40000' },
    ]);
    expect(await rows(tenant, 'books_customers', 'name, email, city, balance::text')).toMatchObject([
      { name: 'Ann', email: 'ann@example.com' },
      { name: 'Bea', city: 'Oakland', balance: '0.00000' },
    ]);
    expect(
      await world.supabase?.sql('select documents::int, total::text from books_sales_by_day where tenant_id = $1', [
        tenant.id,
      ]),
    ).toEqual([{ documents: 8, total: '161.02000' }]);
  });

  it('[F-INCREMENTAL] costs no write the second time, and one call for each entity', async () => {
    const tenant = await booksTenant();
    await syncAll(tenant, { mode: 'full' });
    tenant.company.resetMeters();
    world.supabase?.resetCalls();
    for (const mode of ['full', 'incremental'] as const) {
      const results = await syncAll(tenant, { mode });
      expect(results.map(({ run, legs }) => [run.status, legs[0]?.counts.failed, legs[0]?.counts.updated])).toEqual(
        names.map(() => ['completed', 0, 0]),
      );
    }
    expect(writes()).toEqual([]);
    expect(tenant.company.meters).toMatchObject({ metered_reads: 2 * names.length, writes: 0 });
  });

  it('[F6] changes one row for one edited invoice', async () => {
    const tenant = await booksTenant();
    await syncAll(tenant, { mode: 'full' });
    world.supabase?.resetCalls();
    tenant.company.edit('Invoice', '3', { PrivateNote: 'Sent by post' });
    const { legs } = await world.sync(tenant, 'invoices', { mode: 'incremental' });
    expect(legs[0]?.counts).toMatchObject({ created: 0, updated: 1, failed: 0 });
    const notes = await rows(tenant, 'books_invoices', 'source_id, note');
    expect(notes.filter(({ note }) => note !== null)).toEqual([{ source_id: '3', note: 'Sent by post' }]);
    expect(writes().filter(({ target }) => target.startsWith('/rest/v1/books_invoices?'))).toHaveLength(1);
  });

  it('[F6] shows a payment on the invoice it pays, and a voided invoice without its amounts', async () => {
    const tenant = await booksTenant();
    await syncAll(tenant, { mode: 'full' });
    tenant.company.create('Payment', {
      ...ann,
      TotalAmt: '21.25',
      Line: [{ Amount: '21.25', LinkedTxn: [{ TxnId: '2', TxnType: 'Invoice' }] }],
    });
    tenant.company.void('Invoice', '4');
    await world.sync(tenant, 'invoices', { mode: 'incremental' });
    const stored = await rows(tenant, 'books_invoices', 'doc_number, status, total::text');
    expect(stored).toEqual(expect.arrayContaining([{ doc_number: 'B-2', status: 'paid', total: '21.25000' }]));
    expect(stored).toEqual(expect.arrayContaining([{ doc_number: 'B-4', status: 'voided', total: '0.00000' }]));
    const lines = await world.supabase?.sql(
      "select sum(amount)::text as amount from books_invoice_lines where tenant_id = $1 and document_source_id = '4'",
      [tenant.id],
    );
    expect(lines).toEqual([{ amount: '0.00000' }]);
  });

  it('[F6] [F-DELETE] stays in the warehouse when it is deleted, or goes, as the delete policy says', async () => {
    const tenant = await booksTenant();
    await syncAll(tenant, { mode: 'full' });
    tenant.company.remove('Invoice', '5');
    const kept = await world.sync(tenant, 'invoices', { mode: 'incremental' });
    expect(kept.legs[0]?.counts).toMatchObject({ deleted: 0, failed: 0 });
    expect(await rows(tenant, 'books_invoices', 'doc_number')).toHaveLength(5);
    const { flows } = world.engine();
    const settings = await flows.settings(tenant.id);
    await flows.save({ ...settings, delete_policy: { all: 'delete_remote', entities: {} }, delete_delay_hours: 0 });
    tenant.company.remove('Invoice', '4');
    const gone = await world.sync(tenant, 'invoices', { mode: 'incremental' });
    expect(gone.failures).toEqual([]);
    expect(await rows(tenant, 'books_invoices', 'doc_number')).toEqual(
      ['B-1', 'B-2', 'B-3'].map((doc_number) => ({ doc_number })),
    );
    const lines = await world.supabase?.sql(
      'select distinct document_source_id as id from books_invoice_lines where tenant_id = $1 order by 1',
      [tenant.id],
    );
    expect(lines).toEqual(['1', '2', '3'].map((id) => ({ id })));
  });

  it('[F6] [F-DELETE] marks the row of a merged customer, whose invoices are those of the other', async () => {
    const tenant = await booksTenant();
    const { flows } = world.engine();
    const settings = await flows.settings(tenant.id);
    await flows.save({ ...settings, delete_policy: { all: 'archive_remote', entities: {} } });
    await syncAll(tenant, { mode: 'full' });
    tenant.company.merge('Customer', '1', '2');
    for (const name of ['books_customers', 'invoices']) {
      expect((await world.sync(tenant, name, { mode: 'incremental' })).failures).toEqual([]);
    }
    expect(await rows(tenant, 'books_customers', 'name, deleted_at is not null as deleted')).toEqual([
      { name: 'Ann', deleted: true },
      { name: 'Bea', deleted: false },
    ]);
    const owners = await rows(tenant, 'books_invoices', 'customer_name, deleted_at is not null as deleted, source_id');
    expect(new Set(owners.map(({ customer_name, deleted }) => `${customer_name} ${deleted}`))).toEqual(
      new Set(['Bea false']),
    );
  });

  it('[F-DELETE] that nobody told of is found missing by a sweep', async () => {
    const tenant = await booksTenant();
    const { flows } = world.engine();
    const settings = await flows.settings(tenant.id);
    await flows.save({ ...settings, delete_policy: { all: 'archive_remote', entities: {} } });
    await syncAll(tenant, { mode: 'full' });
    tenant.company.remove('Bill', String(tenant.company.list('Bill')[0]?.Id));
    expect((await world.sync(tenant, 'bills', { mode: 'sweep' })).failures).toEqual([]);
    expect(await rows(tenant, 'bills', 'deleted_at is not null as deleted')).toEqual([{ deleted: true }]);
  });

  it('[F6] is in timeline and metrics like everything else', async () => {
    const tenant = await booksTenant();
    await world.sync(tenant, 'invoices');
    const { journal, clock } = world.engine();
    const insights = insightsOver(world.table.table, clock, journal);
    const api = await startApi({ insights: apiGroup(insights, keptLog(), keptAudit()) });
    try {
      const get = (path: string) => api.call('GET', path, { as: { tenant: tenant.id, role: 'viewer' } });
      const { json } = await get('/api/records/quickbooks/invoice/2/timeline');
      expect(json).toMatchObject({
        record: { number: 'B-2', url: expect.stringContaining('/app/invoice?txnId=2') },
        documents: [{ connection: 'supabase', entity: 'books_invoice' }],
        related: [{ connection: 'quickbooks', entity: 'customer', id: '1' }],
      });
      const search = await get('/api/records?search=B-2');
      expect(search.json).toMatchObject({ items: [{ connection: 'quickbooks', entity: 'invoice', id: '2' }] });
      const metrics = await get('/api/sync/metrics');
      expect(JSON.stringify(metrics.json)).toContain('"invoices"');
    } finally {
      await api.close();
    }
  });

  it('[F6] keeps the row of an inactive name, which is not active any more', async () => {
    const tenant = await booksTenant();
    await syncAll(tenant, { mode: 'full' });
    tenant.company.edit('Customer', '2', { Active: false });
    await world.sync(tenant, 'books_customers', { mode: 'incremental' });
    expect(await rows(tenant, 'books_customers', 'name, active')).toEqual([
      { name: 'Ann', active: true },
      { name: 'Bea', active: false },
    ]);
  });

  it('[F5] [F-LOOP] includes, once, what orders of the shop became there', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const made = tenant.company.list('Invoice').map(({ DocNumber, TotalAmt }) => [String(DocNumber), Number(TotalAmt)]);
    expect(made.length).toBeGreaterThan(4);
    await world.sync(tenant, 'invoices');
    const stored = await rows(tenant, 'books_invoices', 'doc_number, total::float8 as total');
    expect(new Map(stored.map(({ doc_number, total }) => [doc_number, total]))).toEqual(
      new Map(made as [string, number][]),
    );
    tenant.company.resetMeters();
    const again = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(again.legs.map(({ counts }) => counts.updated)).toEqual([0, 0]);
    expect(tenant.company.meters.writes).toBe(0);
  });
});

describe('a worker that reads the books and dies', () => {
  async function workOff(kill: KillSwitch): Promise<void> {
    const clock = testClock(Date.now());
    let deliveries = 0;
    await world.drain(async (message) => {
      deliveries += 1;
      if (deliveries > 60) throw new Error('the lane does not come to rest');
      await world.work(world.engine(kill.killed ? undefined : kill, clock))(message);
    });
  }

  async function runWith(kill: KillSwitch) {
    const tenant = await booksTenant();
    const run = await world.start(tenant, 'payments');
    await workOff(kill);
    const { run: ended, legs, failures } = await world.resultOf(run);
    const table = (name: string) => rows(tenant, name, 'source_id, source_updated_at is not null as dated');
    return {
      status: ended.status,
      counts: legs.map(({ counts }) => counts),
      documents: legs.map(({ documents }) => documents),
      failures: failures.map(({ failure }) => failure.code),
      payments: await table('books_payments'),
      customers: await table('books_customers'),
    };
  }

  it('[E3] at any call, before or after it took effect, leaves the same rows as one that lives', async () => {
    const counting = killSwitch();
    const undisturbed = await runWith(counting);
    expect(undisturbed).toMatchObject({ status: 'completed', payments: [{}], customers: [{}] });
    for (const { call, when } of deaths(counting)) {
      const kill = killSwitch({ call, when });
      expect(await runWith(kill), `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual(undisturbed);
    }
  });
});
