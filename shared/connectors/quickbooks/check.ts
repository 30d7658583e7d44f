import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { plainDecimal } from '../../core/money.ts';
import type { ConnectionCheck, ConnectionContext } from '../connector.ts';
import { createClient } from './client.ts';
import { percentOf } from './money.ts';
import { verifySettings } from './verify-settings.ts';

const ref = z.object({ value: z.union([z.string(), z.number()]).transform(String) });
const companySchema = z.object({
  CompanyInfo: z.object({
    CompanyName: z.string().default(''),
    Country: z.string().default('US'),
    DefaultTimeZone: z.string().optional(),
  }),
});
const preferencesSchema = z.object({
  Preferences: z.object({
    SalesFormsPrefs: z
      .object({ CustomTxnNumbers: z.boolean().optional(), AutoApplyCredit: z.boolean().optional() })
      .default({}),
    TaxPrefs: z.object({ UsingSalesTax: z.boolean().optional(), TaxGroupCodeRef: ref.optional() }).default({}),
    CurrencyPrefs: z.object({ MultiCurrencyEnabled: z.boolean().optional(), HomeCurrency: ref.optional() }).default({}),
    AccountingInfoPrefs: z.object({ BookCloseDate: z.string().optional() }).default({}),
    ProductAndServicesPrefs: z.object({ QuantityOnHand: z.boolean().optional() }).default({}),
  }),
});
const accountSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  AccountType: z.string(),
  AccountSubType: z.string().default(''),
});
const taxRateDetail = z.object({
  TaxRateRef: ref,
  TaxTypeApplicable: z.string().default('TaxOnAmount'),
  TaxOrder: z.coerce.number().default(0),
});
/** What a rate of a group is a part of, by `TaxTypeApplicable` (field reference). */
const appliesTo: Readonly<Record<string, 'amount_and_tax' | 'tax'>> = {
  TaxOnAmountPlusTax: 'amount_and_tax',
  TaxOnTax: 'tax',
};
const taxCodeSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Active: z.boolean().default(true),
  SalesTaxRateList: z.object({ TaxRateDetail: z.array(taxRateDetail).default([]) }).optional(),
});
const taxRateSchema = z.object({ Id: z.string(), RateValue: z.union([z.string(), z.number()]).default(0) });

type Account = z.infer<typeof accountSchema>;

/** Reads the company once: currency, zone, accounts and tax codes, and proposes settings from them. */
export async function check(context: ConnectionContext, apiUrl: string): Promise<Result<ConnectionCheck>> {
  const client = createClient(context, apiUrl);
  const realm = String(context.profile.realm_id);
  const company = await client.read(`companyinfo/${realm}`);
  if (!company.ok) return company;
  const preferences = await client.read('preferences');
  if (!preferences.ok) return preferences;
  const accounts = await client.query(
    'Account',
    "SELECT * FROM Account WHERE AccountType IN ('Income','Other Income','Expense','Other Expense','Cost of Goods Sold','Bank','Other Current Asset') MAXRESULTS 1000",
  );
  if (!accounts.ok) return accounts;
  const codes = await client.query('TaxCode', 'SELECT * FROM TaxCode MAXRESULTS 1000');
  if (!codes.ok) return codes;
  const rates = await client.query('TaxRate', 'SELECT * FROM TaxRate MAXRESULTS 1000');
  if (!rates.ok) return rates;

  const { CompanyInfo } = companySchema.parse(company.value);
  const { SalesFormsPrefs, TaxPrefs, CurrencyPrefs, AccountingInfoPrefs, ProductAndServicesPrefs } =
    preferencesSchema.parse(preferences.value).Preferences;
  const home = CurrencyPrefs.HomeCurrency?.value ?? 'USD';
  const tax = taxProfile(CompanyInfo.Country, TaxPrefs.UsingSalesTax === true, codes.value, rates.value);
  const profile = {
    realm_id: realm,
    company: CompanyInfo.CompanyName,
    country: CompanyInfo.Country,
    time_zone: CompanyInfo.DefaultTimeZone ?? null,
    home_currency: home,
    currencies: [home],
    multi_currency: CurrencyPrefs.MultiCurrencyEnabled === true,
    close_date: AccountingInfoPrefs.BookCloseDate ?? null,
    // Absent in old companies, which may have it all the same: only a clear no counts.
    inventory: ProductAndServicesPrefs.QuantityOnHand !== false,
    custom_numbers: SalesFormsPrefs.CustomTxnNumbers === true,
    auto_apply_credit: SalesFormsPrefs.AutoApplyCredit === true,
    undeposited_account: undepositedFunds(z.array(accountSchema).parse(accounts.value)),
    account_names: accountNames(z.array(accountSchema).parse(accounts.value)),
    tax: { ...tax.profile, transaction_code: TaxPrefs.TaxGroupCodeRef?.value ?? null },
  };
  const faults = await verifySettings(client, { profile, settings: context.settings }, context.settings);
  if (!faults.ok) return faults;
  return ok({
    display_name: `${CompanyInfo.CompanyName} (QuickBooks ${CompanyInfo.Country}, ${home})`,
    profile,
    suggested_settings: { ...accountSettings(z.array(accountSchema).parse(accounts.value)), tax_codes: tax.byPercent },
    warnings: [
      ...(profile.custom_numbers ? [] : [numbersOff]),
      ...(profile.auto_apply_credit ? [creditsApplied] : []),
      ...faults.value.map(({ path, message }) => `Setting ${path}: ${message}`),
    ],
  });
}

const numbersOff =
  'Custom transaction numbers are off in QuickBooks: turn them on (Account and settings, Sales) so that order numbers are kept.';
const creditsApplied =
  'QuickBooks applies credits by itself (Account and settings, Advanced, Automation): refunds of paid orders can be refund receipts, not credit memos.';

function taxProfile(
  country: string,
  usesTax: boolean,
  codeRows: readonly JsonObject[],
  rateRows: readonly JsonObject[],
) {
  const percents = new Map(
    z
      .array(taxRateSchema)
      .parse(rateRows)
      .map(({ Id, RateValue }) => [Id, plainDecimal(RateValue)]),
  );
  const codes = Object.fromEntries(
    z
      .array(taxCodeSchema)
      .parse(codeRows)
      .filter(({ Active, SalesTaxRateList }) => Active && SalesTaxRateList !== undefined)
      .map(({ Id, SalesTaxRateList }) => [
        Id,
        (SalesTaxRateList?.TaxRateDetail ?? [])
          .toSorted((a, b) => a.TaxOrder - b.TaxOrder)
          .map(({ TaxRateRef, TaxTypeApplicable }) => ({
            rate: TaxRateRef.value,
            percent: percents.get(TaxRateRef.value) ?? '0',
            on: appliesTo[TaxTypeApplicable] ?? ('amount' as const),
          })),
      ]),
  );
  // Of several codes with one percentage the first made: the owner may choose another.
  const byPercent: Record<string, string> = {};
  for (const [code, rates] of Object.entries(codes).sort(([a], [b]) => Number(a) - Number(b))) {
    byPercent[percentOf(rates)] ??= code;
  }
  const isUs = /^(US|USA|UNITED STATES)$/i.test(country);
  const style = !usesTax ? 'line' : isUs ? 'us' : 'global';
  return {
    byPercent: style === 'global' ? byPercent : {},
    profile: { style, codes, untaxed_code: byPercent['0'] ?? null, by_taxed: { yes: 'TAX', no: 'NON' } },
  };
}

/** Enough for any shop; a connection is one item of the table. */
const mostNames = 300;

/** Names by id, for what a plan says of the books. */
function accountNames(rows: readonly Account[]): Record<string, string> {
  return Object.fromEntries(rows.slice(0, mostNames).map(({ Id, Name }) => [Id, Name.slice(0, 100)]));
}

/** Where payments wait for their deposit, and refunds of them are taken from. */
function undepositedFunds(rows: readonly Account[]): string | null {
  return rows.find(({ AccountSubType }) => AccountSubType === 'UndepositedFunds')?.Id ?? null;
}

/** Of several accounts of a kind the first made is proposed: the one that came with the company. */
function accountSettings(rows: readonly Account[]) {
  const accounts = rows
    .filter(({ AccountType }) => /Income|Expense/.test(AccountType))
    .toSorted((a, b) => Number(a.Id) - Number(b.Id));
  const income =
    accounts.find(({ AccountSubType }) => AccountSubType === 'SalesOfProductIncome') ??
    accounts.find(({ AccountType }) => AccountType === 'Income');
  const rounding = accounts.find(({ Name }) => /round/i.test(Name)) ?? income;
  return { income_account: income?.Id ?? null, rounding_account: rounding?.Id ?? null };
}
