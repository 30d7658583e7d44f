import { stringifyExact } from '#shared/core/json.ts';
import { isDecimalText } from '#shared/core/money.ts';
import type { Company } from './company.ts';
import { errors, refuse } from './faults.ts';
import { numericProperties } from './specs/index.ts';
import { addTaxCode } from './templates.ts';
import { type Row, rowsOf, textOf } from './values.ts';
import { zonedTime } from './zone.ts';

/** `GET /exchangerate?sourcecurrencycode=EUR&asofdate=2026-01-31`: home units per one unit of the source currency. */
export function exchangeRate(company: Company, query: URLSearchParams): string {
  const source = query.get('sourcecurrencycode') ?? '';
  if (source === '') refuse(errors.required('sourcecurrencycode'));
  const rate = source === company.home ? '1' : company.settings.exchangeRates[source];
  if (rate === undefined) return refuse(errors.notFound());
  const body = {
    SyncToken: '0',
    domain: 'QBO',
    AsOfDate: query.get('asofdate') ?? company.today(),
    SourceCurrencyCode: source,
    Rate: rate,
    sparse: false,
    TargetCurrencyCode: company.home,
    MetaData: { LastUpdatedTime: zonedTime(company.clock.now(), company.identity.timeZone, false) },
  };
  return stringifyExact(body, numericProperties);
}

/** `POST /taxservice/taxcode`: creates a tax code and its rates. The answer has no envelope and no `time`. */
export function createTaxCode(company: Company, body: Row): string {
  const name = textOf(body.TaxCode);
  if (name === undefined || name === '') return refuse(errors.required('TaxCode'));
  const details = rowsOf(body.TaxRateDetails);
  if (details.length === 0) refuse(errors.required('TaxRateDetails'));
  if (company.table('TaxCode').find('Name', [name])?.length) {
    refuse(errors.duplicateName('Another tax code is already using this \nname. Please use a different name.'));
  }
  const rates = details.map((detail) => readRate(company, detail));
  const { codeId, rateIds } = addTaxCode(company, { name, rates });
  return JSON.stringify({
    TaxCode: name,
    TaxCodeId: codeId,
    TaxRateDetails: details.map((detail, index) => ({
      ...detail,
      TaxRateName: rates[index]?.[1] ?? '',
      TaxRateId: rateIds[index] ?? '',
      RateValue: `${rates[index]?.[2] ?? '0'}%`,
    })),
  });
}

function readRate(company: Company, detail: Row): readonly [string | undefined, string, string] {
  const known = textOf(detail.TaxRateId);
  if (known !== undefined) {
    const rate = company.table('TaxRate').get(known);
    if (!rate) return refuse(errors.invalidReference('TaxRateDetails.TaxRateId'));
    return [known, String(rate.body.Name), String(rate.body.RateValue)];
  }
  const name = textOf(detail.TaxRateName);
  const value = textOf(detail.RateValue);
  if (name === undefined) return refuse(errors.required('TaxRateName'));
  if (value === undefined) return refuse(errors.required('RateValue'));
  if (textOf(detail.TaxAgencyId) === undefined) return refuse(errors.required('TaxAgencyId'));
  if (!isDecimalText(value)) return refuse(errors.format('decimal', 'RateValue', value));
  if (company.table('TaxRate').find('Name', [name])?.length) {
    refuse(errors.duplicateName('Another tax rate is already using this \nname. Please use a different name.'));
  }
  return [undefined, name, value];
}
