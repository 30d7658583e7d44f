import {
  amount,
  choice,
  date,
  each,
  flag,
  ignored,
  object,
  quantity,
  readOnly,
  reference,
  text,
} from '../properties.ts';
import {
  address,
  customField,
  depositLine,
  emailAddress,
  expenseLine,
  linkedTxn,
  paymentLine,
  salesLine,
  system,
  taxCalculation,
  txnTaxDetail,
} from './common.ts';
import type { EntitySpec } from './entity-spec.ts';

const transaction = {
  ...system,
  TxnDate: date(),
  PrivateNote: text(4000),
  CurrencyRef: reference(),
  ExchangeRate: quantity(),
  DepartmentRef: reference('Department'),
  TotalAmt: readOnly(amount()),
  HomeTotalAmt: readOnly(amount()),
  ...each(ignored(), 'TxnSource', 'RecurDataRef', 'TransactionLocationType', 'ProjectRef', 'TaxFormNum', 'TaxFormType'),
  ...each(ignored(), 'TxnStatus', 'Tag', 'TxnApprovalInfo', 'CustomExtensions', 'AttachableRef'),
};

const salesForm = {
  ...transaction,
  DocNumber: text(21),
  AutoDocNumber: flag(),
  CustomerRef: reference('Customer'),
  CustomerMemo: object('MemoRef', { value: text(1000, 'Customer Memo') }),
  Line: salesLine,
  TxnTaxDetail: txnTaxDetail,
  GlobalTaxCalculation: taxCalculation,
  ApplyTaxAfterDiscount: flag(),
  CustomField: customField,
  ClassRef: reference('Class'),
  BillAddr: address,
  ShipAddr: address,
  ShipFromAddr: address,
  BillEmail: emailAddress,
  ...each(choice('NotSet', 'NeedToPrint', 'PrintComplete'), 'PrintStatus'),
  ...each(choice('NotSet', 'NeedToSend', 'EmailSent'), 'EmailStatus'),
  Balance: readOnly(amount()),
  HomeBalance: readOnly(amount()),
  FreeFormAddress: ignored(),
  ...each(ignored(), 'DeliveryInfo', 'TaxExemptionRef', 'SalesRepRef', 'PONumber', 'FOB', 'DiscountRate', 'RemitToRef'),
  ...each(ignored(), 'LessCIS', 'ConvenienceFeeDetail', 'GovtTxnRefIdentifier'),
};

const shipping = { ShipDate: date(), TrackingNum: text(), ShipMethodRef: reference() };
const paid = {
  PaymentMethodRef: reference('PaymentMethod'),
  PaymentRefNum: text(21),
  DepositToAccountRef: reference('Account'),
  ...each(ignored(), 'CreditCardPayment', 'CheckPayment', 'PaymentType', 'TxnAuthorizationTime'),
};

const salesQueryable = ['DocNumber', 'TxnDate', 'CustomerRef', 'TotalAmt', 'Balance'];
const salesIndexed = ['DocNumber', 'CustomerRef', 'TxnDate'];
const salesDefaults = { ApplyTaxAfterDiscount: false, PrintStatus: 'NeedToPrint', EmailStatus: 'NotSet' };

const invoice: EntitySpec = {
  name: 'Invoice',
  kind: 'transaction',
  label: 'Invoice',
  fields: {
    ...salesForm,
    ...shipping,
    SalesTermRef: reference('Term'),
    DueDate: date(),
    Deposit: amount(),
    DepositToAccountRef: reference('Account'),
    LinkedTxn: linkedTxn,
    BillEmailCc: emailAddress,
    BillEmailBcc: emailAddress,
    ...each(flag(), 'AllowIPNPayment', 'AllowOnlinePayment', 'AllowOnlineCreditCardPayment', 'AllowOnlineACHPayment'),
    ...each(ignored(), 'InvoiceEx', 'InvoiceLink', 'EInvoiceStatus', 'ECloudStatusTimeStamp', 'invoiceStatusLog'),
    ...each(
      ignored(),
      'callToAction',
      'invoiceStatus',
      'RecurringInfo',
      'PaymentDetailsMessage',
      'PaymentMethodRef',
      'PaymentRefNum',
    ),
  },
  queryable: [...salesQueryable, 'DueDate', 'SalesTermRef'],
  indexed: salesIndexed,
  required: ['CustomerRef', 'Line'],
  operations: ['create', 'update', 'delete', 'void'],
  defaults: {
    AllowIPNPayment: false,
    AllowOnlinePayment: false,
    AllowOnlineCreditCardPayment: false,
    AllowOnlineACHPayment: false,
    ...salesDefaults,
  },
  kept: ['LinkedTxn'],
};

const salesReceipt: EntitySpec = {
  name: 'SalesReceipt',
  kind: 'transaction',
  label: 'Sales Receipt',
  fields: { ...salesForm, ...shipping, ...paid, LinkedTxn: linkedTxn },
  queryable: [...salesQueryable, 'PaymentRefNum', 'PaymentMethodRef', 'DepositToAccountRef'],
  indexed: salesIndexed,
  required: ['Line'],
  operations: ['create', 'update', 'delete', 'void'],
  defaults: salesDefaults,
  kept: [],
};

const creditMemo: EntitySpec = {
  name: 'CreditMemo',
  kind: 'transaction',
  label: 'Credit Memo',
  fields: {
    ...salesForm,
    SalesTermRef: reference('Term'),
    RemainingCredit: readOnly(amount()),
    InvoiceRef: reference('Invoice'),
    PaymentMethodRef: readOnly(reference()),
  },
  queryable: salesQueryable,
  indexed: salesIndexed,
  required: ['CustomerRef', 'Line'],
  operations: ['create', 'update', 'delete'],
  defaults: salesDefaults,
  kept: [],
};

const refundReceipt: EntitySpec = {
  name: 'RefundReceipt',
  kind: 'transaction',
  label: 'Refund',
  fields: { ...salesForm, ...paid },
  queryable: [...salesQueryable, 'PaymentRefNum', 'PaymentMethodRef'],
  indexed: salesIndexed,
  required: ['DepositToAccountRef', 'Line'],
  operations: ['create', 'update', 'delete'],
  defaults: { ApplyTaxAfterDiscount: false, PrintStatus: 'NeedToPrint' },
  kept: [],
};

const payment: EntitySpec = {
  name: 'Payment',
  kind: 'transaction',
  fields: {
    ...transaction,
    ...paid,
    TotalAmt: amount(),
    CustomerRef: reference('Customer'),
    ARAccountRef: reference('Account'),
    UnappliedAmt: readOnly(amount()),
    ProcessPayment: flag(),
    Line: paymentLine,
    ...each(ignored(), 'LinkedTxn', 'TaxExemptionRef'),
  },
  queryable: ['TotalAmt', 'CustomerRef', 'PaymentMethodRef', 'PaymentRefNum', 'TxnDate', 'UnappliedAmt'],
  indexed: ['CustomerRef', 'PaymentRefNum', 'TxnDate'],
  required: ['TotalAmt', 'CustomerRef'],
  operations: ['create', 'update', 'delete', 'void'],
  defaults: { ProcessPayment: false },
  kept: [],
};

const bill: EntitySpec = {
  name: 'Bill',
  kind: 'transaction',
  label: 'Bill',
  fields: {
    ...transaction,
    DocNumber: text(21),
    VendorRef: reference('Vendor'),
    APAccountRef: reference('Account'),
    SalesTermRef: reference('Term'),
    DueDate: date(),
    Line: expenseLine,
    LinkedTxn: linkedTxn,
    TxnTaxDetail: txnTaxDetail,
    GlobalTaxCalculation: taxCalculation,
    Balance: readOnly(amount()),
    HomeBalance: readOnly(amount()),
    IncludeInAnnualTPAR: ignored(),
  },
  queryable: ['DocNumber', 'TxnDate', 'VendorRef', 'TotalAmt', 'Balance', 'DueDate'],
  indexed: ['DocNumber', 'VendorRef', 'TxnDate'],
  required: ['VendorRef', 'Line'],
  operations: ['create', 'update', 'delete'],
  defaults: {},
  kept: ['LinkedTxn'],
};

const deposit: EntitySpec = {
  name: 'Deposit',
  kind: 'transaction',
  fields: {
    ...transaction,
    DepositToAccountRef: reference('Account'),
    Line: depositLine,
    CashBack: ignored(),
    GlobalTaxCalculation: taxCalculation,
    TxnTaxDetail: txnTaxDetail,
  },
  queryable: ['TxnDate', 'TotalAmt', 'DepositToAccountRef'],
  indexed: ['TxnDate'],
  required: ['DepositToAccountRef', 'Line'],
  operations: ['create', 'update', 'delete'],
  defaults: {},
  kept: [],
};

export const transactionSpecs = [invoice, salesReceipt, payment, creditMemo, refundReceipt, bill, deposit];
