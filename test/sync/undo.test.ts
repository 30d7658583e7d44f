import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import type { HistoryEntry } from '#shared/model/history-entry.ts';
import type { Run } from '#shared/model/run.ts';
import { readPlan } from '#shared/sync/read-plan.ts';
import { startRun } from '#shared/sync/start-run.ts';
import { undoRequest } from '#shared/sync/undo-run.ts';
import { booksOf } from '#test/support/books.ts';
import { testClock } from '#test/support/clock.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { stateOf, warehouseOf } from '#test/support/snapshots.ts';
import { type RunResult, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: { small: shopOf('tax_exclusive', 6, 4), shop: shopOf('tax_exclusive', 40, 12) },
  });
});
afterAll(() => world.stop());

async function undo(tenant: Tenant, run: Run, ids?: readonly string[]): Promise<RunResult> {
  const started = await begin(tenant, run, { ids });
  await world.drain(world.work(world.engine()));
  return world.resultOf(started);
}

async function begin(
  tenant: Tenant,
  run: Run,
  { ids, dryRun = false }: { ids?: readonly string[] | undefined; dryRun?: boolean } = {},
): Promise<Run> {
  const request = await undoRequest(world.engine(), {
    tenantId: tenant.id,
    requestedBy: 'owner',
    runId: run.run_id,
    dryRun,
    ids,
  });
  if (!('tenantId' in request)) throw new Error(`not undone: ${request.kind}`);
  const outcome = await startRun(world.engine(), request);
  if (outcome.kind !== 'started') throw new Error(`not started: ${outcome.kind}`);
  return outcome.run;
}

const bothStates = async (tenant: Tenant) => ({
  books: stateOf(tenant.company),
  warehouse: await warehouseOf(world, tenant),
});

/** What the list of names looks like after an undo: the platform deletes none, so what was made is inactive. */
function activeNames(tenant: Tenant): unknown {
  return {
    customers: tenant.company.list('Customer').filter(({ Active }) => Active !== false).length,
    items: tenant.company.list('Item').filter(({ Active }) => Active !== false).length,
  };
}

describe('an undo', () => {
  it('[E1] of a sync of orders leaves books and warehouse exactly as before', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'products');
    await world.sync(tenant, 'customers');
    const guests = await world.sync(tenant, 'orders');
    await undo(tenant, guests.run);
    // The customers of guests stay behind as inactive; from here on all names are there.
    const before = await bothStates(tenant);
    const synced = await world.sync(tenant, 'orders');
    expect(await bothStates(tenant)).not.toEqual(before);
    const undone = await undo(tenant, synced.run);
    expect(undone.run).toMatchObject({
      status: 'completed',
      undo: { run_id: synced.run.run_id, direction: 'backward' },
    });
    expect(undone.legs.map(({ counts }) => counts.failed)).toEqual([0, 0]);
    expect(await bothStates(tenant)).toEqual(before);
    expect((await undo(tenant, synced.run)).legs.map(({ counts }) => counts.deleted)).toEqual([0, 0]);
  });

  it('makes the names it brought along inactive, and the next sync uses them again', async () => {
    const tenant = await world.tenant('shop');
    const fresh = activeNames(tenant);
    const { run } = await world.sync(tenant, 'orders');
    const synced = booksOf(tenant.company);
    const rows = await warehouseOf(world, tenant);
    await undo(tenant, run);
    expect(activeNames(tenant)).toEqual(fresh);
    expect(tenant.company.list('Invoice')).toEqual([]);
    expect(tenant.company.list('Payment')).toEqual([]);
    const again = await world.sync(tenant, 'orders');
    expect(again.failures).toEqual([]);
    expect(booksOf(tenant.company)).toEqual(synced);
    expect(await warehouseOf(world, tenant)).toEqual(rows);
    expect((await world.sync(tenant, 'orders')).legs.map(({ counts }) => counts.updated + counts.created)).toEqual([
      0, 0,
    ]);
  });

  it('puts back what an update took the place of, also what it added', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const before = await bothStates(tenant);
    const orders = wooOrders(tenant.shop)
      .filter(({ status }) => status === 'processing')
      .slice(0, 3);
    for (const { id } of orders) tenant.shop.orders.edit(Number(id), { customer_note: `Ring twice ${id}` });
    const update = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(update.legs.map(({ counts }) => counts.updated)).toEqual([orders.length, orders.length]);
    expect(await bothStates(tenant)).not.toEqual(before);
    const undone = await undo(tenant, update.run);
    expect(undone.legs.map(({ counts }) => counts.updated)).toEqual([orders.length, orders.length]);
    expect(await bothStates(tenant)).toEqual(before);
  });

  it('holds until its record changes or somebody asks: what looks for changes leaves it out', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders');
    const [order] = wooOrders(tenant.shop).filter(({ status }) => status === 'processing');
    const id = Number(order?.id);
    const [product] = tenant.shop.shop.products.keys();
    tenant.shop.orders.edit(id, { customer_note: 'Undone' });
    const line_items = [{ product_id: product, quantity: 1 }];
    const made = tenant.shop.orders.create({ status: 'processing', set_paid: true, line_items });
    const ids = [String(id), String(made.id)];
    const update = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(update.legs.map(({ counts }) => [counts.created, counts.updated])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    await undo(tenant, update.run);
    const undone = await bothStates(tenant);
    expect(JSON.stringify(undone)).not.toContain('Undone');

    for (const unasked of [
      { mode: 'incremental' },
      { mode: 'sweep' },
      { mode: 'full', ids, told: true },
      { mode: 'full', byItself: true },
    ] as const) {
      const { legs, failures } = await world.sync(tenant, 'orders', unasked);
      expect(failures).toEqual([]);
      expect(legs.map(({ counts }) => counts.created + counts.updated + counts.deleted)).toEqual([0, 0]);
      expect(await bothStates(tenant)).toEqual(undone);
    }

    // WooCommerce keeps whole seconds.
    await world.engine().clock.sleep(1000);
    tenant.shop.orders.edit(id, { customer_note: 'Changed since' });
    const later = await world.sync(tenant, 'orders', { mode: 'incremental' });
    expect(later.legs.map(({ counts }) => [counts.created, counts.updated])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const asked = await world.sync(tenant, 'orders', { mode: 'incremental', ids });
    expect(asked.legs.map(({ counts }) => [counts.created, counts.updated])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it.each([
    ['cancelled', (tenant: Tenant, id: number) => void tenant.shop.orders.edit(id, { status: 'cancelled' })],
    ['binned, where the policy says archive', (tenant: Tenant, id: number) => void tenant.shop.orders.remove(id)],
  ])(
    '[E1] [F2] of a run that brought back an order that was %s takes its documents out of use again, and deletes none',
    async (_what, leave) => {
      const tenant = await world.tenant('shop');
      const { flows } = world.engine();
      await flows.save({
        ...(await flows.settings(tenant.id)),
        delete_policy: { all: 'archive_remote', entities: {} },
      });
      await world.sync(tenant, 'orders');
      const paid = wooOrders(tenant.shop).find(({ status, total }) => status === 'processing' && Number(total) > 0);
      const order = Number(paid?.id);
      const documents = async () => ({
        invoice: tenant.company
          .list('Invoice')
          .filter(({ DocNumber }) => DocNumber === paid?.number)
          .map((row) => [row.Id, Number(row.TotalAmt), row.PrivateNote === 'Voided']),
        payment: tenant.company
          .list('Payment')
          .filter(({ PaymentRefNum }) => PaymentRefNum === paid?.number)
          .map((row) => [row.Id, Number(row.TotalAmt), row.PrivateNote === 'Voided']),
        row: (
          (await world.supabase?.sql(
            'select status, deleted_at is not null as deleted from orders where tenant_id = $1 and source_id = $2',
            [tenant.id, String(order)],
          )) ?? []
        ).map(({ status, deleted }) => [status === 'processing', deleted]),
      });
      const posted = await documents();
      leave(tenant, order);
      const left = await world.sync(tenant, 'orders', { mode: 'incremental' });
      const away = await documents();
      expect(away).toMatchObject({
        invoice: [[posted.invoice[0]?.[0], 0, true]],
        payment: [[posted.payment[0]?.[0], 0, true]],
      });
      expect(away.row).not.toEqual(posted.row);
      expect(away.row).toHaveLength(1);

      tenant.shop.orders.edit(order, { status: 'processing' });
      const back = await world.sync(tenant, 'orders', { mode: 'incremental' });
      expect(await documents()).toEqual(posted);
      const undone = await undo(tenant, back.run);
      expect(undone.failures).toEqual([]);
      expect(await documents()).toEqual(away);
      // There and back again, as often as one likes.
      const again = await undo(tenant, undone.run);
      expect(await documents()).toEqual(posted);
      await undo(tenant, again.run);
      expect(await documents()).toEqual(away);
      expect(left.failures).toEqual([]);
    },
  );

  it('[E1] [F2] of an undo that brought back what was voided voids it again', async () => {
    const tenant = await world.tenant('shop');
    await world.sync(tenant, 'orders', { target: 'quickbooks' });
    const posted = stateOf(tenant.company);
    const paid = wooOrders(tenant.shop).find(({ status, total }) => status === 'processing' && Number(total) > 0);
    tenant.shop.orders.edit(Number(paid?.id), { status: 'cancelled' });
    const cancel = await world.sync(tenant, 'orders', { mode: 'incremental', target: 'quickbooks' });
    const voided = stateOf(tenant.company);
    const first = await undo(tenant, cancel.run);
    expect(stateOf(tenant.company)).toEqual(posted);
    const second = await undo(tenant, first.run);
    expect(stateOf(tenant.company)).toEqual(voided);
    await undo(tenant, second.run);
    expect(stateOf(tenant.company)).toEqual(posted);
    tenant.shop.orders.edit(Number(paid?.id), { status: 'processing' });
  });

  it('[E1] of an undo does everything again', async () => {
    const tenant = await world.tenant('shop');
    const { run } = await world.sync(tenant, 'orders');
    const synced = booksOf(tenant.company);
    const rows = await warehouseOf(world, tenant);
    const first = await undo(tenant, run);
    const second = await undo(tenant, first.run);
    expect(second.run.undo).toEqual({ run_id: first.run.run_id, direction: 'forward' });
    expect(second.legs.map(({ counts }) => counts.failed)).toEqual([0, 0]);
    expect(booksOf(tenant.company)).toEqual(synced);
    expect(await warehouseOf(world, tenant)).toEqual(rows);
    expect((await world.sync(tenant, 'orders')).legs.map(({ counts }) => counts.updated + counts.created)).toEqual([
      0, 0,
    ]);
    const third = await undo(tenant, second.run);
    expect(third.run.undo?.direction).toBe('backward');
    expect(tenant.company.list('Invoice')).toEqual([]);
  });

  it('of one record takes back that one, and nothing it needed', async () => {
    const tenant = await world.tenant('shop');
    const { run } = await world.sync(tenant, 'orders');
    const paid = wooOrders(tenant.shop).find(({ status }) => status === 'completed');
    const names = activeNames(tenant);
    const invoices = tenant.company.list('Invoice').length;
    const { legs } = await undo(tenant, run, [paid?.id ?? '']);
    expect(legs.map(({ counts }) => counts.deleted)).toEqual([1, 1]);
    expect(tenant.company.list('Invoice')).toHaveLength(invoices - 1);
    expect(tenant.company.list('Invoice').some(({ DocNumber }) => DocNumber === paid?.number)).toBe(false);
    expect(activeNames(tenant)).toEqual(names);
  });

  it('leaves alone and lists what a person or a later sync touched', async () => {
    const tenant = await world.tenant('shop');
    const { run } = await world.sync(tenant, 'orders', { target: 'quickbooks' });
    const payments = tenant.company.list('Payment');
    const paymentOf = (invoice: Row | undefined) =>
      payments.find(({ PaymentRefNum }) => PaymentRefNum === invoice?.DocNumber);
    const invoices = tenant.company.list('Invoice');
    const [paidOff, editedAndPaid] = invoices.filter((invoice) => paymentOf(invoice));
    tenant.company.edit('Invoice', String(editedAndPaid?.Id), { PrivateNote: 'Mine as well' });
    const [edited, gone, later] = invoices.filter((invoice) => !paymentOf(invoice));
    tenant.company.edit('Invoice', String(edited?.Id), { PrivateNote: 'Mine' });
    tenant.company.edit('Payment', String(paymentOf(paidOff)?.Id), { PrivateNote: 'Cheque' });
    tenant.company.remove('Invoice', String(gone?.Id));
    const order = wooOrders(tenant.shop).find(({ number }) => number === later?.DocNumber);
    tenant.shop.orders.edit(Number(order?.id), { customer_note: 'Changed again' });
    await world.sync(tenant, 'orders', { mode: 'incremental', target: 'quickbooks' });
    const { run: undoRun, legs } = await undo(tenant, run);
    const entries = await historyOf(tenant, undoRun);
    // Customers of what stays have an open balance: QuickBooks keeps them active, and says so.
    const failed = entries.filter(({ status }) => status === 'failed');
    expect(legs[0]?.counts.failed).toBe(failed.length);
    expect(new Set(failed.map(({ failure }) => failure?.code))).toEqual(new Set(['quickbooks.open_balance']));
    const left = tenant.company.list('Invoice').map(({ DocNumber }) => DocNumber);
    expect(left.toSorted()).toEqual([edited, paidOff, editedAndPaid, later].map((row) => row?.DocNumber).toSorted());
    // What belongs together stays together.
    expect(tenant.company.list('Payment').map(({ PaymentRefNum }) => PaymentRefNum)).toEqual(
      expect.arrayContaining([paidOff, editedAndPaid].map((row) => row?.DocNumber)),
    );
    const reasonOf = (row: Row | undefined) =>
      entries.find(({ label }) => label === `Order ${String(row?.DocNumber)}`)?.reason;
    expect(reasonOf(edited)).toMatch(/Somebody changed the invoice/);
    expect(reasonOf(paidOff)).toMatch(/Somebody changed the payment/);
    expect(reasonOf(gone)).toMatch(/Somebody deleted/);
    expect(reasonOf(later)).toMatch(/later sync wrote it again/);
  });

  it('that only looks writes nothing and says what would go, what would come back and what stays', async () => {
    const tenant = await world.tenant('shop');
    const { run } = await world.sync(tenant, 'orders', { target: 'quickbooks' });
    const [touched] = tenant.company.list('Invoice');
    tenant.company.edit('Invoice', String(touched?.Id), { PrivateNote: 'Mine' });
    const before = tenant.company.snapshot();
    const dry = await begin(tenant, run, { dryRun: true });
    await world.drain(world.work(world.engine()));
    expect(tenant.company.snapshot()).toEqual(before);
    const { changes } = await readPlan(world.engine(), tenant.id, dry.run_id, { limit: 1000 });
    const invoices = changes.filter(({ entity }) => entity === 'invoice');
    expect(invoices.filter(({ action }) => action === 'delete')).toHaveLength(
      tenant.company.list('Invoice').length - 1,
    );
    expect(invoices.filter(({ action }) => action === 'conflict')).toHaveLength(1);
    expect(invoices.find(({ action }) => action === 'delete')?.fields.every((field) => !('after' in field))).toBe(true);
    const { legs } = await world.resultOf(dry);
    expect(Number(legs[0]?.plan?.money.invoice?.USD?.deleted)).toBeGreaterThan(0);
  });
});

async function historyOf(tenant: Tenant, run: Run): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await world.engine().history.list(tenant.id, { limit: 100, after });
    entries.push(...page.entries.filter(({ run_id }) => run_id === run.run_id));
    after = page.next;
    more = after !== undefined;
  }
  return entries;
}

describe.each(['quickbooks', 'supabase'])('a worker that dies while it takes back what was written to %s', (target) => {
  it('at any call leaves the same end as one that lives', { timeout: 600_000 }, async () => {
    const undone = async (kill: KillSwitch) => {
      const tenant = await world.tenant('small');
      const { run } = await world.sync(tenant, 'orders', { target });
      const started = await begin(tenant, run);
      const clock = testClock(Date.now());
      await world.drain((message) => world.work(world.engine(kill.killed ? undefined : kill, clock))(message));
      const { run: ended, legs } = await world.resultOf(started);
      return {
        status: ended.status,
        legs: legs.map(({ counts, documents, status }) => ({ counts, documents, status })),
        books: booksOf(tenant.company),
        names: activeNames(tenant),
        warehouse: await warehouseOf(world, tenant),
        open: (await world.engine().links.openBatches(tenant.id, target)).length,
      };
    };
    const counting = killSwitch();
    const undisturbed = await undone(counting);
    expect(undisturbed.status).toBe('completed');
    for (const { call, when } of deaths(counting)) {
      const kill = killSwitch({ call, when });
      const end = await undone(kill);
      expect(end, `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual(undisturbed);
    }
  });
});
