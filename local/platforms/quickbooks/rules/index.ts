import type { EntityName } from '../specs/entity-spec.ts';
import { isPresent, rowOf } from '../values.ts';
import { storedAddress } from './countries.ts';
import type { Draft, Rule } from './draft.ts';
import { accountRules, itemRules } from './items.ts';
import { nameRules } from './names.ts';
import { billRules, depositRules, paymentRules } from './postings.ts';
import { salesRules } from './sales.ts';

/** What each entity is checked and completed by, beyond its table of properties. */
export const rules: Readonly<Partial<Record<EntityName, readonly Rule[]>>> = {
  Customer: [nameRules, ownAddresses],
  Vendor: [nameRules, ownAddresses],
  Employee: [nameRules, ownAddresses],
  Item: [nameRules, itemRules],
  Account: [nameRules, accountRules],
  PaymentMethod: [nameRules],
  Term: [nameRules],
  Class: [nameRules],
  Department: [nameRules],
  Invoice: [salesRules],
  SalesReceipt: [salesRules],
  CreditMemo: [salesRules],
  RefundReceipt: [salesRules],
  Payment: [paymentRules],
  Bill: [billRules],
  Deposit: [depositRules],
};

function ownAddresses({ body, company, sent, spec }: Draft): void {
  for (const property of ['BillAddr', 'ShipAddr', 'PrimaryAddr']) {
    if (property in spec.fields && isPresent(sent[property])) {
      body[property] = storedAddress(rowOf(sent[property]), company.nextAddressId());
    }
  }
}
