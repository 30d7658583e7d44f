import type { Clock } from '#shared/core/clock.ts';
import { Company } from './company.ts';
import { type CompanyOptions, type CompanySettings, defaultSettings } from './settings.ts';
import type { EntityName } from './specs/entity-spec.ts';
import { specOf } from './specs/index.ts';
import type { Row } from './values.ts';

interface Template {
  readonly country: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly companyName: string;
  readonly settings: Partial<CompanySettings>;
  /** Tax codes: id, name, rates as [rate id, name, percent], of a rate on tax with what it is on. */
  readonly taxes: readonly TaxRow[];
}

type TaxRow = readonly [id: string, name: string, rates: readonly RateRow<string>[]];
type RateRow<Id> = readonly [id: Id, name: string, percent: string, appliesTo?: 'TaxOnAmountPlusTax' | 'TaxOnTax'];

const usTaxes: readonly TaxRow[] = [
  ['2', 'California', [['3', 'California', '8']]],
  [
    '3',
    'Tucson',
    [
      ['1', 'AZ State tax', '7.1'],
      ['2', 'Tucson City', '2'],
    ],
  ],
  ['4', 'Washington', [['4', 'Washington', '6.5']]],
];

const globalTaxes: readonly TaxRow[] = [
  ['2', '20.0% S', [['2', '20.0% S', '20']]],
  ['3', '19.0% S', [['3', '19.0% S', '19']]],
  ['4', '7.0% R', [['4', '7.0% R', '7']]],
  ['5', '5.0% R', [['5', '5.0% R', '5']]],
  ['6', '0.0% Z', [['6', '0.0% Z', '0']]],
  ['7', 'Exempt', [['7', 'Exempt', '0']]],
  [
    '8',
    '5.0% + 7.0%',
    [
      ['8', 'Federal 5.0%', '5'],
      ['9', 'Province 7.0%', '7'],
    ],
  ],
  ['9', '21.0% S', [['10', '21.0% S', '21']]],
  ['10', '10.0% R', [['11', '10.0% R', '10']]],
];

const canadianTaxes: readonly TaxRow[] = [
  ['2', 'Exempt', [['2', 'Exempt', '0']]],
  ['3', 'Zero-rated', [['3', 'GST/HST ZR', '0']]],
  ['4', 'GST', [['4', 'GST', '5']]],
  ['5', 'HST ON', [['5', 'HST (ON)', '13']]],
  [
    '6',
    'GST/QST QC - 9.975',
    [
      ['4', 'GST', '5'],
      ['6', 'QST 9.975', '9.975'],
    ],
  ],
  [
    '7',
    'GST, QST on both',
    [
      ['4', 'GST', '5'],
      ['6', 'QST 9.975', '9.975', 'TaxOnAmountPlusTax'],
    ],
  ],
];

const templates: Readonly<Record<NonNullable<CompanyOptions['template']>, Template>> = {
  us: {
    country: 'US',
    currency: 'USD',
    timeZone: 'America/Los_Angeles',
    companyName: 'Harbour Street Goods',
    settings: {},
    taxes: usTaxes,
  },
  eur: {
    country: 'FR',
    currency: 'EUR',
    timeZone: 'Europe/Paris',
    companyName: 'Comptoir du Canal',
    settings: { salesTax: 'global' },
    taxes: globalTaxes,
  },
  gbp: {
    country: 'GB',
    currency: 'GBP',
    timeZone: 'Europe/London',
    companyName: 'Canal Row Supplies',
    settings: { salesTax: 'global' },
    taxes: globalTaxes,
  },
  cad: {
    country: 'CA',
    currency: 'CAD',
    timeZone: 'America/Toronto',
    companyName: 'Vieux-Port Supplies',
    settings: { salesTax: 'global' },
    taxes: canadianTaxes,
  },
};

/** Chart of accounts. Ids follow the public sandbox company where one is known (Undeposited Funds 4, Checking 35). */
const accounts: readonly (readonly [id: string, name: string, type: string, subType: string])[] = [
  ['1', 'Services', 'Income', 'ServiceFeeIncome'],
  ['2', 'Retained Earnings', 'Equity', 'RetainedEarnings'],
  ['4', 'Undeposited Funds', 'Other Current Asset', 'UndepositedFunds'],
  ['5', 'Fees Billed', 'Income', 'ServiceFeeIncome'],
  ['7', 'Advertising', 'Expense', 'AdvertisingPromotional'],
  ['30', 'Uncategorized Income', 'Income', 'ServiceFeeIncome'],
  ['31', 'Uncategorized Expense', 'Expense', 'OtherMiscellaneousServiceCost'],
  ['33', 'Accounts Payable (A/P)', 'Accounts Payable', 'AccountsPayable'],
  ['34', 'Opening Balance Equity', 'Equity', 'OpeningBalanceEquity'],
  ['35', 'Checking', 'Bank', 'Checking'],
  ['36', 'Savings', 'Bank', 'Savings'],
  ['41', 'Mastercard', 'Credit Card', 'CreditCard'],
  ['79', 'Sales of Product Income', 'Income', 'SalesOfProductIncome'],
  ['80', 'Cost of Goods Sold', 'Cost of Goods Sold', 'SuppliesMaterialsCogs'],
  ['81', 'Inventory Asset', 'Other Current Asset', 'Inventory'],
  ['82', 'Design income', 'Income', 'SalesOfProductIncome'],
  ['84', 'Accounts Receivable (A/R)', 'Accounts Receivable', 'AccountsReceivable'],
  ['86', 'Discounts given', 'Income', 'DiscountsRefundsGiven'],
  ['89', 'Sales Tax Payable', 'Other Current Liability', 'SalesTaxPayable'],
  ['91', 'Shipping Income', 'Income', 'OtherPrimaryIncome'],
  ['92', 'Payment Processing Fees', 'Expense', 'BankCharges'],
  ['93', 'Rounding', 'Other Income', 'OtherMiscellaneousIncome'],
  ['94', 'Rounding Expense', 'Other Expense', 'OtherMiscellaneousExpense'],
  ['95', 'Gift Cards Outstanding', 'Other Current Liability', 'OtherCurrentLiabilities'],
  ['96', 'Card Clearing', 'Bank', 'CashOnHand'],
];

const paymentMethods = [
  ['1', 'Cash', 'NON_CREDIT_CARD'],
  ['2', 'Check', 'NON_CREDIT_CARD'],
  ['3', 'Visa', 'CREDIT_CARD'],
  ['4', 'MasterCard', 'CREDIT_CARD'],
  ['5', 'Discover', 'CREDIT_CARD'],
  ['6', 'American Express', 'CREDIT_CARD'],
  ['7', 'Diners Club', 'CREDIT_CARD'],
] as const;

const terms = [
  ['1', 'Due on receipt', 0],
  ['2', 'Net 15', 15],
  ['3', 'Net 30', 30],
  ['4', 'Net 60', 60],
] as const;

/** Which of the five classes an account type belongs to. */
export function classification(type: string): string {
  if (/Payable|Liability|Credit Card/.test(type)) return 'Liability';
  if (/Income/.test(type)) return 'Revenue';
  if (/Expense|Cost/.test(type)) return 'Expense';
  return type === 'Equity' ? 'Equity' : 'Asset';
}

/** A company with its chart of accounts, tax codes, payment methods, terms and two service items. A few ms of work. */
export function createCompany(options: CompanyOptions, realmId: string, clock: Clock): Company {
  const template = templates[options.template ?? 'us'];
  const { realmId: _r, template: _t, companyName, country, timeZone, ...settings } = options;
  const company = new Company(
    {
      realmId,
      companyName: companyName ?? template.companyName,
      country: country ?? template.country,
      homeCurrency: template.currency,
      timeZone: timeZone ?? template.timeZone,
    },
    { ...defaultSettings, ...template.settings, ...settings },
    clock,
  );
  seedAccounts(company);
  seedLists(company);
  seedTaxes(company, template.taxes);
  return company;
}

function seed(company: Company, name: EntityName, id: string, body: Row): void {
  company.insert(specOf(name), body, id);
}

function seedAccounts(company: Company): void {
  for (const [id, name, type, subType] of accounts) {
    seed(company, 'Account', id, {
      Name: name,
      SubAccount: false,
      FullyQualifiedName: name,
      Active: true,
      Classification: classification(type),
      AccountType: type,
      AccountSubType: subType,
      CurrentBalance: '0',
      CurrentBalanceWithSubAccounts: '0',
      CurrencyRef: company.currencyRef(company.home),
    });
  }
}

function seedLists(company: Company): void {
  for (const [id, name, type] of paymentMethods) {
    seed(company, 'PaymentMethod', id, { Name: name, Active: true, Type: type });
  }
  for (const [id, name, days] of terms) {
    seed(company, 'Term', id, { Name: name, Active: true, Type: 'STANDARD', DiscountPercent: '0', DueDays: days });
  }
  for (const [id, name] of [
    ['1', 'Services'],
    ['2', 'Hours'],
  ] as const) {
    seed(company, 'Item', id, {
      Name: name,
      Active: true,
      FullyQualifiedName: name,
      Taxable: false,
      UnitPrice: '0',
      Type: 'Service',
      IncomeAccountRef: { value: '1', name: 'Services' },
      PurchaseCost: '0',
      TrackQtyOnHand: false,
    });
  }
}

function seedTaxes(company: Company, taxes: readonly TaxRow[]): void {
  if (company.isUS) {
    for (const name of ['TAX', 'NON']) {
      const body = { Name: name, Description: name, Taxable: name === 'TAX', TaxGroup: false, Active: true };
      seed(company, 'TaxCode', name, body);
    }
  }
  for (const [id, name, rates] of taxes) addTaxCode(company, { id, name, rates });
}

/** Adds a tax code with its rates; also what the tax service endpoint does. */
export function addTaxCode(
  company: Company,
  code: {
    id?: string;
    name: string;
    rates: readonly RateRow<string | undefined>[];
  },
): { codeId: string; rateIds: string[] } {
  const rateIds = code.rates.map(([id, name, percent]) => {
    const known = id === undefined ? undefined : company.table('TaxRate').get(id);
    if (known) return known.id;
    return company.insert(
      specOf('TaxRate'),
      {
        Name: name,
        Description: 'Sales Tax',
        Active: true,
        RateValue: percent,
        AgencyRef: { value: '1' },
        SpecialTaxType: 'NONE',
        DisplayType: 'ReadOnly',
      },
      id,
    ).id;
  });
  const body: Row = {
    Name: code.name,
    Description: code.name,
    Active: true,
    Taxable: true,
    TaxGroup: true,
    SalesTaxRateList: {
      TaxRateDetail: rateIds.map((value, index) => ({
        TaxRateRef: { value, name: code.rates[index]?.[1] ?? '' },
        TaxTypeApplicable: code.rates[index]?.[3] ?? 'TaxOnAmount',
        TaxOrder: code.rates[index]?.[3] === undefined ? 0 : index,
      })),
    },
    PurchaseTaxRateList: { TaxRateDetail: [] },
  };
  return { codeId: company.insert(specOf('TaxCode'), body, code.id).id, rateIds };
}
