import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import type { Trouble } from '#local/platforms/woocommerce/webhook-sender.ts';

export interface LabState {
  /** Last closed day of the books, null while they are open. */
  readonly books_closed_to: string | null;
  /** Deliveries of the shop get lost on their way. */
  readonly webhooks_lost: boolean;
}

/** What can be done to the demo shop beside faults of single requests. */
export interface Lab {
  state(): LabState;
  change(to: { readonly [Name in keyof LabState]?: LabState[Name] | undefined }): void;
  /** A paid order of one product, as a customer of the shop would place it. */
  placeOrder(): { readonly id: number; readonly total: string };
  /** What becomes of the deliveries that are due. */
  readonly trouble: Trouble;
}

export function createLab(shop: WooCommerceSimulator, company: CompanyHandle): Lab {
  let areLost = false;
  return {
    state: () => ({ books_closed_to: company.settings.bookCloseDate ?? null, webhooks_lost: areLost }),
    change: ({ books_closed_to, webhooks_lost }) => {
      if (books_closed_to !== undefined) company.settings.bookCloseDate = books_closed_to ?? undefined;
      if (webhooks_lost !== undefined) areLost = webhooks_lost;
    },
    placeOrder: () => {
      const product = [...shop.shop.products.values()].find(({ type }) => type === 'simple');
      if (!product) throw new Error('the shop has no simple product');
      const { id, total } = shop.orders.create({
        status: 'processing',
        set_paid: true,
        billing: { first_name: 'Grace', last_name: 'Tester', email: 'grace@example.com' },
        line_items: [{ product_id: product.id, quantity: 1 }],
      });
      return { id: Number(id), total: String(total) };
    },
    trouble: (due) => (areLost ? [] : due),
  };
}
