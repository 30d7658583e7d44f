import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessDay, instant } from '#shared/core/clock.ts';
import { decimal, exactMoney, sum } from '#shared/core/money.ts';
import type { Total } from '#shared/model/reconciliation.ts';
import { type Report, reconcile } from '#test/support/reconcile.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

const posted = new Set(['on-hold', 'processing', 'completed', 'refunded']);

interface WireOrder {
  readonly id: number;
  readonly status: string;
  readonly currency: string;
  readonly date_created_gmt: string;
  readonly total: string;
  readonly total_tax: string;
  readonly line_items: readonly { readonly subtotal: string; readonly total: string }[];
  readonly shipping_lines: readonly { readonly total: string }[];
  readonly fee_lines: readonly { readonly total: string }[];
}

function ordersOf(tenant: Tenant): WireOrder[] {
  return [...tenant.shop.shop.orders.keys()].map((id) => tenant.shop.orders.get(id) as unknown as WireOrder);
}

let world: World;
beforeAll(async () => {
  world = await startWorld({
    shops: { us: shopOf('tax_exclusive', 260, 7), german: shopOf('tax_inclusive', 260, 8) },
  });
});
afterAll(() => world.stop());

describe.each([
  ['us', {}],
  ['german', { template: 'eur' }],
] as const)('a %s shop after a sync', (name, company) => {
  let tenant: Tenant;
  let report: Report;
  let zone: string;
  const days = (): string[] =>
    ordersOf(tenant)
      .map((order) => businessDay(`${order.date_created_gmt}Z`, zone))
      .sort();
  beforeAll(async () => {
    tenant = await world.tenant(name, company);
    for (const entity of ['orders', 'refunds']) await world.sync(tenant, entity);
    zone = String((await world.engine().connectionDeps.connections.find(tenant.id, 'woocommerce'))?.profile.time_zone);
    const end_date = days().at(-1) ?? '';
    const start_date = new Date(Date.parse(end_date) - 91 * 86_400_000).toISOString().slice(0, 10);
    report = await reconcile(world, tenant, { start_date, end_date });
  }, 120_000);

  it('differs only where a record failed, and names its failure', async () => {
    const failures = await world.engine().failures.list(tenant.id, { limit: 100 });
    const ids = new Set(failures.failures.map(({ failure_id }) => failure_id));
    expect(report.differences.map(({ kind, failure_id, cause }) => [kind, ids.has(failure_id ?? ''), cause])).toEqual(
      report.differences.map(({ cause }) => ['failed', true, cause]),
    );
    expect(report.report.result?.open).toBe(report.differences.length);
  });

  it('has the figures that the shop itself adds up to', () => {
    const { start_date, end_date } = report.report;
    const sales = ordersOf(tenant).filter((order) => {
      const day = businessDay(`${order.date_created_gmt}Z`, zone);
      const lines = order.line_items.length + order.shipping_lines.length + order.fee_lines.length;
      return day >= start_date && day <= end_date && posted.has(order.status) && lines > 0;
    });
    expect(sales.length).toBeGreaterThan(20);
    const statuses = new Map(ordersOf(tenant).map(({ id, status }) => [id, status]));
    const refunds = [...tenant.shop.shop.refunds.values()].filter(({ orderId, amount, createdAt }) => {
      const day = businessDay(instant(createdAt), zone);
      return day >= start_date && day <= end_date && amount > 0n && posted.has(statuses.get(orderId) ?? '');
    });
    expect(refunds.length).toBeGreaterThan(2);
    const expected = [...Map.groupBy(sales, ({ currency }) => currency)]
      .map(([currency, orders]): Omit<Total, 'refund_tax' | 'net_sales'> => {
        const all = (pick: (order: WireOrder) => readonly { readonly total: string }[]) =>
          exactMoney(sum(orders.flatMap(pick).map(({ total }) => total)).abs());
        const gross = sum(orders.map(({ total }) => total));
        const tax = sum(orders.map(({ total_tax }) => total_tax));
        const net = sum(
          orders
            .flatMap((order) => [...order.line_items, ...order.shipping_lines, ...order.fee_lines])
            .map((line) => line.total),
        );
        const back = refunds.filter(({ orderId }) => tenant.shop.shop.orders.get(orderId)?.currency === currency);
        const items = orders.flatMap(({ line_items }) => line_items);
        return {
          system: 'woocommerce',
          currency,
          count: orders.length,
          gross: exactMoney(gross),
          net: exactMoney(net),
          tax: exactMoney(tax),
          discount: exactMoney(sum(items.map(({ subtotal }) => subtotal)).minus(sum(items.map(({ total }) => total)))),
          shipping: all((order) => order.shipping_lines),
          fees: exactMoney(sum(orders.flatMap(({ fee_lines }) => fee_lines).map(({ total }) => total))),
          refund_count: back.length,
          refunds: exactMoney(sum(back.map(({ amount }) => String(amount))).div(1e6)),
          rounding: exactMoney(gross.minus(tax).minus(net)),
        };
      })
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
    const totals = report.report.result?.totals ?? [];
    const own = totals.filter(({ system }) => system === 'woocommerce');
    expect(own).toMatchObject(expected);
    for (const { net, refunds: paidBack, refund_tax, net_sales } of own) {
      expect(net_sales).toBe(exactMoney(decimal(net).minus(decimal(paidBack)).plus(decimal(refund_tax))));
      expect(Number(refund_tax)).toBeGreaterThan(0);
    }
    expect(
      totals.filter(({ system }) => system === 'supabase').map((total) => ({ ...total, system: 'woocommerce' })),
    ).toEqual(own);
  });

  it('has the totals of the books as QuickBooks keeps them', () => {
    const { start_date, end_date, result } = report.report;
    const dated = (...entities: ('Invoice' | 'CreditMemo' | 'RefundReceipt')[]) =>
      entities
        .flatMap((entity) => tenant.company.list(entity))
        .filter(({ TxnDate }) => String(TxnDate) >= start_date && String(TxnDate) <= end_date);
    const invoices = dated('Invoice');
    const refunds = dated('CreditMemo', 'RefundReceipt');
    const total = result?.totals.filter(({ system }) => system === 'quickbooks') ?? [];
    expect(total.reduce((count, own) => count + own.count, 0)).toBe(invoices.length);
    expect(decimal(sum(total.map(({ gross }) => gross)))).toEqual(
      decimal(sum(invoices.map((row) => String(row.TotalAmt)))),
    );
    expect(refunds.length).toBeGreaterThan(2);
    expect(total.reduce((count, own) => count + own.refund_count, 0)).toBe(refunds.length);
    expect(decimal(sum(total.map((own) => own.refunds)))).toEqual(
      decimal(sum(refunds.map((row) => String(row.TotalAmt)))),
    );
    const taxOf = (row: (typeof refunds)[number]): string =>
      String((row.TxnTaxDetail as { TotalTax?: string } | undefined)?.TotalTax ?? '0');
    expect(decimal(sum(total.map((own) => own.refund_tax)))).toEqual(decimal(sum(refunds.map(taxOf))));
  });
});
