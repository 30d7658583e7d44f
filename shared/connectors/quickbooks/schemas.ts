import type { ListSchema, ObjectSchema, RecordSchema, RecordSchemas, ValueSchema } from '../../model/record-schema.ts';

/**
 * What QuickBooks takes, by entity: condensed from its field reference, with the limits of reference section 3. A test
 * compares it with the reference. Members that a shop's mapping has no use for are left out, and refused.
 */
const decimal: ValueSchema = { kind: 'decimal' };
const boolean: ValueSchema = { kind: 'boolean' };
const day: ValueSchema = { kind: 'day' };
const text = (max_length?: number): ValueSchema => ({
  kind: 'text',
  ...(max_length === undefined ? {} : { max_length }),
});
const oneOf = (...values: string[]): ValueSchema => ({ kind: 'text', values });
const readOnly: ValueSchema = { kind: 'any', read_only: true };
const object = (fields: ObjectSchema['fields']): ObjectSchema => ({ kind: 'object', fields });
const list = (of: RecordSchema, more: Partial<ListSchema> = {}): ListSchema => ({ kind: 'list', of, ...more });
const required = <S extends RecordSchema>(schema: S): S => ({ ...schema, required: true });

const reference = object({ value: required(text()), name: text() });
const currency = object({ value: required(text()) });
const email = object({ Address: text(100) });
const address = object({
  Line1: text(500),
  Line2: text(500),
  Line3: text(500),
  Line4: text(500),
  Line5: text(500),
  City: text(255),
  Country: text(255),
  CountrySubDivisionCode: text(255),
  PostalCode: text(30),
});
const memo = object({ value: required(text(1000)) });
const tax = object({ TxnTaxCodeRef: reference, TotalTax: decimal });
const phone = object({ FreeFormNumber: text(30) });

/** Three strings on sales forms, switched on in the company's preferences (reference section 3.2). */
const customFields = list(
  object({
    DefinitionId: required({ ...oneOf('1', '2', '3'), constant: true }),
    Type: oneOf('StringType'),
    Name: readOnly,
    StringValue: text(31),
  }),
  { max_elements: 3, unique: 'DefinitionId' },
);

const salesLine = object({
  DetailType: required(oneOf('SalesItemLineDetail')),
  Amount: required(decimal),
  Description: text(4000),
  SalesItemLineDetail: object({
    ItemRef: reference,
    Qty: decimal,
    UnitPrice: decimal,
    TaxCodeRef: reference,
  }),
});

const kept = { Id: readOnly, SyncToken: readOnly, MetaData: readOnly };

/** What invoices, sales receipts and credits have in common. */
const salesForm = {
  ...kept,
  DocNumber: text(21),
  TxnDate: day,
  CurrencyRef: currency,
  ExchangeRate: decimal,
  Line: required(list(salesLine)),
  BillEmail: email,
  BillAddr: address,
  ShipAddr: address,
  CustomerMemo: memo,
  PrivateNote: text(4000),
  ClassRef: reference,
  DepartmentRef: reference,
  GlobalTaxCalculation: oneOf('TaxExcluded', 'TaxInclusive', 'NotApplicable'),
  TxnTaxDetail: tax,
  ApplyTaxAfterDiscount: boolean,
  PrintStatus: text(),
  EmailStatus: text(),
  CustomField: customFields,
  TotalAmt: readOnly,
  HomeTotalAmt: readOnly,
  Balance: readOnly,
} satisfies ObjectSchema['fields'];

const shipping = { ShipDate: day, ShipMethodRef: reference, TrackingNum: text() };
const deposit = { PaymentRefNum: text(21), PaymentMethodRef: reference, DepositToAccountRef: reference };

export const targetSchemas: RecordSchemas = {
  customer: object({
    ...kept,
    DisplayName: text(500),
    Title: text(16),
    GivenName: text(100),
    MiddleName: text(100),
    FamilyName: text(100),
    Suffix: text(16),
    CompanyName: text(100),
    PrintOnCheckName: text(110),
    PrimaryEmailAddr: email,
    PrimaryPhone: phone,
    Mobile: phone,
    AlternatePhone: phone,
    BillAddr: address,
    ShipAddr: address,
    Notes: text(2000),
    Taxable: boolean,
    CurrencyRef: currency,
    SalesTermRef: reference,
    PaymentMethodRef: reference,
    PreferredDeliveryMethod: text(),
    FullyQualifiedName: readOnly,
  }),
  vendor: object({
    ...kept,
    DisplayName: text(500),
    Title: text(16),
    GivenName: text(100),
    MiddleName: text(100),
    FamilyName: text(100),
    Suffix: text(16),
    CompanyName: text(100),
    PrintOnCheckName: text(100),
    PrimaryEmailAddr: email,
    PrimaryPhone: phone,
    Mobile: phone,
    AlternatePhone: phone,
    BillAddr: address,
    AcctNum: text(100),
    TaxIdentifier: text(20),
    Vendor1099: boolean,
    CurrencyRef: currency,
    TermRef: reference,
    Balance: readOnly,
  }),
  item: object({
    ...kept,
    Name: required(text(100)),
    Sku: text(100),
    Type: oneOf('Inventory', 'NonInventory', 'Service'),
    Description: text(4000),
    UnitPrice: decimal,
    PurchaseDesc: text(1000),
    PurchaseCost: decimal,
    Taxable: boolean,
    SalesTaxIncluded: boolean,
    SalesTaxCodeRef: reference,
    ClassRef: reference,
    IncomeAccountRef: reference,
    ExpenseAccountRef: reference,
    AssetAccountRef: reference,
    TrackQtyOnHand: boolean,
    QtyOnHand: decimal,
    InvStartDate: day,
    FullyQualifiedName: readOnly,
  }),
  invoice: object({
    ...salesForm,
    ...shipping,
    CustomerRef: required(reference),
    DueDate: day,
    SalesTermRef: reference,
    BillEmailCc: email,
    BillEmailBcc: email,
  }),
  sales_receipt: object({ ...salesForm, ...shipping, ...deposit, CustomerRef: required(reference) }),
  credit_memo: object({ ...salesForm, CustomerRef: required(reference), SalesTermRef: reference }),
  refund_receipt: object({
    ...salesForm,
    ...deposit,
    CustomerRef: reference,
    DepositToAccountRef: required(reference),
  }),
  payment: object({
    ...kept,
    ...deposit,
    TotalAmt: required(decimal),
    CustomerRef: required(reference),
    CurrencyRef: currency,
    ExchangeRate: decimal,
    TxnDate: day,
    PrivateNote: text(4000),
    Line: list(
      object({
        Amount: required(decimal),
        LinkedTxn: required(
          list(object({ TxnId: required(text()), TxnType: required(oneOf('Invoice', 'CreditMemo')) })),
        ),
      }),
    ),
    UnappliedAmt: readOnly,
  }),
};
