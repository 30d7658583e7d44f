import * as z from 'zod';
import type { SourceRecord } from '../../source.ts';
import {
  address,
  amount,
  type Company,
  common,
  email,
  id,
  metaData,
  named,
  phone,
  quantity,
  type Row,
  ref,
  text,
} from './values.ts';

/** What an inactive name carries on the wire beside its own (reference section 3.1). */
const inactiveSuffix = / \(deleted(?:-\d+)?\)$/;

const person = {
  Id: id,
  DisplayName: z.string(),
  GivenName: text,
  FamilyName: text,
  CompanyName: text,
  PrimaryEmailAddr: email,
  PrimaryPhone: phone,
  Mobile: phone,
  WebAddr: z.object({ URI: z.string().optional() }).optional(),
  BillAddr: address,
  CurrencyRef: ref.optional(),
  Balance: amount.default('0.00'),
  Active: z.boolean().default(true),
  MetaData: metaData,
};
const customerSchema = z.object({
  ...person,
  ShipAddr: address,
  Taxable: z.boolean().optional(),
  Job: z.boolean().default(false),
  ParentRef: ref.optional(),
  SalesTermRef: ref.optional(),
  ResaleNum: text,
  Notes: text,
});
const vendorSchema = z.object({
  ...person,
  AcctNum: text,
  TaxIdentifier: text,
  Vendor1099: z.boolean().default(false),
  TermRef: ref.optional(),
  APAccountRef: ref.optional(),
  BillRate: quantity.optional(),
});

/** @throws ZodError when QuickBooks sent something else; the same holds for {@link vendorRecord}. */
export function customerRecord(row: Row, company: Company): SourceRecord {
  const customer = customerSchema.parse(row);
  return {
    ...recordOf('customer', 'Customer', customer, row),
    data: {
      ...nameData(customer, company),
      shipping: customer.ShipAddr,
      taxable: customer.Taxable ?? null,
      is_job: customer.Job,
      parent_ref: customer.ParentRef?.value ?? null,
      terms_ref: customer.SalesTermRef?.value ?? null,
      resale_number: customer.ResaleNum || null,
      note: customer.Notes || null,
    },
  };
}

export function vendorRecord(row: Row, company: Company): SourceRecord {
  const vendor = vendorSchema.parse(row);
  return {
    ...recordOf('vendor', 'Vendor', vendor, row),
    data: {
      ...nameData(vendor, company),
      account_number: vendor.AcctNum || null,
      // Masked by the platform: XXXXXX9875.
      tax_identifier: vendor.TaxIdentifier || null,
      is_1099: vendor.Vendor1099,
      terms_ref: vendor.TermRef?.value ?? null,
      payable_account: named(vendor.APAccountRef),
    },
  };
}

type Name = z.infer<typeof customerSchema> | z.infer<typeof vendorSchema>;

function recordOf(entity: string, title: string, name: Name, row: Row) {
  return {
    ...common(row, name.MetaData),
    entity,
    id: name.Id,
    label: `${title} ${ownName(name.DisplayName, name.Active)}`,
  };
}

function nameData(name: Name, company: Company) {
  return {
    name: ownName(name.DisplayName, name.Active),
    first_name: name.GivenName || null,
    last_name: name.FamilyName || null,
    company: name.CompanyName || null,
    email: name.PrimaryEmailAddr?.Address ?? null,
    phone: name.PrimaryPhone?.FreeFormNumber ?? name.Mobile?.FreeFormNumber ?? null,
    website: name.WebAddr?.URI ?? null,
    billing: name.BillAddr,
    currency: name.CurrencyRef?.value ?? company.home,
    balance: name.Balance,
    active: name.Active,
    created_at: name.MetaData.CreateTime,
    modified_at: name.MetaData.LastUpdatedTime,
  };
}

/** The name as it was before it went inactive. An active one may end in `(deleted)` because somebody calls it so. */
export function ownName(name: string, active: boolean): string {
  return active ? name : name.replace(inactiveSuffix, '');
}
