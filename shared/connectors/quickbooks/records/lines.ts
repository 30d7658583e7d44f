import * as z from 'zod';
import type { JsonObject } from '../../../core/json.ts';
import { decimal, exactMoney, money, sum } from '../../../core/money.ts';
import { amount, named, quantity, ref, text } from './values.ts';

const salesDetail = z.object({
  ItemRef: ref.optional(),
  Qty: quantity.optional(),
  UnitPrice: quantity.optional(),
  TaxCodeRef: ref.optional(),
  ClassRef: ref.optional(),
});
const expenseDetail = salesDetail.extend({ AccountRef: ref.optional(), CustomerRef: ref.optional() });

const base = z.object({
  DetailType: z.string().optional(),
  Description: text,
  Amount: amount.optional(),
  SalesItemLineDetail: salesDetail.optional(),
  DiscountLineDetail: z.object({ DiscountPercent: quantity.optional(), DiscountAccountRef: ref.optional() }).optional(),
  AccountBasedExpenseLineDetail: expenseDetail.optional(),
  ItemBasedExpenseLineDetail: expenseDetail.optional(),
});
type Line = z.infer<typeof base>;

export const lineSchema = base.extend({
  GroupLineDetail: z
    .object({ GroupItemRef: ref.optional(), Quantity: quantity.optional(), Line: z.array(base).default([]) })
    .optional(),
});

const taxLine = z.object({
  Amount: amount.optional(),
  TaxLineDetail: z
    .object({ TaxRateRef: ref.optional(), TaxPercent: quantity.optional(), NetAmountTaxable: amount.optional() })
    .default({}),
});
export const taxDetail = z
  .object({ TotalTax: amount.default('0.00'), TxnTaxCodeRef: ref.optional(), TaxLine: z.array(taxLine).default([]) })
  .default({ TotalTax: '0.00', TaxLine: [] });

/** Item ids that stand for a part of the form, not for an item (reference section 3.2). */
const formItems: Readonly<Record<string, string>> = {
  SHIPPING_ITEM_ID: 'shipping',
  GRATUITY_ITEM_ID: 'tip',
};

type Kind = 'item' | 'account' | 'shipping' | 'tip' | 'discount' | 'group' | 'description' | 'tax';
interface CanonicalLine extends JsonObject {
  readonly kind: Kind;
  readonly amount: string | null;
}

const kinds: Readonly<Record<string, Kind>> = {
  SalesItemLineDetail: 'item',
  ItemBasedExpenseLineDetail: 'item',
  AccountBasedExpenseLineDetail: 'account',
  DiscountLineDetail: 'discount',
  GroupLineDetail: 'group',
};

/**
 * Lines by what they are for. Those with an amount add up to the total: a discount is negative, the members of a group
 * stand for it, and the platform's own subtotal is left out. Line ids are re-issued with each edit (reference section
 * 4), so a line goes by its position.
 */
export function canonicalLines(
  lines: readonly z.infer<typeof lineSchema>[],
  tax: z.infer<typeof taxDetail>,
): readonly CanonicalLine[] {
  const flat = lines
    .filter(({ DetailType }) => DetailType !== 'SubTotalLineDetail')
    .flatMap((line) => [canonical(line), ...(line.GroupLineDetail?.Line ?? []).map((member) => canonical(member))]);
  return [...flat, ...taxLines(tax)].map((line, index) => ({ id: String(index + 1), position: index + 1, ...line }));
}

function canonical(line: z.infer<typeof lineSchema> | Line): CanonicalLine {
  const { kind, detail } = kindOf(line);
  const group = 'GroupLineDetail' in line ? line.GroupLineDetail : undefined;
  const own = kind !== 'group' && kind !== 'description';
  const value = own ? (line.Amount ?? '0.00') : null;
  return {
    kind,
    item: named(group?.GroupItemRef ?? (kind === 'item' ? detail.ItemRef : undefined)),
    account: named(detail.AccountRef ?? line.DiscountLineDetail?.DiscountAccountRef),
    description: line.Description,
    quantity: group?.Quantity ?? detail.Qty ?? null,
    unit_price: detail.UnitPrice ?? null,
    amount: value !== null && kind === 'discount' ? money(decimal(value).times(-1)) : value,
    percent: line.DiscountLineDetail?.DiscountPercent ?? null,
    tax_code: detail.TaxCodeRef?.value ?? null,
    class: named(detail.ClassRef),
  };
}

function kindOf(line: Line): { readonly kind: Kind; readonly detail: z.infer<typeof expenseDetail> } {
  const detail: z.infer<typeof expenseDetail> =
    line.SalesItemLineDetail ?? line.ItemBasedExpenseLineDetail ?? line.AccountBasedExpenseLineDetail ?? {};
  const part = formItems[detail.ItemRef?.value ?? ''];
  const kind = (part as Kind | undefined) ?? kinds[line.DetailType ?? ''] ?? 'description';
  return { kind, detail };
}

/** One line per rate; where QuickBooks gives only their sum, one for all. */
function taxLines({ TotalTax, TxnTaxCodeRef, TaxLine }: z.infer<typeof taxDetail>): CanonicalLine[] {
  const line = (value: string, rate: z.infer<typeof taxLine>['TaxLineDetail']): CanonicalLine => ({
    kind: 'tax',
    item: named(undefined),
    account: named(undefined),
    description: '',
    quantity: null,
    unit_price: null,
    amount: value,
    percent: rate.TaxPercent ?? null,
    tax_code: rate.TaxRateRef?.value ?? TxnTaxCodeRef?.value ?? null,
    class: named(undefined),
    net_taxable: rate.NetAmountTaxable ?? null,
  });
  const rates = TaxLine.map(({ Amount = '0.00', TaxLineDetail }) => line(Amount, TaxLineDetail));
  const rest = decimal(TotalTax).minus(sum(rates.map((each) => each.amount ?? '0')));
  return rest.eq(0) ? rates : [...rates, line(exactMoney(rest), {})];
}

/** Sum of the lines of these kinds. */
export function totalOf(lines: readonly CanonicalLine[], ...wanted: readonly Kind[]): string {
  return exactMoney(sum(lines.filter(({ kind }) => wanted.includes(kind)).map((line) => line.amount ?? '0')));
}
