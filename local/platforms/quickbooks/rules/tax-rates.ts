import { Big } from 'big.js';
import { roundHalfUp, sum } from '#shared/core/money.ts';
import type { Company } from '../company.ts';
import { amountOf, printMoney, printPlain, type Row, refOf, rowOf, rowsOf } from '../values.ts';

export interface Tax {
  /** TxnTaxDetail of the answer; absent when the company charges no tax. */
  readonly detail: Row | undefined;
  readonly total: Big;
  /** Added to the total where gross amounts were sent: their nets, as sent, need not add up to gross less tax. */
  readonly adjustment: Big;
}

export const noTax: Tax = { detail: undefined, total: new Big(0), adjustment: new Big(0) };

export interface Rate {
  readonly id: string;
  readonly percent: Big;
  /** `TaxOnAmount`, `TaxOnAmountPlusTax` (the tax of the rates before it included) or `TaxOnTax` (that tax alone). */
  readonly appliesTo: string;
}

/** One rate on a transaction: the net it applies to and the tax it makes. */
export interface RateSum {
  readonly rate: Rate;
  net: Big;
  tax: Big;
}

export function ratesOf(company: Company, code: string): Rate[] {
  const list = rowOf(company.table('TaxCode').get(code)?.body.SalesTaxRateList);
  return rowsOf(list.TaxRateDetail)
    .toSorted((a, b) => Number(a.TaxOrder ?? 0) - Number(b.TaxOrder ?? 0))
    .map((row) => {
      const id = refOf(row.TaxRateRef) ?? '';
      const percent = amountOf(company.table('TaxRate').get(id)?.body.RateValue);
      return { id, percent, appliesTo: String(row.TaxTypeApplicable ?? 'TaxOnAmount') };
    });
}

/** Half up on the sum of the nets: 345.00 x 6.5 % = 22.425 is 22.43 (capture ruckus_refund_receipt). */
export function rateTax(net: Big, rate: Rate): Big {
  return roundHalfUp(net.times(rate.percent).div(100), 2);
}

/** What each rate of a code taxes of a net: a rate that is on tax takes what the rates before it come to, in cents. */
export function taxablesOf(net: Big, rates: readonly Rate[]): Big[] {
  let before = new Big(0);
  return rates.map((rate) => {
    const taxable = { TaxOnAmountPlusTax: net.plus(before), TaxOnTax: before }[rate.appliesTo] ?? net;
    before = before.plus(rateTax(taxable, rate));
    return taxable;
  });
}

/** The part of `amount` that belongs to `part` of `whole`, in cents. */
export function shareOf(amount: Big, part: Big, whole: Big): Big {
  return whole.eq(0) ? new Big(0) : roundHalfUp(amount.times(part).div(whole), 2);
}

/** Spreads a stated total over the rates in proportion to what they computed; the last one takes the rest. */
export function prorate(sums: readonly RateSum[], total: Big): void {
  const computed = sum(sums.map(({ tax }) => tax));
  const weights = sums.map(({ tax, rate }) => (computed.eq(0) ? rate.percent : tax));
  const whole = sum(weights);
  let left = roundHalfUp(total, 2);
  sums.forEach((entry, index) => {
    entry.tax = index === sums.length - 1 ? left : shareOf(total, weights[index] ?? new Big(0), whole);
    left = left.minus(entry.tax);
  });
}

/** TxnTaxDetail; `computed` are the rates' own results where the caller's total replaced them. */
export function taxDetail(sums: readonly RateSum[], code: string | undefined, computed: readonly Big[] = []): Tax {
  const total = sum(sums.map(({ tax }) => tax));
  const TaxLine = sums.map((entry, index): Row => {
    const delta = entry.tax.minus(computed[index] ?? entry.tax);
    return {
      Amount: printMoney(entry.tax),
      DetailType: 'TaxLineDetail',
      TaxLineDetail: {
        TaxRateRef: { value: entry.rate.id },
        PercentBased: true,
        TaxPercent: printPlain(entry.rate.percent),
        NetAmountTaxable: printMoney(entry.net),
        ...(delta.eq(0) ? {} : { OverrideDeltaAmount: printMoney(delta) }),
      },
    };
  });
  const TxnTaxCodeRef = code === undefined ? {} : { TxnTaxCodeRef: { value: code } };
  return { detail: { ...TxnTaxCodeRef, TotalTax: printMoney(total), TaxLine }, total, adjustment: new Big(0) };
}
