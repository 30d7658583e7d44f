import { Big } from 'big.js';
import { roundHalfUp } from '#shared/core/money.ts';
import { type Company, displayName } from '../company.ts';
import { errors, refuse } from '../faults.ts';
import type { EntityName } from '../specs/entity-spec.ts';
import { amountOf, isPresent, printMoney, printPlain, type Row, refOf, rowsOf, textOf } from '../values.ts';
import type { Draft } from './draft.ts';

/** Protects closed periods: the day a transaction had and the day it would get. */
export function checkBooks(company: Company, ...days: (string | undefined)[]): void {
  const { bookCloseDate, bookClosePassword } = company.settings;
  if (bookCloseDate === undefined) return;
  if (days.some((day) => day !== undefined && day <= bookCloseDate)) {
    refuse(bookClosePassword ? errors.booksNeedPassword() : errors.booksClosed());
  }
}

/** A deposited receipt or payment cannot be changed, voided or deleted before it leaves the deposit (6540). */
export function checkDeposited(company: Company, entity: EntityName, id: string): void {
  if (company.deposited.has(`${entity}:${id}`)) refuse(errors.deposited());
}

/** Rules of every transaction: date, closed books, deposits and currency. */
export function transactionRules(draft: Draft): void {
  const { body, before, company, spec } = draft;
  body.TxnDate ??= company.today();
  checkBooks(company, textOf(body.TxnDate), textOf(before?.body.TxnDate));
  if (before) checkDeposited(company, spec.name, before.id);
  applyCurrency(draft);
}

/** Without multicurrency only the home currency exists; with it, the currency is that of the customer or vendor. */
function applyCurrency({ body, company, sent }: Draft): void {
  const wanted = refOf(sent.CurrencyRef);
  const party = partyOf(company, body);
  const currency = refOf(party?.CurrencyRef) ?? wanted ?? company.home;
  if (wanted !== undefined && wanted !== currency) {
    refuse(errors.business(`The currency of the transaction must be ${currency}, that of the customer or vendor.`));
  }
  if (currency !== company.home && !company.settings.multicurrency) {
    refuse(errors.business('Multicurrency is not enabled for this company.'));
  }
  body.CurrencyRef = company.currencyRef(currency);
  if (!company.settings.multicurrency) delete body.ExchangeRate;
  else body.ExchangeRate = printPlain(amountOf(body.ExchangeRate ?? '1'));
}

function partyOf(company: Company, body: Row): Row | undefined {
  const customer = refOf(body.CustomerRef);
  if (customer !== undefined) return company.table('Customer').get(customer)?.body;
  const vendor = refOf(body.VendorRef);
  return vendor === undefined ? undefined : company.table('Vendor').get(vendor)?.body;
}

/** Numbers the document when the company does so, and refuses a number in use (6140). */
export function documentNumber(draft: Draft): void {
  const { body, before, company, include, spec } = draft;
  const { customTxnNumbers, warnDuplicateDocNumber } = company.settings;
  const automatic = body.AutoDocNumber === true || (!customTxnNumbers && spec.name !== 'Bill');
  delete body.AutoDocNumber;
  if (!isPresent(body.DocNumber)) {
    delete body.DocNumber;
    if (automatic) body.DocNumber = textOf(before?.body.DocNumber) ?? company.nextDocNumber();
    return;
  }
  const number = String(body.DocNumber);
  if (include.has('allowduplicatedocnum') || number === before?.body.DocNumber) return;
  if (spec.name !== 'Bill' && !warnDuplicateDocNumber) return;
  const owner = (company.table(spec.name).find('DocNumber', [number]) ?? []).find(({ id }) => id !== before?.id);
  if (owner) refuse(errors.duplicateNumber(number, spec.label ?? spec.name, owner.id));
}

/** Sets the total and its home-currency twin. */
export function setTotal(draft: Draft, total: Big): void {
  const { body, company } = draft;
  if (total.lt(0)) refuse(errors.business('Transaction amount must be 0 or greater.'));
  body.TotalAmt = printMoney(total);
  delete body.HomeTotalAmt;
  if (!company.settings.multicurrency) return;
  body.HomeTotalAmt = printMoney(roundHalfUp(total.times(amountOf(body.ExchangeRate ?? '1')), 2));
}

/** Bank or Other Current Asset, Undeposited Funds when the caller names none. */
export function depositAccount(draft: Draft, fallback: string | undefined): void {
  const { body, company } = draft;
  const id = refOf(body.DepositToAccountRef) ?? fallback;
  const account = company.lookUp('Account', id, 'DepositToAccountRef');
  const type = account.body.AccountType;
  if (type !== 'Bank' && type !== 'Other Current Asset') refuse(errors.accountType('DepositToAccountRef'));
  body.DepositToAccountRef = { value: account.id, name: displayName(account) };
}

/** Up to three text fields, only those the company enabled; every enabled one is answered, with or without a value. */
export function customFields({ body, company }: Draft): void {
  const enabled = company.settings.customFields;
  const values = new Map<string, string | undefined>();
  for (const field of rowsOf(body.CustomField)) {
    const id = textOf(field.DefinitionId);
    if (id === undefined) refuse(errors.required('CustomField.DefinitionId'));
    else if (!/^[123]$/.test(id) || enabled[Number(id) - 1] === undefined) refuse(errors.customField(id));
    else values.set(id, textOf(field.StringValue));
  }
  body.CustomField = enabled.map((Name, index) => {
    const DefinitionId = String(index + 1);
    const StringValue = values.get(DefinitionId);
    return { DefinitionId, Name, Type: 'StringType', ...(StringValue === undefined ? {} : { StringValue }) };
  });
}

/** Total of lines that carry plain amounts. */
export function lineTotal(lines: readonly Row[]): Big {
  return lines.reduce((total, line) => total.plus(roundHalfUp(amountOf(line.Amount), 2)), new Big(0));
}
