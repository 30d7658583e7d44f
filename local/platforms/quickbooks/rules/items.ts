import { type Company, displayName } from '../company.ts';
import { errors, refuse } from '../faults.ts';
import { classification } from '../templates.ts';
import { isPresent, refOf } from '../values.ts';
import type { Draft } from './draft.ts';

const inventoryNeeds = ['QtyOnHand', 'InvStartDate', 'IncomeAccountRef', 'ExpenseAccountRef', 'AssetAccountRef'];

/** Items: what each type needs and which accounts it may post to. */
export function itemRules(draft: Draft): void {
  const { body, before, company } = draft;
  if (body.Type === 'Category') {
    for (const property of ['IncomeAccountRef', 'ExpenseAccountRef', 'UnitPrice', 'PurchaseCost'])
      delete body[property];
    return;
  }
  body.Taxable ??= false;
  body.UnitPrice ??= '0';
  body.PurchaseCost ??= '0';
  if (before?.body.TrackQtyOnHand === true && body.TrackQtyOnHand === false) {
    refuse(errors.business('Quantity tracking cannot be turned off for an inventory item.'));
  }
  body.TrackQtyOnHand ??= false;
  if (body.Type === 'Inventory') inventoryRules(draft);
  else if (body.Type === 'Service' && !isPresent(body.IncomeAccountRef)) refuse(errors.required('IncomeAccountRef'));
  else if (!isPresent(body.IncomeAccountRef) && !isPresent(body.ExpenseAccountRef)) {
    refuse(errors.required('IncomeAccountRef'));
  }
  if (body.Type !== 'Inventory' && body.TrackQtyOnHand === true) {
    refuse(errors.business('Only inventory items track a quantity.'));
  }
  checkAccount(company, refOf(body.IncomeAccountRef), 'IncomeAccountRef', ['Income', 'Other Income']);
}

function inventoryRules({ body, company }: Draft): void {
  if (company.settings.plan !== 'Plus' && company.settings.plan !== 'Advanced') {
    refuse(errors.notInPlan('inventory tracking'));
  }
  if (body.TrackQtyOnHand !== true) refuse(errors.required('TrackQtyOnHand'));
  for (const property of inventoryNeeds) if (!isPresent(body[property])) refuse(errors.required(property));
  checkAccount(company, refOf(body.IncomeAccountRef), 'IncomeAccountRef', ['Income'], 'SalesOfProductIncome');
  checkAccount(company, refOf(body.ExpenseAccountRef), 'ExpenseAccountRef', ['Cost of Goods Sold']);
  checkAccount(company, refOf(body.AssetAccountRef), 'AssetAccountRef', ['Other Current Asset'], 'Inventory');
}

/** Refuses an account of another type with 6430. An absent account passes. */
function checkAccount(
  company: Company,
  id: string | undefined,
  element: string,
  types: readonly string[],
  subType?: string,
): void {
  const account = id === undefined ? undefined : company.table('Account').get(id)?.body;
  if (!account) return;
  const fits = types.includes(String(account.AccountType)) && (!subType || account.AccountSubType === subType);
  if (!fits) refuse(errors.accountType(element));
}

const subTypes: Readonly<Record<string, string>> = {
  Bank: 'Checking',
  'Other Current Asset': 'OtherCurrentAssets',
  'Fixed Asset': 'OtherFixedAssets',
  'Other Asset': 'OtherLongTermAssets',
  'Accounts Receivable': 'AccountsReceivable',
  Equity: 'OpeningBalanceEquity',
  Expense: 'OtherMiscellaneousServiceCost',
  'Other Expense': 'OtherMiscellaneousExpense',
  'Cost of Goods Sold': 'SuppliesMaterialsCogs',
  'Accounts Payable': 'AccountsPayable',
  'Credit Card': 'CreditCard',
  'Long Term Liability': 'OtherLongTermLiabilities',
  'Other Current Liability': 'OtherCurrentLiabilities',
  Income: 'ServiceFeeIncome',
  'Other Income': 'OtherMiscellaneousIncome',
};

/** Accounts: a known type, its class, an account number nobody else has. */
export function accountRules({ body, before, company }: Draft): void {
  const subType = body.AccountSubType;
  if (!isPresent(body.AccountType) && !isPresent(subType)) refuse(errors.accountKind());
  body.AccountType ??= Object.keys(subTypes).find((type) => subTypes[type] === subType) ?? 'Expense';
  const type = String(body.AccountType);
  if (!(type in subTypes)) refuse(errors.format('choice', 'AccountType', type));
  body.AccountSubType ??= subTypes[type] ?? '';
  body.Classification = classification(type);
  body.CurrencyRef = company.currencyRef(refOf(body.CurrencyRef) ?? company.home);
  if (!isPresent(body.AcctNum)) return;
  const others = company.table('Account').find('AcctNum', [String(body.AcctNum)]) ?? [];
  const other = others.find(({ id }) => id !== before?.id);
  if (other) refuse(errors.business(`The account number is already used by ${displayName(other)}.`));
}
