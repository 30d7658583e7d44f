import { Big } from 'big.js';
import type { Company } from './company.ts';
import { type EntityName, isEntityName } from './specs/entity-spec.ts';
import { specOf } from './specs/index.ts';
import { amountOf, printMoney, printPlain, type Row, refOf, rowOf, rowsOf, textOf } from './values.ts';

/** What a transaction does to other objects. The difference between two of these is what an update changes. */
interface Effects {
  readonly receivable: Map<string, Big>;
  readonly payable: Map<string, Big>;
  readonly stock: Map<string, Big>;
  /** Amounts a payment applies, by `Invoice:12`. */
  readonly links: Map<string, Big>;
  readonly deposits: Set<string>;
}

const stockSign: Readonly<Partial<Record<EntityName, number>>> = {
  Invoice: -1,
  SalesReceipt: -1,
  CreditMemo: 1,
  RefundReceipt: 1,
};

const add = (into: Map<string, Big>, key: string | undefined, value: Big): void => {
  if (key !== undefined) into.set(key, (into.get(key) ?? new Big(0)).plus(value));
};

function effectsOf(name: EntityName, body: Row | undefined): Effects {
  const effects: Effects = {
    receivable: new Map(),
    payable: new Map(),
    stock: new Map(),
    links: new Map(),
    deposits: new Set(),
  };
  if (!body) return effects;
  const total = amountOf(body.TotalAmt);
  const customer = refOf(body.CustomerRef);
  if (name === 'Invoice') add(effects.receivable, customer, total.minus(amountOf(body.Deposit)));
  if (name === 'CreditMemo' || name === 'Payment') add(effects.receivable, customer, total.times(-1));
  if (name === 'Bill') add(effects.payable, refOf(body.VendorRef), total);
  const sign = stockSign[name];
  for (const line of rowsOf(body.Line)) {
    const detail = rowOf(line.SalesItemLineDetail);
    if (sign !== undefined) add(effects.stock, refOf(detail.ItemRef), amountOf(detail.Qty).times(sign));
    for (const link of rowsOf(line.LinkedTxn)) {
      const key = `${textOf(link.TxnType)}:${textOf(link.TxnId)}`;
      if (name === 'Payment') add(effects.links, key, amountOf(line.Amount));
      if (name === 'Deposit') effects.deposits.add(key);
    }
  }
  return effects;
}

/** Carries a stored, changed or removed transaction over to balances, stock, linked documents and deposits. */
export function applyEffects(
  company: Company,
  name: EntityName,
  id: string,
  change: { before?: Row | undefined; after?: Row | undefined },
): void {
  const before = effectsOf(name, change.before);
  const after = effectsOf(name, change.after);
  for (const [customer, delta] of difference(before.receivable, after.receivable)) owe(company, customer, delta);
  for (const [vendor, delta] of difference(before.payable, after.payable))
    raise(company, 'Vendor', vendor, ['Balance'], delta);
  for (const [item, delta] of difference(before.stock, after.stock)) moveStock(company, item, delta);
  for (const [key] of difference(before.links, after.links)) link(company, key, id, after.links.get(key));
  for (const key of before.deposits) company.deposited.delete(key);
  for (const key of after.deposits) company.deposited.set(key, id);
}

function difference(before: Map<string, Big>, after: Map<string, Big>): Map<string, Big> {
  const delta = new Map(after);
  for (const [key, value] of before) delta.set(key, (after.get(key) ?? new Big(0)).minus(value));
  for (const [key, value] of delta) if (value.eq(0)) delta.delete(key);
  return delta;
}

function raise(company: Company, name: EntityName, id: string, properties: readonly string[], delta: Big): void {
  const entry = company.table(name).get(id);
  if (!entry) return;
  const body = { ...entry.body };
  for (const property of properties) body[property] = printMoney(amountOf(body[property]).plus(delta));
  company.touch(name, entry, body);
}

function owe(company: Company, customer: string, delta: Big): void {
  raise(company, 'Customer', customer, ['Balance', 'BalanceWithJobs'], delta);
  const parent = refOf(company.table('Customer').get(customer)?.body.ParentRef);
  if (parent !== undefined) raise(company, 'Customer', parent, ['BalanceWithJobs'], delta);
}

function moveStock(company: Company, id: string, delta: Big): void {
  const entry = company.table('Item').get(id);
  if (entry?.body.TrackQtyOnHand !== true) return;
  company.touch('Item', entry, { ...entry.body, QtyOnHand: printPlain(amountOf(entry.body.QtyOnHand).plus(delta)) });
}

/** Records what a payment applies to a document and refreshes the document, which raises its SyncToken. */
function link(company: Company, key: string, paymentId: string, amount: Big | undefined): void {
  const payments = company.applied.get(key) ?? new Map<string, Big>();
  company.applied.set(key, payments);
  if (amount === undefined) payments.delete(paymentId);
  else payments.set(paymentId, amount);
  const [name = '', id = ''] = key.split(':');
  const entry = isEntityName(name) ? company.table(name).get(id) : undefined;
  if (!entry || !isEntityName(name)) return;
  company.replace(specOf(name), entry, withOpenBalance(company, name, id, entry.body));
}

/** Balance, remaining credit and links of a document as the payments leave them. */
export function withOpenBalance(company: Company, name: EntityName, id: string, body: Row): Row {
  if (name === 'Bill') return { ...body, Balance: body.TotalAmt };
  if (name !== 'Invoice' && name !== 'CreditMemo') return body;
  const payments = company.applied.get(`${name}:${id}`) ?? new Map<string, Big>();
  let open = amountOf(body.TotalAmt).minus(amountOf(body.Deposit));
  for (const amount of payments.values()) open = open.minus(amount);
  const Balance = printMoney(open.lt(0) ? new Big(0) : open);
  if (name === 'CreditMemo') return { ...body, Balance, RemainingCredit: Balance };
  const others = rowsOf(body.LinkedTxn).filter(({ TxnType }) => TxnType !== 'Payment');
  const links = [...payments.keys()].map((TxnId) => ({ TxnId, TxnType: 'Payment' }));
  return { ...body, LinkedTxn: [...others, ...links], Balance };
}

/** A voided or deleted document lets go of its payments: their lines go, the money becomes unapplied. */
export function releasePayments(company: Company, name: EntityName, id: string): void {
  const key = `${name}:${id}`;
  const payments = company.applied.get(key);
  if (!payments) return;
  company.applied.delete(key);
  for (const paymentId of payments.keys()) {
    const entry = company.table('Payment').get(paymentId);
    if (!entry) continue;
    const isLink = (line: Row) => rowsOf(line.LinkedTxn).some((txn) => txn.TxnType === name && txn.TxnId === id);
    const Line = rowsOf(entry.body.Line).filter((line) => !isLink(line));
    const freed = payments.get(paymentId) ?? new Big(0);
    const UnappliedAmt = printMoney(
      amountOf(entry.body.UnappliedAmt).plus(name === 'Invoice' ? freed : freed.times(-1)),
    );
    company.replace(specOf('Payment'), entry, { ...entry.body, Line, UnappliedAmt });
  }
}
