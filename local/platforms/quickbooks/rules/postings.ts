import { roundHalfUp } from '#shared/core/money.ts';
import { type Company, displayName } from '../company.ts';
import { errors, refuse } from '../faults.ts';
import { type EntityName, isEntityName } from '../specs/entity-spec.ts';
import { amountOf, isPresent, printMoney, type Row, refOf, rowOf, rowsOf, textOf } from '../values.ts';
import { addDays } from '../zone.ts';
import type { Draft } from './draft.ts';
import { depositAccount, documentNumber, lineTotal, setTotal, transactionRules } from './transactions.ts';

/** Payments: each line links one invoice or credit memo of the same customer, for no more than is open on it. */
export function paymentRules(draft: Draft): void {
  const { body, before, company } = draft;
  transactionRules(draft);
  depositAccount(draft, '4');
  const total = roundHalfUp(amountOf(body.TotalAmt), 2);
  let unapplied = total;
  const lines = rowsOf(body.Line).map((line) => {
    const { entity, id } = linkOf(line);
    const amount = roundHalfUp(amountOf(line.Amount), 2);
    if (amount.lt(0)) refuse(errors.negativeLine('Line.Amount'));
    checkLink(draft, { entity, id, amount: printMoney(amount), own: before?.id });
    unapplied = entity === 'Invoice' ? unapplied.minus(amount) : unapplied.plus(amount);
    return { Amount: printMoney(amount), LinkedTxn: [{ TxnId: id, TxnType: entity }] };
  });
  if (unapplied.lt(0)) refuse(errors.cannotLink(lines[0]?.LinkedTxn[0]?.TxnId ?? '', 'more is applied than was paid'));
  body.Line = lines;
  body.UnappliedAmt = printMoney(unapplied);
  setTotal(draft, total);
  if (company.settings.multicurrency) delete body.HomeTotalAmt;
}

function linkOf(line: Row): { entity: EntityName; id: string } {
  const [link] = rowsOf(line.LinkedTxn);
  if (!link) return refuse(errors.required('Line.LinkedTxn'));
  if (!isPresent(line.Amount)) refuse(errors.required('Line.Amount'));
  const entity = textOf(link.TxnType) ?? '';
  const id = textOf(link.TxnId) ?? '';
  if (!isEntityName(entity) || (entity !== 'Invoice' && entity !== 'CreditMemo')) {
    return refuse(errors.cannotLink(id, `a payment cannot be linked to ${entity === '' ? 'an unknown type' : entity}`));
  }
  return { entity, id };
}

interface Link {
  readonly entity: EntityName;
  readonly id: string;
  readonly amount: string;
  /** Payment being updated: what it applied so far does not count. */
  readonly own: string | undefined;
}

function checkLink({ body, company }: Draft, { entity, id, amount, own }: Link): void {
  const target = company.table(entity).get(id);
  if (!target) refuse(errors.invalidReference('Line.LinkedTxn'));
  if (refOf(target.body.CustomerRef) !== refOf(body.CustomerRef)) {
    refuse(errors.cannotLink(id, 'it belongs to another customer'));
  }
  const mine = own === undefined ? undefined : company.applied.get(`${entity}:${id}`)?.get(own);
  const open = amountOf(target.body.Balance).plus(mine ?? 0);
  if (amountOf(amount).gt(open)) refuse(errors.cannotLink(id, 'more is applied than is open'));
}

/** Bills: expense lines by account or item. */
export function billRules(draft: Draft): void {
  const { body, company } = draft;
  transactionRules(draft);
  const lines = rowsOf(body.Line);
  if (lines.length === 0) refuse(errors.noLines());
  body.Line = lines.map((line, index) => expenseLine(company, line, index));
  setTotal(draft, lineTotal(lines));
  documentNumber(draft);
  const payable = company.lookUp('Account', refOf(body.APAccountRef) ?? '33', 'APAccountRef');
  body.APAccountRef = { value: payable.id, name: displayName(payable) };
  const term = company.table('Term').get(refOf(body.SalesTermRef) ?? '');
  body.DueDate ??= addDays(String(body.TxnDate), Number(term?.body.DueDays ?? 0));
  body.LinkedTxn ??= [];
}

function expenseLine(company: Company, line: Row, index: number): Row {
  const type = textOf(line.DetailType);
  if (type === undefined) return refuse(errors.required('Line.DetailType'));
  if (type !== 'AccountBasedExpenseLineDetail' && type !== 'ItemBasedExpenseLineDetail') {
    return refuse(errors.format('choice', 'Line.DetailType', type));
  }
  if (!isPresent(line.Amount)) refuse(errors.required('Line.Amount'));
  const taxCode = company.isUS ? { TaxCodeRef: { value: 'NON' } } : {};
  const detail = { ...taxCode, BillableStatus: 'NotBillable', ...rowOf(line[type]) };
  const property = type === 'AccountBasedExpenseLineDetail' ? 'AccountRef' : 'ItemRef';
  if (refOf(rowOf(line[type])[property]) === undefined) refuse(errors.required(`Line.${type}.${property}`));
  return { ...line, Id: String(index + 1), Amount: printMoney(amountOf(line.Amount)), [type]: detail };
}

const depositable: readonly string[] = ['Payment', 'SalesReceipt', 'RefundReceipt'];

/** Bank deposits: rows of Undeposited Funds by link, other money (a negative fee) by DepositLineDetail. */
export function depositRules(draft: Draft): void {
  const { body, before, company } = draft;
  transactionRules(draft);
  const lines = rowsOf(body.Line);
  if (lines.length === 0) refuse(errors.noLines());
  body.Line = lines.map((line, index) => {
    const [link] = rowsOf(line.LinkedTxn);
    if (!link && !isPresent(rowOf(line.DepositLineDetail).AccountRef)) {
      refuse(errors.required('Line.DepositLineDetail.AccountRef'));
    }
    if (!isPresent(line.Amount)) refuse(errors.required('Line.Amount'));
    if (link) checkDepositable(company, link, before?.id);
    return { ...line, Id: String(index + 1), LineNum: index + 1, Amount: printMoney(amountOf(line.Amount)) };
  });
  setTotal(draft, lineTotal(lines));
}

function checkDepositable(company: Company, link: Row, own: string | undefined): void {
  const type = textOf(link.TxnType) ?? '';
  const id = textOf(link.TxnId) ?? '';
  if (!isEntityName(type) || !depositable.includes(type)) {
    refuse(errors.cannotLink(id, `a deposit cannot hold ${type === '' ? 'an unknown type' : type}`));
  }
  const target = company.table(type).get(id);
  if (!target) refuse(errors.invalidReference('Line.LinkedTxn'));
  const holder = company.deposited.get(`${type}:${id}`);
  if (refOf(target.body.DepositToAccountRef) !== '4' || (holder !== undefined && holder !== own)) {
    refuse(errors.cannotLink(id, 'it is not in Undeposited Funds'));
  }
}
