import type { Big } from 'big.js';
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
  tax_lines: z.array(
    z.object({ rate_id: id, rate_percent: quantity.nullish(), label: text, compound: z.boolean().nullish() }),
  ),
};
export type WooLine = z.infer<typeof line>;
const lineGroupsSchema = z.object(lineGroups);
export type WooLines = z.infer<typeof lineGroupsSchema>;
interface TaxRate {
  readonly percent: string;
  /** It taxes the tax of the other rates too. */
  readonly isCompound: boolean;
}
/** By id of the rate, in the order in which they apply. */
export type TaxRates = ReadonlyMap<string, TaxRate>;

/** The rates a record was taxed with, from its own copy of them. */
export function taxRatesOf({ tax_lines }: Pick<WooLines, 'tax_lines'>): TaxRates {
  return new Map(
    tax_lines.map((tax) => [tax.rate_id, { percent: tax.rate_percent ?? '0', isCompound: tax.compound === true }]),
  );
}

/** Lines in the shop's order: goods, shipping, fees. `raw` is the record they stand in, as the shop sent it. */
export function canonicalLines(order: WooLines, raw: Record<string, unknown>, rates: TaxRates): JsonObject[] {
  const groups = [
    ['product', order.line_items, raw.line_items],
    ['shipping', order.shipping_lines, raw.shipping_lines],
    ['fee', order.fee_lines, raw.fee_lines],
  ] as const;
  const lines: JsonObject[] = [];
  for (const [kind, entries, rawEntries] of groups) {
    entries.forEach((entry, index) => {
      const rawEntry = Array.isArray(rawEntries) ? (rawEntries[index] as JsonObject) : {};
      lines.push(canonicalLine(kind, entry, lines.length + 1, rates, rawEntry));
    });
  }
  return lines;
}

function canonicalLine(
  kind: 'product' | 'shipping' | 'fee',
  entry: WooLine,
  position: number,
  rates: TaxRates,
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
    ...treatmentOf(entry, rates),
    shares: kind === 'fee' ? taxShares(entry, rates) : [],
    raw,
  };
}

/**
 * A negative fee takes its tax back from the order's tax classes in proportion, so one line holds several rates, each on
 * a part of it (reference section 5). These are the parts: what each tax amount says it was charged on, and the untaxed
 * rest. Empty for a line that is taxed as a whole.
 */
function taxShares(entry: WooLine, rates: TaxRates): Share[] {
  const total = decimal(entry.total);
  if (total.gte(0)) return [];
  const shares = entry.taxes.flatMap(({ id: rate, total: tax }) => {
    const percent = decimal(rates.get(rate)?.percent ?? 0);
    if (!isDecimalText(tax) || decimal(tax).eq(0) || percent.eq(0)) return [];
    const base = taxBase(decimal(tax), percent);
    return [{ base, tax_total: money(tax), ...treatment([{ percent: plainDecimal(percent) }]) }];
  });
  const rest = total.minus(sum(shares.map(({ base }) => base)));
  // Several rates on the whole line come to more than the line; one rate on all of it to the line, but for a rounded cent.
  if (shares.length === 0 || rest.gt('0.02') || (shares.length === 1 && rest.abs().lte('0.02'))) return [];
  return [
    ...shares.map(({ base, ...share }) => ({ ...share, total: money(base) })),
    ...(rest.eq(0) ? [] : [{ total: money(rest), tax_total: '0.00', ...treatment([]) }]),
  ];
}

/** The net that a tax of so many percent is charged on, to the cent. */
export const taxBase = (tax: Big, percent: Big): Big => roundHalfUp(tax.times(100).div(percent), 2);

/** A line as the books take it: with one tax rate. */
export function postingsOf({ shares, ...entry }: JsonObject): JsonObject[] {
  const parts = shares as unknown as Share[];
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
export function unitPrice(total: string, quantity: string): string | null {
  for (const places of [2, 4, 5, 7]) {
    const price = unitPriceFor(total, quantity, places);
    if (price !== undefined) return price;
  }
  return null;
}

type Treatment = {
  /** Percentages of all rates on it together. */
  readonly tax_percent: string;
  /** The same rate by rate, for people. */
  readonly tax_rates: string;
};
type Share = Treatment & {
  readonly total: string;
  readonly tax_total: string;
};

/** How the line was taxed, from the order's own copy of the rates. */
function treatmentOf(entry: WooLine, rates: TaxRates): Treatment {
  const applied = new Set(
    entry.taxes.filter(({ total }) => isDecimalText(total) && !decimal(total).eq(0)).map(({ id: rate }) => rate),
  );
  return treatment([...rates].flatMap(([rate, own]) => (applied.has(rate) ? [own] : [])));
}

/** Compound rates come after the others, each on the amount with all tax before it: 5 % and 9.975 % are 15.47375 %. */
function treatment(rates: readonly { readonly percent: string; readonly isCompound?: boolean }[]): Treatment {
  const compound = rates.filter(({ isCompound }) => isCompound);
  const plain = rates.filter(({ isCompound }) => !isCompound).map(({ percent }) => percent);
  const factor = compound.reduce(
    (before, { percent }) => before.times(decimal(percent).times('0.01').plus(1)),
    sum(plain).times('0.01').plus(1),
  );
  const first = plain.map((percent) => `${percent} %`).join(' and ');
  const then = compound.map(({ percent }) => `${percent} % on the amount with that tax`);
  return {
    tax_percent: plainDecimal(factor.minus(1).times(100)),
    tax_rates: [...(first ? [first] : []), ...then].join(', then ') || '0 %',
  };
}

/** A deleted product leaves id 0 behind: there is nothing to refer to. */
export function productRef(entry: WooLine): string | null {
  const variation = entry.variation_id && entry.variation_id !== '0' ? entry.variation_id : undefined;
  const product = entry.product_id && entry.product_id !== '0' ? entry.product_id : undefined;
  return variation ?? product ?? null;
}
