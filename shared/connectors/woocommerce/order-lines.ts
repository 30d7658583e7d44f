import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { decimal, isDecimalText, money, plainDecimal, roundHalfUp, sum, unitPriceFor } from '../../core/money.ts';
import { plainText } from '../../core/text.ts';
import { amount, id, quantity, text } from './values.ts';

const lineTax = z.object({ id, total: text });
const line = z.object({
  id,
  name: text,
  product_id: id.optional(),
  variation_id: id.optional(),
  quantity: quantity.default('1'),
  subtotal: amount.optional(),
  total: amount,
  total_tax: amount,
  taxes: z.array(lineTax).default([]),
  sku: text,
  method_title: text,
});

/** The lists of lines that orders and refunds share. */
export const lineGroups = {
  line_items: z.array(line),
  shipping_lines: z.array(line),
  fee_lines: z.array(line),
  tax_lines: z.array(z.object({ rate_id: id, rate_percent: quantity.nullish(), label: text })),
};
export type WooLine = z.infer<typeof line>;
const lineGroupsSchema = z.object(lineGroups);
export type WooLines = z.infer<typeof lineGroupsSchema>;
/** Percent by id of the rate. */
export type Percents = ReadonlyMap<string, string | null | undefined>;

/** Percentages of the rates a record was taxed with, from its own copy of them. */
export function percentsOf({ tax_lines }: Pick<WooLines, 'tax_lines'>): Percents {
  return new Map(tax_lines.map((tax) => [tax.rate_id, tax.rate_percent]));
}

/** Lines in the shop's order: goods, shipping, fees. `raw` is the record they stand in, as the shop sent it. */
export function canonicalLines(order: WooLines, raw: Record<string, unknown>, percents: Percents): JsonObject[] {
  const groups = [
    ['product', order.line_items, raw.line_items],
    ['shipping', order.shipping_lines, raw.shipping_lines],
    ['fee', order.fee_lines, raw.fee_lines],
  ] as const;
  const lines: JsonObject[] = [];
  for (const [kind, entries, rawEntries] of groups) {
    entries.forEach((entry, index) => {
      const rawEntry = Array.isArray(rawEntries) ? (rawEntries[index] as JsonObject) : {};
      lines.push(canonicalLine(kind, entry, lines.length + 1, percents, rawEntry));
    });
  }
  return lines;
}

function canonicalLine(
  kind: 'product' | 'shipping' | 'fee',
  entry: WooLine,
  position: number,
  percents: Percents,
  raw: JsonObject,
): JsonObject {
  const count = kind === 'product' ? plainDecimal(entry.quantity) : '1';
  const name = plainText(entry.name) || plainText(entry.method_title);
  return {
    id: entry.id,
    position,
    kind,
    product_ref: kind === 'product' ? productRef(entry) : null,
    sku: entry.sku || null,
    name,
    description: name,
    quantity: count,
    unit_price: unitPrice(entry.total, count),
    subtotal: entry.subtotal ?? entry.total,
    total: entry.total,
    tax_total: entry.total_tax,
    taxed: decimal(entry.total_tax).eq(0) ? 'no' : 'yes',
    tax_percent: taxPercent(entry, percents),
    shares: kind === 'fee' ? taxShares(entry, percents) : [],
    raw,
  };
}

/**
 * A negative fee takes its tax back from the order's tax classes in proportion, so one line holds several rates, each on
 * a part of it (reference section 5). These are the parts: what each tax amount says it was charged on, and the untaxed
 * rest. Empty for a line that is taxed as a whole.
 */
function taxShares(entry: WooLine, percents: Percents): { total: string; tax_total: string; tax_percent: string }[] {
  const total = decimal(entry.total);
  if (total.gte(0)) return [];
  const shares = entry.taxes.flatMap(({ id: rate, total: tax }) => {
    const percent = decimal(percents.get(rate) ?? 0);
    if (!isDecimalText(tax) || decimal(tax).eq(0) || percent.eq(0)) return [];
    const base = roundHalfUp(decimal(tax).times(100).div(percent), 2);
    return [{ base, tax_total: money(tax), tax_percent: plainDecimal(percent) }];
  });
  const rest = total.minus(sum(shares.map(({ base }) => base)));
  // Several rates on the whole line come to more than the line; one rate on all of it to the line, but for a rounded cent.
  if (shares.length === 0 || rest.gt('0.02') || (shares.length === 1 && rest.abs().lte('0.02'))) return [];
  return [
    ...shares.map(({ base, ...share }) => ({ ...share, total: money(base) })),
    ...(rest.eq(0) ? [] : [{ total: money(rest), tax_total: '0.00', tax_percent: '0' }]),
  ];
}

/** A line as the books take it: with one tax rate. */
export function postingsOf({ shares, ...entry }: JsonObject): JsonObject[] {
  const parts = shares as ReturnType<typeof taxShares>;
  if (parts.length === 0) return [entry];
  return parts.map((part) => ({
    ...entry,
    ...part,
    quantity: '1',
    unit_price: part.total,
    taxed: decimal(part.tax_total).eq(0) ? 'no' : 'yes',
  }));
}

/** Fewest decimals that multiply back to the total exactly; the shop's own `price` is a rounded float. */
function unitPrice(total: string, quantity: string): string | null {
  for (const places of [2, 4, 5, 7]) {
    const price = unitPriceFor(total, quantity, places);
    if (price !== undefined) return price;
  }
  return null;
}

/** Sum of the percentages that taxed the line, from the order's own copy of the rates. */
function taxPercent(entry: WooLine, percents: Percents): string {
  const applied = entry.taxes.filter(({ total }) => isDecimalText(total) && !decimal(total).eq(0));
  return plainDecimal(sum(applied.map((tax) => percents.get(tax.id) ?? 0).map((percent) => decimal(percent))));
}

/** A deleted product leaves id 0 behind: there is nothing to refer to. */
export function productRef(entry: WooLine): string | null {
  const variation = entry.variation_id && entry.variation_id !== '0' ? entry.variation_id : undefined;
  const product = entry.product_id && entry.product_id !== '0' ? entry.product_id : undefined;
  return variation ?? product ?? null;
}
