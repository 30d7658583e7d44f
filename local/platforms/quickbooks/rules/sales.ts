import { Big } from 'big.js';
import { errors, refuse } from '../faults.ts';
import { amountOf, isPresent, printMoney, type Row, refOf, rowOf } from '../values.ts';
import { addDays } from '../zone.ts';
import { storedAddress } from './countries.ts';
import type { Draft } from './draft.ts';
import { readLines } from './lines.ts';
import { computeTax } from './tax.ts';
import { noTax, type Tax } from './tax-rates.ts';
import { customFields, depositAccount, documentNumber, setTotal, transactionRules } from './transactions.ts';

/** Invoice, SalesReceipt, CreditMemo and RefundReceipt: lines, tax, totals and what the platform fills in. */
export function salesRules(draft: Draft): void {
  const { body } = draft;
  transactionRules(draft);
  customFields(draft);
  addresses(draft);
  if (draft.company.isUS) delete body.GlobalTaxCalculation;
  else body.GlobalTaxCalculation ??= 'TaxExcluded';
  totals(draft);
  documentNumber(draft);
  kinds[draft.spec.name]?.(draft);
}

function totals(draft: Draft): void {
  const { body } = draft;
  const lines = readLines(draft);
  const discount = amountOf(lines.discount?.Amount);
  const tax = keptTax(draft) ?? computeTax(draft, lines, discount);
  if (tax.detail) body.TxnTaxDetail = tax.detail;
  else delete body.TxnTaxDetail;
  const subtotalLine: Row = {
    Amount: printMoney(lines.subtotal),
    DetailType: 'SubTotalLineDetail',
    SubTotalLineDetail: {},
  };
  const after = [lines.discount, lines.shipping].filter((line) => line !== undefined);
  body.Line = [...lines.items, subtotalLine, ...after];
  const shipping = amountOf(lines.shipping?.Amount);
  setTotal(draft, lines.subtotal.minus(discount).plus(shipping).plus(tax.total).plus(tax.adjustment));
}

const taxRelevant = [
  'Line',
  'TxnTaxDetail',
  'ShipAddr',
  'BillAddr',
  'CustomerRef',
  'GlobalTaxCalculation',
  'ApplyTaxAfterDiscount',
];

/** A sparse update that touches nothing the tax depends on keeps it, overrides included. */
function keptTax({ before, sent }: Draft): Tax | undefined {
  if (!before || sent.sparse !== true || taxRelevant.some((property) => property in sent)) return undefined;
  const detail = rowOf(before.body.TxnTaxDetail);
  const net = amountOf(before.body.TotalAmt).minus(lineSum(before.body));
  const total = amountOf(detail.TotalTax);
  return { ...noTax, detail: before.body.TxnTaxDetail ? detail : undefined, total, adjustment: net.minus(total) };
}

/** Subtotal less discount plus shipping, as stored. */
function lineSum(body: Row): Big {
  let total = new Big(0);
  for (const line of Array.isArray(body.Line) ? body.Line : []) {
    const row = rowOf(line);
    if (row.DetailType === 'DiscountLineDetail') total = total.minus(amountOf(row.Amount));
    else if (row.DetailType !== 'SubTotalLineDetail') total = total.plus(amountOf(row.Amount));
  }
  return total;
}

/** Bill and ship address default to the customer's; a new one gets an id of its own. */
function addresses({ body, before, company, sent, spec }: Draft): void {
  const customer = company.table('Customer').get(refOf(body.CustomerRef) ?? '')?.body;
  for (const property of ['BillAddr', 'ShipAddr', 'ShipFromAddr']) {
    if (!(property in spec.fields)) continue;
    const own = sent[property];
    if (isPresent(own)) body[property] = storedAddress(rowOf(own), company.nextAddressId());
    else if (!isPresent(body[property]) && own !== null && customer?.[property]) body[property] = customer[property];
  }
  if (!before && !isPresent(body.BillEmail) && customer?.PrimaryEmailAddr && spec.name === 'Invoice') {
    body.BillEmail = customer.PrimaryEmailAddr;
  }
}

const kinds: Readonly<Record<string, (draft: Draft) => void>> = {
  Invoice: ({ body, company }) => {
    if (amountOf(body.Deposit).gt(0) && !company.settings.allowDeposit) {
      refuse(errors.business('Deposits on invoices are not enabled for this company.'));
    }
    const term = company.table('Term').get(refOf(body.SalesTermRef) ?? '3');
    body.DueDate ??= addDays(String(body.TxnDate), Number(term?.body.DueDays ?? 30));
    body.LinkedTxn ??= [];
  },
  SalesReceipt: (draft) => {
    depositAccount(draft, '4');
    draft.body.Balance = '0';
  },
  RefundReceipt: (draft) => {
    depositAccount(draft, undefined);
    draft.body.Balance = '0';
    if (draft.body.PrintStatus === 'NeedToPrint') draft.body.PaymentRefNum ??= 'To Print';
  },
};
