import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';

export interface OrderView {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly totalTax: string;
  readonly paidAt: string | null;
  /** Lines of all kinds. */
  readonly lines: number;
}

interface WireOrder {
  readonly id: number;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly total_tax: string;
  readonly date_paid_gmt: string | null;
  readonly line_items: readonly unknown[];
  readonly shipping_lines: readonly unknown[];
  readonly fee_lines: readonly unknown[];
}

/** Every order as the shop itself would show it, trash and drafts included. */
export function wooOrders(shop: WooCommerceSimulator): OrderView[] {
  return [...shop.shop.orders.values()].map(({ id }) => {
    const order = shop.orders.get(id) as unknown as WireOrder;
    return {
      id: String(order.id),
      number: order.number,
      status: order.status,
      total: order.total,
      totalTax: order.total_tax,
      paidAt: order.date_paid_gmt,
      lines: order.line_items.length + order.shipping_lines.length + order.fee_lines.length,
    };
  });
}
