import type { JsonObject } from '#shared/core/json.ts';
import { decimal, money, roundHalfUp, sum } from '#shared/core/money.ts';

export type ReceiptLine = {
  readonly id: string;
  readonly name: string;
  readonly sku?: string;
  readonly product_ref?: string;
  readonly quantity: string;
  readonly unit_price: string;
  readonly discount: string;
  readonly tax: string;
  readonly tax_percent: string;
};

export interface ReceiptOptions {
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  readonly includesTax: boolean;
  readonly lines: readonly ReceiptLine[];
  readonly rounding?: string;
  readonly due?: string;
  /** How all that is paid was paid. Default: in cash. */
  readonly method?: string;
  /** Instead of one tender of `method`. */
  readonly tenders?: readonly { readonly method: string; readonly amount: string }[];
  readonly more?: JsonObject;
}

export type Receipt = ReturnType<typeof printReceipt>;

/** What a till prints, as the `data` of its event: totals follow from the lines. */
export function printReceipt(options: ReceiptOptions) {
  const { id, number, currency, includesTax, lines, rounding = '0.00', due = '0.00', more } = options;
  const amounts = sum(
    lines.map(({ quantity, unit_price, discount }) =>
      roundHalfUp(decimal(quantity).times(decimal(unit_price)), 2).minus(decimal(discount)),
    ),
  );
  const tax = sum(lines.map((line) => line.tax));
  const net = includesTax ? amounts.minus(tax) : amounts;
  const total = net.plus(tax).plus(decimal(rounding));
  const paid = total.minus(decimal(due));
  const tender = { method: options.method ?? 'cash', amount: money(paid) };
  return {
    id,
    number,
    currency,
    prices_include_tax: includesTax,
    lines,
    tenders: options.tenders ?? (paid.eq(0) ? [] : [tender]),
    totals: { net: money(net), tax: money(tax), rounding, total: money(total), change: '0.00', due },
    ...more,
  };
}
