import {
  amount,
  choice,
  date,
  each,
  email,
  type Fields,
  flag,
  ignored,
  integer,
  list,
  object,
  quantity,
  readOnly,
  reference,
  text,
} from '../properties.ts';

/** Properties of every entity; the engine owns their values. */
export const system: Fields = {
  Id: { kind: 'id' },
  SyncToken: { kind: 'id' },
  sparse: flag(),
  domain: ignored(),
  status: ignored(),
  MetaData: readOnly(
    object('ModificationMetaData', {
      ...each(ignored(), 'CreateTime', 'LastUpdatedTime', 'CreatedByRef', 'LastModifiedByRef', 'LastChangedInQB'),
    }),
  ),
};

/** Latitude and longitude are no longer returned since August 2025, but still known. */
export const address = object('PhysicalAddress', {
  Id: text(),
  ...each(text(500), 'Line1', 'Line2', 'Line3', 'Line4', 'Line5'),
  ...each(text(255), 'City', 'Country', 'CountrySubDivisionCode', 'CountryCode', 'County'),
  PostalCode: text(30),
  ...each(ignored(), 'Lat', 'Long', 'Tag', 'Note', 'PostalCodeSuffix'),
});

export const emailAddress = object('EmailAddress', { Address: email(), ...each(ignored(), 'Id', 'Default', 'Tag') });
export const phone = object('TelephoneNumber', {
  FreeFormNumber: text(30),
  ...each(ignored(), 'Id', 'Default', 'Tag'),
});
export const website = object('WebSiteAddress', { URI: text(1000), ...each(ignored(), 'Id', 'Default', 'Tag') });

export const linkedTxn = list('LinkedTxn', { TxnId: text(), TxnType: text(), TxnLineId: text() });

/** Sales custom fields hold text only; 31 characters is the limit of the sales forms. */
export const customField = list('CustomField', {
  DefinitionId: text(),
  Name: text(),
  Type: text(),
  StringValue: text(31),
});

export const taxCalculation = choice('TaxExcluded', 'TaxInclusive', 'NotApplicable');

const taxLine = list('Line', {
  Id: text(),
  LineNum: integer(),
  Description: text(4000),
  Amount: amount(),
  DetailType: text(),
  TaxLineDetail: object('TaxLineDetail', {
    TaxRateRef: reference(),
    PercentBased: flag(),
    TaxPercent: quantity(),
    ...each(amount(), 'NetAmountTaxable', 'TaxInclusiveAmount', 'OverrideDeltaAmount'),
    ServiceDate: date(),
  }),
});

export const txnTaxDetail = object('TxnTaxDetail', {
  TxnTaxCodeRef: reference(),
  DefaultTaxCodeRef: reference(),
  TotalTax: amount(),
  TaxLine: taxLine,
});

const itemDetail: Fields = {
  ItemRef: reference(),
  Qty: quantity(),
  UnitPrice: quantity(),
  TaxCodeRef: reference(),
  ServiceDate: date(),
  ClassRef: reference('Class'),
  ItemAccountRef: reference('Account'),
  TaxInclusiveAmt: amount(),
  DiscountRate: quantity(),
  DiscountAmt: amount(),
  ...each(ignored(), 'MarkupInfo', 'PriceLevelRef', 'TaxClassificationRef', 'DeferredRevenue', 'RatePercent', 'UOMRef'),
};

const lineBase: Fields = {
  Id: text(),
  LineNum: integer(),
  Description: text(4000),
  Amount: amount(),
  DetailType: text(),
  LinkedTxn: linkedTxn,
  ...each(ignored(), 'LineEx', 'CustomField', 'CustomExtensions', 'Received'),
};

export const salesLine = list('Line', {
  ...lineBase,
  SalesItemLineDetail: object('SalesItemLineDetail', itemDetail),
  SubTotalLineDetail: object('SubTotalLineDetail', each(ignored(), 'ItemRef', 'Qty', 'UnitPrice')),
  DescriptionLineDetail: object('DescriptionLineDetail', { ServiceDate: date(), TaxCodeRef: reference() }),
  DiscountLineDetail: object('DiscountLineDetail', {
    PercentBased: flag(),
    DiscountPercent: quantity(),
    DiscountAccountRef: reference('Account'),
    ClassRef: reference('Class'),
    TaxCodeRef: reference(),
    DiscountRef: reference(),
  }),
  GroupLineDetail: object('GroupLineDetail', {
    GroupItemRef: reference('Item'),
    Quantity: quantity(),
    ...each(ignored(), 'Line', 'ServiceDate', 'UOMRef'),
  }),
});

export const expenseLine = list('Line', {
  ...lineBase,
  AccountBasedExpenseLineDetail: object('AccountBasedExpenseLineDetail', {
    AccountRef: reference('Account'),
    CustomerRef: reference('Customer'),
    ClassRef: reference('Class'),
    TaxCodeRef: reference(),
    BillableStatus: choice('Billable', 'NotBillable', 'HasBeenBilled'),
    TaxAmount: amount(),
    TaxInclusiveAmt: amount(),
    MarkupInfo: ignored(),
  }),
  ItemBasedExpenseLineDetail: object('ItemBasedExpenseLineDetail', {
    ItemRef: reference('Item'),
    Qty: quantity(),
    UnitPrice: quantity(),
    CustomerRef: reference('Customer'),
    ClassRef: reference('Class'),
    TaxCodeRef: reference(),
    BillableStatus: choice('Billable', 'NotBillable', 'HasBeenBilled'),
    TaxInclusiveAmt: amount(),
    MarkupInfo: ignored(),
  }),
});

export const paymentLine = list('Line', lineBase);

export const depositLine = list('Line', {
  ...lineBase,
  DepositLineDetail: object('DepositLineDetail', {
    AccountRef: reference('Account'),
    Entity: reference(),
    PaymentMethodRef: reference('PaymentMethod'),
    ClassRef: reference('Class'),
    CheckNum: text(21),
    TxnType: text(),
    TaxCodeRef: reference(),
  }),
});
