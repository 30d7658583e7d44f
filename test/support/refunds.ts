import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import { decimal, money, sum } from '#shared/core/money.ts';

/** A paid order of a shop with enough money on it to give some back, and none given back yet. */
export function refundable({ shop }: WooCommerceSimulator, skip = 0): number {
  const orders = [...shop.orders.values()].filter(
    ({ status, refundIds, totals, paidAt, lines }) =>
      ['completed', 'processing'].includes(status) &&
      refundIds.length === 0 &&
      paidAt !== null &&
      lines.length > 0 &&
      totals.total > 20_000_000n,
  );
  const order = orders[skip];
  if (!order) throw new Error('the shop has no such order');
  return order.id;
}

/** What is left of an order by the shop's word: its total less its refunds. */
export function leftInShop({ orders }: WooCommerceSimulator, id: number): string {
  const { total, refunds } = orders.get(id) as { total: string; refunds: { total: string }[] };
  return money(decimal(total).plus(sum(refunds.map((refund) => refund.total))));
}

/** What the books have of an order: its sale less what was taken back of it, by document number. */
export function leftInBooks(company: CompanyHandle, number: string): string {
  const totalsOf = (
    entity: 'Invoice' | 'SalesReceipt' | 'CreditMemo' | 'RefundReceipt',
    fits: (doc: string) => boolean,
  ) =>
    sum(
      company
        .list(entity)
        .filter(({ DocNumber }) => fits(String(DocNumber)))
        .map(({ TotalAmt }) => String(TotalAmt)),
    );
  const isSale = (doc: string): boolean => doc === number;
  const isRefund = (doc: string): boolean => doc.startsWith(`${number}-R`);
  return money(
    totalsOf('Invoice', isSale)
      .plus(totalsOf('SalesReceipt', isSale))
      .minus(totalsOf('CreditMemo', isRefund))
      .minus(totalsOf('RefundReceipt', isRefund)),
  );
}
