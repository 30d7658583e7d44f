import type { Big } from 'big.js';
import { sum } from '#shared/core/money.ts';
import { errors, refuse } from '../faults.ts';
import { amountOf, isPresent, type Row, refOf, rowOf } from '../values.ts';
import type { Draft } from './draft.ts';
import { globalTax } from './global-tax.ts';
import type { SalesLines } from './lines.ts';
import { noTax, prorate, ratesOf, rateTax, shareOf, type Tax, taxDetail } from './tax-rates.ts';

/** Tax of a sales form: per transaction and rate, never per line. That is where it differs from shops that round lines. */
export function computeTax(draft: Draft, lines: SalesLines, discount: Big): Tax {
  const { body, company, sent } = draft;
  const wanted = rowOf(sent.TxnTaxDetail);
  if (company.isUS) return company.settings.salesTax === 'off' ? noTax : usTax(draft, lines, discount, wanted);
  if (body.GlobalTaxCalculation !== 'NotApplicable') return globalTax(draft, lines, discount, wanted);
  if (isPresent(sent.TxnTaxDetail)) refuse(errors.taxNotApplicable());
  return noTax;
}

function usTax(draft: Draft, lines: SalesLines, discount: Big, wanted: Row): Tax {
  const { company } = draft;
  const automated = company.settings.salesTax === 'ast';
  const chosen = refOf(wanted.TxnTaxCodeRef);
  if (chosen !== undefined && ratesOf(company, chosen).length === 0) refuse(errors.taxCode(chosen));
  const code = automated ? recommendedCode(draft) : chosen;
  const net = taxableNet(draft, lines, discount);
  if (code === undefined || net.eq(0)) return { ...noTax, detail: { TotalTax: '0' } };
  const sums = ratesOf(company, code).map((rate) => ({ rate, net, tax: rateTax(net, rate) }));
  const computed = sums.map(({ tax }) => tax);
  if (isPresent(wanted.TotalTax)) prorate(sums, amountOf(wanted.TotalTax));
  return taxDetail(sums, code, automated ? computed : []);
}

/** Automated sales tax decides by the address and replaces whatever code the caller sent. */
function recommendedCode({ body, company }: Draft): string | undefined {
  const customer = company.table('Customer').get(refOf(body.CustomerRef) ?? '');
  if (customer?.body.Taxable === false) return undefined;
  const { astCodes, defaultTaxCode } = company.settings;
  const state = String(rowOf(body.ShipAddr ?? body.BillAddr).CountrySubDivisionCode ?? '');
  return astCodes[state] ?? defaultTaxCode;
}

/** Net of the taxable lines; the discount lowers it only when tax is applied after the discount. */
function taxableNet({ body }: Draft, lines: SalesLines, discount: Big): Big {
  const taxable = (line: Row) => refOf(rowOf(line.SalesItemLineDetail).TaxCodeRef) === 'TAX';
  const items = sum(lines.items.filter(taxable).map((line) => amountOf(line.Amount)));
  const reduced = body.ApplyTaxAfterDiscount === true ? items.minus(shareOf(discount, items, lines.subtotal)) : items;
  return lines.shipping && taxable(lines.shipping) ? reduced.plus(amountOf(lines.shipping.Amount)) : reduced;
}
