/** What the per-record script reads of an order. */
export interface WooOrder {
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly total_tax: string;
  readonly date_created: string;
  readonly date_paid: string | null;
  readonly billing: {
    readonly first_name: string;
    readonly last_name: string;
    readonly company: string;
    readonly email: string;
    readonly phone: string;
    readonly address_1: string;
    readonly city: string;
    readonly state: string;
    readonly postcode: string;
    readonly country: string;
  };
  readonly line_items: readonly WooLine[];
  readonly shipping_lines: readonly WooLine[];
  readonly fee_lines: readonly WooLine[];
}

export interface WooLine {
  readonly name?: string;
  readonly method_title?: string;
  readonly sku?: string | null;
  readonly quantity?: number;
  readonly total: string;
  readonly total_tax: string;
}
