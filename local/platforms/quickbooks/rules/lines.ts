import type { Big } from 'big.js';
import { roundHalfUp, sum } from '#shared/core/money.ts';
import { displayName } from '../company.ts';
import { errors, refuse } from '../faults.ts';
import {
  amountOf,
  isPresent,
  printMoney,
  printPlain,
  type Row,
  refOf,
  rowOf,
  rowsOf,
  textOf,
  type Value,
} from '../values.ts';
import type { Draft } from './draft.ts';

/** Reserved item ids for the shipping charge and the tip of a sales form. */
const specialItems = ['SHIPPING_ITEM_ID', 'GRATUITY_ITEM_ID'];
const detailTypes = [
  'SalesItemLineDetail',
  'DescriptionOnly',
  'DiscountLineDetail',
  'SubTotalLineDetail',
  'GroupLineDetail',
];

export interface SalesLines {
  /** Item and description lines, in order, with their ids. */
  readonly items: Row[];
  readonly discount: Row | undefined;
  readonly shipping: Row | undefined;
  readonly subtotal: Big;
}

/** Checks the lines of a sales form, computes what the caller left out and sorts them by their part in the total. */
export function readLines(draft: Draft): SalesLines {
  const sent = rowsOf(draft.body.Line);
  for (const line of sent) {
    if (!isPresent(line.DetailType)) refuse(errors.required('Line.DetailType'));
    if (!detailTypes.includes(String(line.DetailType)))
      refuse(errors.format('choice', 'Line.DetailType', String(line.DetailType)));
  }
  const own = sent.filter(({ DetailType }) => DetailType !== 'SubTotalLineDetail');
  if (own.length === 0) refuse(errors.noLines());
  if (own.length > 10_000) refuse(errors.business('A transaction has at most 10,000 lines.'));
  const items: Row[] = [];
  let discount: Row | undefined;
  let shipping: Row | undefined;
  for (const line of own) {
    if (line.DetailType === 'DiscountLineDetail') discount = line;
    else if (specialItems.includes(itemOf(line) ?? '')) shipping = shippingLine(draft, line);
    else items.push(line.DetailType === 'SalesItemLineDetail' ? itemLine(draft, line) : otherLine(line));
  }
  numberLines(draft, items);
  const subtotal = sum(items.map((line) => amountOf(line.Amount)));
  return { items, shipping, subtotal, discount: discount && discountLine(draft, discount, subtotal) };
}

function itemOf(line: Row): string | undefined {
  return refOf(rowOf(line.SalesItemLineDetail).ItemRef);
}

/** A line that still has a stored id keeps it; every other line gets the next number, ids are never used again. */
function numberLines({ before }: Draft, items: Row[]): void {
  const known = new Set(rowsOf(before?.body.Line).map(({ Id }) => textOf(Id)));
  let last = Math.max(0, ...[...known].map((id) => Number(id ?? 0)));
  items.forEach((line, index) => {
    const id = textOf(line.Id);
    if (id === undefined || !known.delete(id)) {
      last += 1;
      line.Id = String(last);
    }
    line.LineNum = index + 1;
  });
}

function otherLine(line: Row): Row {
  if (line.DetailType === 'GroupLineDetail') refuse(errors.notInPlan('bundles by API'));
  const { Amount: _amount, ...rest } = line;
  return { DescriptionLineDetail: {}, ...rest };
}

function itemLine(draft: Draft, line: Row): Row {
  const { company } = draft;
  const detail = { ...rowOf(line.SalesItemLineDetail) };
  const itemId = refOf(detail.ItemRef);
  // Without an item the line is documentation: its amount is ignored.
  if (itemId === undefined)
    return otherLine({ ...line, DetailType: 'DescriptionOnly', SalesItemLineDetail: undefined });
  const item = company.lookUp('Item', itemId, 'Line.SalesItemLineDetail.ItemRef');
  if (item.body.Type === 'Category') refuse(errors.invalidReference('Line.SalesItemLineDetail.ItemRef'));
  detail.ItemRef = { value: itemId, name: displayName(item) };
  checkStock(draft, item.body, detail);
  const total = lineAmount(line, detail);
  detail.TaxCodeRef = lineTaxCode(draft, detail.TaxCodeRef);
  if (isPresent(detail.TaxInclusiveAmt)) detail.TaxInclusiveAmt = printMoney(amountOf(detail.TaxInclusiveAmt));
  return { ...line, Amount: printMoney(total), SalesItemLineDetail: detail };
}

/** Amount, Qty and UnitPrice of a line: each follows from the other two, and all three must agree (6070). */
function lineAmount(line: Row, detail: Row): Big {
  const hasQty = isPresent(detail.Qty);
  const hasPrice = isPresent(detail.UnitPrice);
  const hasAmount = isPresent(line.Amount);
  if (!hasAmount && !(hasQty && hasPrice)) refuse(errors.required('Line.Amount'));
  const product = roundHalfUp(amountOf(detail.Qty).times(amountOf(detail.UnitPrice)), 2);
  const amount = hasAmount ? roundHalfUp(amountOf(line.Amount), 2) : product;
  if (hasQty && hasPrice && !product.eq(amount) && !product.eq(amountOf(detail.TaxInclusiveAmt))) {
    refuse(errors.mismatch(grouped(line.Amount)));
  }
  if (hasQty && !hasPrice && !amountOf(detail.Qty).eq(0))
    detail.UnitPrice = printPlain(amount.div(amountOf(detail.Qty)));
  else if (hasPrice) detail.UnitPrice = printPlain(amountOf(detail.UnitPrice));
  if (hasQty) detail.Qty = printPlain(amountOf(detail.Qty));
  return amount;
}

/** `1,861.07`: as fault 6070 quotes the amount. */
function grouped(value: Value): string {
  const [whole = '0', fraction] = amountOf(value).toFixed().split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

function checkStock({ body, company }: Draft, item: Row, detail: Row): void {
  if (item.TrackQtyOnHand !== true) return;
  if (amountOf(detail.Qty).eq(0)) refuse(errors.noQuantity());
  const day = textOf(body.TxnDate) ?? company.today();
  if (day < String(item.InvStartDate)) refuse(errors.beforeInventory());
}

/** US lines say TAX or NON and nothing else (6100); elsewhere each line names a real tax code. */
function lineTaxCode({ body, company }: Draft, sent: Value): Row | undefined {
  const code = refOf(sent);
  if (company.isUS) {
    if (code !== undefined && code !== 'TAX' && code !== 'NON') refuse(errors.usLineTax(code));
    return { value: code ?? 'NON' };
  }
  if (code === undefined) {
    if (body.GlobalTaxCalculation === 'NotApplicable') return undefined;
    return refuse(errors.business('Make sure all your transactions have a tax rate before you save.'));
  }
  const found = company.table('TaxCode').get(code);
  if (!found || found.body.Active === false) return refuse(errors.taxCode(code));
  return { value: code };
}

function shippingLine(draft: Draft, line: Row): Row {
  const special = itemOf(line);
  if (special !== 'SHIPPING_ITEM_ID' || !draft.company.settings.allowShipping) {
    refuse(
      errors.business(`${special === 'SHIPPING_ITEM_ID' ? 'Shipping' : 'Gratuity'} is not enabled for this company.`),
    );
  }
  if (!isPresent(line.Amount)) refuse(errors.required('Line.Amount'));
  const detail = rowOf(line.SalesItemLineDetail);
  const code = lineTaxCode(draft, detail.TaxCodeRef);
  return {
    Amount: printMoney(amountOf(line.Amount)),
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: special }, ...(code ? { TaxCodeRef: code } : {}) },
  };
}

function discountLine({ company }: Draft, line: Row, subtotal: Big): Row {
  if (!company.settings.allowDiscount) refuse(errors.business('Discounts are not enabled for this company.'));
  const detail = { ...rowOf(line.DiscountLineDetail) };
  const byPercent = detail.PercentBased === true;
  if (byPercent ? !isPresent(detail.DiscountPercent) : !isPresent(line.Amount)) refuse(errors.discount());
  const amount = byPercent
    ? roundHalfUp(subtotal.times(amountOf(detail.DiscountPercent)).div(100), 2)
    : roundHalfUp(amountOf(line.Amount), 2);
  if (amount.lt(0)) refuse(errors.negativeLine('Line.Amount'));
  if (amount.gt(subtotal)) refuse(errors.business("The discount amount can't be greater than the subtotal."));
  const account = company.lookUp(
    'Account',
    refOf(detail.DiscountAccountRef) ?? '86',
    'Line.DiscountLineDetail.DiscountAccountRef',
  );
  detail.PercentBased = byPercent;
  detail.DiscountAccountRef = { value: account.id, name: displayName(account) };
  return { Amount: printMoney(amount), DetailType: 'DiscountLineDetail', DiscountLineDetail: detail };
}
