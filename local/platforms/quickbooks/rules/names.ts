import { type Company, displayName } from '../company.ts';
import { errors, refuse } from '../faults.ts';
import type { EntityName, EntitySpec } from '../specs/entity-spec.ts';
import type { Stored } from '../table.ts';
import { amountOf, isPresent, type Row, refOf, textOf } from '../values.ts';
import type { Draft } from './draft.ts';

const people: readonly EntityName[] = ['Customer', 'Vendor', 'Employee'];
const deletedSuffix = ' (deleted)';
const maximumLevels = 5;

/** Rules of every name list: a name, its path below a parent, uniqueness, and what happens when it goes inactive. */
export function nameRules(draft: Draft): void {
  const { body, spec } = draft;
  const property = spec.nameProperty ?? 'Name';
  if (property === 'DisplayName') completePerson(draft);
  if (!isPresent(body[property])) refuse(errors.required(property));
  const name = String(body[property]);
  const path = pathOf(draft, name);
  if ('FullyQualifiedName' in spec.fields) body.FullyQualifiedName = path;
  refuseDuplicate(draft, name);
  if (draft.sent.Active === false) deactivate(draft, property, name);
}

function completePerson({ body, before, company, spec, sent }: Draft): void {
  const parts = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'].map((part) => textOf(body[part]));
  const joined = parts.filter((part) => part !== undefined && part !== '').join(' ');
  if (!isPresent(body.DisplayName)) {
    if (sent.DisplayName === null && sent.sparse === true) refuse(errors.required('DisplayName'));
    if (joined === '') refuse(errors.noName());
    body.DisplayName = joined;
  }
  if (!isPresent(body.PrintOnCheckName)) {
    body.PrintOnCheckName = spec.name === 'Customer' ? (body.CompanyName ?? body.DisplayName) : body.DisplayName;
  }
  if (!('CurrencyRef' in spec.fields)) return;
  // The currency of a customer or vendor never changes after it was created.
  body.CurrencyRef = before?.body.CurrencyRef ?? currencyOf(company, body);
  if (spec.name === 'Customer' && company.settings.salesTax === 'ast' && body.Taxable === true) {
    body.DefaultTaxCodeRef = { value: company.settings.defaultTaxCode };
  }
}

function currencyOf(company: Company, body: Row): Row {
  const code = refOf(body.CurrencyRef) ?? company.home;
  if (code !== company.home && !company.settings.multicurrency) {
    refuse(errors.business('Multicurrency is not enabled for this company.'));
  }
  return company.currencyRef(code);
}

function pathOf({ body, before, company, spec }: Draft, name: string): string {
  const parentId = refOf(body.ParentRef);
  if (body.SubItem === true && parentId === undefined) refuse(errors.parentInvalid('A sub-item needs a ParentRef.'));
  if (parentId === undefined) return name;
  if (parentId === before?.id) refuse(errors.parentIsChild());
  const parent = company.table(spec.name).get(parentId);
  if (!parent || parent.body.Active === false) return refuse(errors.parentInvalid('The parent does not exist.'));
  const path = `${String(parent.body.FullyQualifiedName ?? displayName(parent))}:${name}`;
  const level = path.split(':').length - 1;
  if (level >= maximumLevels) refuse(errors.tooDeep());
  if ('Level' in spec.fields) body.Level = level;
  if ('SubAccount' in spec.fields) body.SubAccount = true;
  body.ParentRef = { value: parentId, name: displayName(parent) };
  return path;
}

/** Whose names must differ: customers, vendors and employees share one name space. */
function rivals(spec: EntitySpec): readonly EntityName[] {
  return people.includes(spec.name) ? people : [spec.name];
}

function refuseDuplicate({ body, before, company, spec }: Draft, name: string): void {
  // Only items and people are unique by name; nested lists are unique by their path.
  const byPath = 'FullyQualifiedName' in spec.fields && spec.name !== 'Item' && spec.name !== 'Customer';
  const property = byPath ? 'FullyQualifiedName' : (spec.nameProperty ?? 'Name');
  const wanted = byPath ? String(body.FullyQualifiedName) : name;
  const candidates = company.settings.inactiveNamesBlock ? [wanted, wanted + deletedSuffix] : [wanted];
  for (const rival of rivals(spec)) {
    const found = company.table(rival).find(property, candidates) ?? [];
    if (found.some((entry) => !(rival === spec.name && entry.id === before?.id))) {
      refuse(errors.duplicateName(company.settings.duplicateNameText === 'null' ? null : duplicateText(spec)));
    }
  }
}

function duplicateText(spec: EntitySpec): string {
  if (people.includes(spec.name)) {
    return 'Another customer, vendor or employee is already using this \nname. Please use a different name.';
  }
  const noun = spec.name === 'Item' ? 'product or service' : spec.name.toLowerCase();
  return `Another ${noun} is already using this \nname. Please use a different name.`;
}

function deactivate({ body, before, company, spec }: Draft, property: string, name: string): void {
  const owner = spec.name === 'Customer' || spec.name === 'Vendor';
  if (owner && before && !amountOf(before.body.Balance).eq(0)) refuse(errors.hasBalance());
  if (company.isUS && spec.name === 'Account' && before?.id === '4') {
    refuse(errors.business('This account is used by the company and cannot be made inactive.'));
  }
  if (name.endsWith(deletedSuffix)) return;
  body[property] = name + deletedSuffix;
  if (isPresent(body.FullyQualifiedName))
    body.FullyQualifiedName = `${String(body.FullyQualifiedName)}${deletedSuffix}`;
}

/** Deactivating what is inactive already answers 200 and changes nothing, not even the SyncToken. */
export function isRepeatedDeactivation(sent: Row, before: Stored): boolean {
  return sent.Active === false && before.body.Active === false;
}
