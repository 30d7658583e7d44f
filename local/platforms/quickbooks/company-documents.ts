import type { Company } from './company.ts';
import { storedAddress } from './rules/countries.ts';
import type { Stored } from './table.ts';
import type { Row, Value } from './values.ts';
import { zonedTime } from './zone.ts';

/** CompanyInfo or Preferences of a company, made from its settings at the moment of reading. */
export function companyDocument(company: Company, name: string): Stored {
  const content = name === 'CompanyInfo' ? companyInfo(company) : preferences(company);
  const time = zonedTime(Date.UTC(2020, 0, 2), company.identity.timeZone, false);
  const body: Row = {
    ...content,
    domain: 'QBO',
    sparse: false,
    Id: '1',
    SyncToken: '4',
    MetaData: { CreateTime: time, LastUpdatedTime: time },
  };
  return { id: '1', body, created: Date.UTC(2020, 0, 2), updated: Date.UTC(2020, 0, 2), syncToken: 4, json: undefined };
}

function companyInfo({ identity, settings }: Company): Row {
  const address = storedAddress({ Line1: '2500 Canal Street', City: 'Harbour', Country: identity.country }, '1');
  return {
    CompanyName: identity.companyName,
    LegalName: identity.companyName,
    CompanyAddr: address,
    LegalAddr: address,
    CustomerCommunicationAddr: address,
    CompanyStartDate: '2020-01-02',
    Country: identity.country,
    FiscalYearStartMonth: 'January',
    SupportedLanguages: 'en',
    DefaultTimeZone: identity.timeZone,
    Email: { Address: 'books@example.com' },
    NameValue: [
      { Name: 'SubscriptionStatus', Value: 'PAID' },
      { Name: 'OfferingSku', Value: `QuickBooks Online ${settings.plan}` },
      { Name: 'ItemCategoriesFeature', Value: 'true' },
      { Name: 'PayrollFeature', Value: 'false' },
      { Name: 'AccountantFeature', Value: 'false' },
    ],
  };
}

function preferences(company: Company): Row {
  const { settings } = company;
  return {
    AccountingInfoPrefs: {
      TrackDepartments: true,
      ClassTrackingPerTxn: true,
      ClassTrackingPerTxnLine: false,
      CustomerTerminology: 'Customers',
      ...(settings.bookCloseDate === undefined ? {} : { BookCloseDate: settings.bookCloseDate }),
    },
    ProductAndServicesPrefs: {
      ForSales: true,
      ForPurchase: true,
      QuantityWithPriceAndRate: true,
      QuantityOnHand: settings.plan === 'Plus' || settings.plan === 'Advanced',
    },
    SalesFormsPrefs: salesForms(company),
    TaxPrefs: taxPreferences(company),
    CurrencyPrefs: { MultiCurrencyEnabled: settings.multicurrency, HomeCurrency: { value: company.home } },
    ReportPrefs: { ReportBasis: 'Accrual', CalcAgingReportFromTxnDate: false },
    OtherPrefs: {
      NameValue: [
        { Name: 'SalesFormsPrefs.AllowGratuity', Value: 'false' },
        { Name: 'WarnDuplicateCheckNumber', Value: 'true' },
        { Name: 'VendorAndPurchasesPrefs.UseCustomTxnNumbers', Value: 'false' },
      ],
    },
  };
}

function salesForms({ settings }: Company): Row {
  return {
    CustomField: customFieldSwitches(settings.customFields),
    CustomTxnNumbers: settings.customTxnNumbers,
    AllowDeposit: settings.allowDeposit,
    AllowDiscount: settings.allowDiscount,
    AllowShipping: settings.allowShipping,
    ...(settings.allowDiscount ? { DefaultDiscountAccount: '86' } : {}),
    ...(settings.allowShipping ? { DefaultShippingAccount: '91' } : {}),
    AutoApplyCredit: settings.autoApplyCredit,
    AllowEstimates: true,
    AllowServiceDate: true,
    ETransactionEnabledStatus: 'NotApplicable',
    IPNSupportEnabled: false,
    UsingPriceLevels: false,
    DefaultTerms: { value: '3' },
  };
}

function customFieldSwitches(names: readonly string[]): Value[] {
  const definitions = [1, 2, 3];
  return [
    {
      CustomField: definitions.map((number) => ({
        Name: `SalesFormsPrefs.UseSalesCustom${number}`,
        Type: 'BooleanType',
        BooleanValue: names[number - 1] !== undefined,
      })),
    },
    {
      CustomField: names.map((StringValue, index) => ({
        Name: `SalesFormsPrefs.SalesCustomName${index + 1}`,
        Type: 'StringType',
        StringValue,
      })),
    },
  ];
}

/** PartnerTaxEnabled: true with automated sales tax, absent in a manual or non-US company, false before it is set up. */
function taxPreferences({ settings }: Company): Row {
  switch (settings.salesTax) {
    case 'ast':
      return { PartnerTaxEnabled: true, UsingSalesTax: true, TaxGroupCodeRef: { value: settings.defaultTaxCode } };
    case 'manual':
      return { UsingSalesTax: true, TaxGroupCodeRef: { value: settings.defaultTaxCode } };
    case 'off':
      return { PartnerTaxEnabled: false, UsingSalesTax: false };
    case 'global':
      return { UsingSalesTax: true };
  }
}
