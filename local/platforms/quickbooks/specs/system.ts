import { each, ignored, list, object, text } from '../properties.ts';
import { address, emailAddress, phone, system, website } from './common.ts';
import type { EntitySpec } from './entity-spec.ts';

const companyInfo: EntitySpec = {
  name: 'CompanyInfo',
  kind: 'system',
  fields: {
    ...system,
    ...each(text(1024), 'CompanyName', 'LegalName'),
    ...each(address, 'CompanyAddr', 'LegalAddr', 'CustomerCommunicationAddr'),
    ...each(text(), 'Country', 'FiscalYearStartMonth', 'SupportedLanguages', 'CompanyStartDate', 'DefaultTimeZone'),
    Email: emailAddress,
    PrimaryPhone: phone,
    WebAddr: website,
    NameValue: list('NameValue', each(text(), 'Name', 'Value')),
    EmployerId: ignored(),
  },
  queryable: ['CompanyName', 'LegalName', 'Country'],
  indexed: [],
  required: [],
  operations: [],
  defaults: {},
  kept: [],
};

const section = object('PreferencesSection', {});

const preferences: EntitySpec = {
  name: 'Preferences',
  kind: 'system',
  fields: {
    ...system,
    ...each(
      section,
      ...['AccountingInfoPrefs', 'ProductAndServicesPrefs', 'SalesFormsPrefs', 'EmailMessagesPrefs'],
      ...['VendorAndPurchasesPrefs', 'TimeTrackingPrefs', 'TaxPrefs', 'CurrencyPrefs', 'ReportPrefs', 'OtherPrefs'],
    ),
  },
  queryable: [],
  indexed: [],
  required: [],
  operations: [],
  defaults: {},
  kept: [],
};

export const systemSpecs = [companyInfo, preferences];
