import type { Big } from 'big.js';
import * as z from 'zod';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { decimal, money, plainDecimal, roundHalfUp, sum } from '../../core/money.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Candidate, Settlement } from '../target.ts';

const lineSchema = z.looseObject({
  Amount: z.union([z.string(), z.number()]),
  SalesItemLineDetail: z.looseObject({ TaxCodeRef: z.looseObject({ value: z.string() }).optional() }).optional(),
});
const taxRate = z.object({
  rate: z.string(),
  percent: z.string(),
  /** What it is a part of: the amount, the amount with the tax of the rates before it, or that tax alone. */
  on: z.enum(['amount', 'amount_and_tax', 'tax']).default('amount'),
});
type TaxRate = z.infer<typeof taxRate>;

/** How a company taxes sales; read at connect time. */
export const taxProfileSchema = z.object({
  style: z.enum(['us', 'global', 'line']),
  /** Rates behind each tax code, in the order in which they apply. */
  codes: z.record(z.string(), z.array(taxRate)).default({}),
  /** A code that taxes nothing, for lines that are only there for the sum. */
  untaxed_code: z.string().nullable().default(null),
});
export type TaxProfile = z.infer<typeof taxProfileSchema>;

export interface Books {
  readonly tax: TaxProfile;
  /** Largest difference that may be booked as rounding. */
  readonly roundingLimit: Big;
  /** Whether a document whose number another one has goes by a number of its own. */
  readonly suffixesNumbers?: boolean | undefined;
}

export function booksOf(context: ConnectionContext): Books {
  return {
    tax: taxProfileSchema.parse(context.profile.tax),
    roundingLimit: decimal(String(context.settings.rounding_limit ?? '0.05')),
    suffixesNumbers: context.settings.duplicate_numbers === 'suffix',
  };
}

/** What all rates of a code come to together. */
export function percentOf(rates: readonly TaxRate[]): string {
  const taxed = rates.reduce((before, { on, percent }) => {
    const base = on === 'amount' ? decimal(1) : on === 'tax' ? before : before.plus(1);
    return before.plus(base.times(decimal(percent)).times('0.01'));
  }, decimal(0));
  return plainDecimal(taxed.times(100));
}

/**
 * The total QuickBooks will compute: line amounts plus tax. US companies take the tax they are given; elsewhere each rate
 * is rounded half up on the sum of its net lines (reference section 11); one that taxes tax, on the rounded tax before it.
 */
export function computedTotal(payload: JsonObject, tax: TaxProfile): Big {
  const lines = z.array(lineSchema).parse(payload.Line ?? []);
  const net = sum(lines.map(({ Amount }) => Amount));
  if (tax.style === 'us') {
    const detail = payload.TxnTaxDetail as { TotalTax?: string } | undefined;
    return net.plus(decimal(detail?.TotalTax ?? '0'));
  }
  if (tax.style === 'line') return net;
  const nets = new Map<string, Big>();
  for (const { Amount, SalesItemLineDetail } of lines) {
    const code = SalesItemLineDetail?.TaxCodeRef?.value ?? '';
    nets.set(code, (nets.get(code) ?? decimal(0)).plus(decimal(Amount)));
  }
  const bases = new Map<string, { percent: string; base: Big }>();
  for (const [code, ofCode] of nets) {
    let before = decimal(0);
    for (const { rate, percent, on } of tax.codes[code] ?? []) {
      const own = on === 'amount' ? ofCode : on === 'tax' ? before : ofCode.plus(before);
      before = before.plus(percentage(own, percent));
      bases.set(rate, { percent, base: (bases.get(rate)?.base ?? decimal(0)).plus(own) });
    }
  }
  return net.plus(sum([...bases.values()].map(({ percent, base }) => percentage(base, percent))));
}

const percentage = (base: Big, percent: string): Big => roundHalfUp(base.times(decimal(percent)).div(100), 2);

/**
 * Makes the document come to the order's total: a small difference becomes one rounding line, a large one fails the
 * record before anything is sent.
 */
export function balance(candidate: Candidate, books: Books): Result<JsonObject> {
  const { payload, settlement } = candidate;
  const { length: lines } = Array.isArray(payload.Line) ? payload.Line : [];
  if (lines > mostLines) return fail(tooManyLines(lines));
  if (!settlement || payload.Line === undefined || payload.LinkedTxn !== undefined || payload.TotalAmt !== undefined) {
    return ok(payload);
  }
  const expected = decimal(settlement.total);
  if (expected.lt(0)) return fail(negative(settlement));
  const computed = computedTotal(payload, books.tax);
  const difference = expected.minus(computed);
  if (difference.eq(0)) return ok(payload);
  const limit = limitFor(settlement, books);
  if (difference.abs().gt(limit) || settlement.adjustment_id === null)
    return fail(differs(settlement, computed, limit));
  return ok(withRounding(payload, difference, settlement.adjustment_id, books.tax));
}

/** Most lines of a taxed document (reference section 2). */
const mostLines = 750;

function tooManyLines(lines: number): Failure {
  return {
    category: 'validation',
    code: 'quickbooks.too_many_lines',
    field: 'Line',
    reason: `It has ${lines} lines; QuickBooks takes ${mostLines} on one document.`,
    fix: 'Choose “One per tax rate” for “Lines of a day’s document” in the settings of QuickBooks if it is the document of a day, then retry; otherwise enter it in parts.',
    retryable: false,
  };
}

/** The limit holds for each amount that the total is the sum of. */
export function limitFor({ parts = 1 }: Settlement, { roundingLimit }: Books): Big {
  return roundingLimit.times(Math.max(1, parts));
}

/** The payload with one more line for the difference. */
export function withRounding(payload: JsonObject, difference: Big, itemId: string, tax: TaxProfile): JsonObject {
  const code = tax.style === 'us' ? 'NON' : tax.style === 'global' ? tax.untaxed_code : null;
  const line: JsonObject = {
    DetailType: 'SalesItemLineDetail',
    Amount: money(difference),
    Description: 'Rounding difference to the shop',
    SalesItemLineDetail: {
      ItemRef: { value: itemId },
      ...(code === null ? {} : { TaxCodeRef: { value: code } }),
    },
  };
  const lines = (payload.Line ?? []) as readonly Json[];
  return { ...payload, Line: [...lines, line] };
}

export function differs(settlement: Settlement, computed: Big, limit: Big): Failure {
  const difference = decimal(settlement.total).minus(computed);
  return {
    category: 'validation',
    code: 'quickbooks.total_differs',
    field: 'TotalAmt',
    reason: `The shop's total is ${settlement.total} ${settlement.currency}, QuickBooks comes to ${money(computed)}: ${money(difference)} apart, more than the rounding limit of ${money(limit)}.`,
    fix: 'Compare the tax rates of the shop and QuickBooks, correct the order, or raise the “Largest rounding difference” in the settings of QuickBooks; then retry.',
    retryable: false,
  };
}

function negative(settlement: Settlement): Failure {
  return {
    category: 'validation',
    code: 'quickbooks.negative_total',
    field: 'TotalAmt',
    reason: `The total is ${settlement.total} ${settlement.currency}; QuickBooks takes no sale below zero.`,
    fix: 'Correct the order in the shop; money that goes back is a refund.',
    retryable: false,
  };
}
