import { Big } from 'big.js';
import { roundHalfUp, sum } from '#shared/core/money.ts';
import { amountOf, isPresent, type Row, refOf, rowOf, rowsOf } from '../values.ts';
import type { Draft } from './draft.ts';
import type { SalesLines } from './lines.ts';
import {
  prorate,
  type Rate,
  type RateSum,
  ratesOf,
  rateTax,
  shareOf,
  type Tax,
  taxablesOf,
  taxDetail,
} from './tax-rates.ts';

/** Lines of one tax code: nets to be taxed, and gross amounts the tax is taken out of with the nets sent for them. */
interface CodeSum {
  net: Big;
  gross: Big;
  sentNet: Big;
}

/** Tax outside the US: each line names a code, each rate is rounded on the sum of its lines. */
export function globalTax(draft: Draft, lines: SalesLines, discount: Big, sent: Row): Tax {
  const { body, company } = draft;
  const inclusive = body.GlobalTaxCalculation === 'TaxInclusive';
  const codes = sumByCode(lines, inclusive, body.ApplyTaxAfterDiscount === true ? discount : new Big(0));
  const sums = new Map<string, RateSum>();
  const open = new Map<string, Big>();
  for (const [code, group] of codes) {
    const rates = ratesOf(company, code);
    const taxables = taxablesOf(group.net, rates);
    rates.forEach((rate, index) => {
      const taxable = taxables[index] ?? new Big(0);
      open.set(rate.id, (open.get(rate.id) ?? new Big(0)).plus(taxable));
      entryOf(sums, rate).net = entryOf(sums, rate).net.plus(taxable);
    });
    if (!group.gross.eq(0)) extractTax(sums, rates, group.gross);
  }
  const extracted = sum([...sums.values()].map(({ tax }) => tax));
  for (const entry of sums.values()) {
    entry.tax = entry.tax.plus(rateTax(open.get(entry.rate.id) ?? new Big(0), entry.rate));
  }
  if (!inclusive) stateTax([...sums.values()], sent);
  const groups = [...codes.values()];
  const beyondNet = sum(groups.map(({ gross, sentNet }) => gross.minus(sentNet)));
  return { ...taxDetail([...sums.values()], undefined), adjustment: beyondNet.minus(extracted) };
}

function sumByCode(lines: SalesLines, inclusive: boolean, discount: Big): Map<string, CodeSum> {
  const codes = new Map<string, CodeSum>();
  const add = (line: Row, lowered: Big): void => {
    const detail = rowOf(line.SalesItemLineDetail);
    const code = refOf(detail.TaxCodeRef);
    if (code === undefined) return;
    const group = codes.get(code) ?? { net: new Big(0), gross: new Big(0), sentNet: new Big(0) };
    codes.set(code, group);
    const amount = amountOf(line.Amount);
    if (inclusive && isPresent(detail.TaxInclusiveAmt)) {
      group.gross = group.gross.plus(amountOf(detail.TaxInclusiveAmt));
      group.sentNet = group.sentNet.plus(amount);
    } else {
      group.net = group.net.plus(amount).minus(lowered);
    }
  };
  for (const line of lines.items) add(line, shareOf(discount, amountOf(line.Amount), lines.subtotal));
  if (lines.shipping) add(lines.shipping, new Big(0));
  return codes;
}

function entryOf(sums: Map<string, RateSum>, rate: Rate): RateSum {
  const entry = sums.get(rate.id) ?? { rate, net: new Big(0), tax: new Big(0) };
  sums.set(rate.id, entry);
  return entry;
}

/** Takes the tax out of gross amounts, by all rates of their code together. */
function extractTax(sums: Map<string, RateSum>, rates: readonly Rate[], gross: Big): void {
  const whole = new Big(100);
  const taxables = taxablesOf(whole, rates);
  const weights = rates.map((rate, index) => rate.percent.times(taxables[index] ?? whole).div(whole));
  const percent = sum(weights);
  const net = roundHalfUp(gross.div(percent.div(100).plus(1)), 2);
  const tax = gross.minus(net);
  let left = tax;
  rates.forEach((rate, index) => {
    const entry = entryOf(sums, rate);
    const part = index === rates.length - 1 ? left : shareOf(tax, weights[index] ?? new Big(0), percent);
    left = left.minus(part);
    entry.net = entry.net.plus(net);
    entry.tax = entry.tax.plus(part);
  });
}

/** The caller may state the tax of each rate, or the total. */
function stateTax(sums: readonly RateSum[], sent: Row): void {
  const stated = new Map<string | undefined, Big>();
  for (const line of rowsOf(sent.TaxLine)) {
    if (isPresent(line.Amount)) stated.set(refOf(rowOf(line.TaxLineDetail).TaxRateRef), amountOf(line.Amount));
  }
  for (const entry of sums) entry.tax = roundHalfUp(stated.get(entry.rate.id) ?? entry.tax, 2);
  if (stated.size === 0 && isPresent(sent.TotalTax)) prorate(sums, amountOf(sent.TotalTax));
}
