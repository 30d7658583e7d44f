import { describe, expect, it } from 'vitest';
import { effectiveSettings } from '#shared/connections/settings.ts';
import { createConnectors } from '#shared/connectors/registry.ts';

const url = 'https://quickbooks.example';
const app = {
  clientId: 'a',
  clientSecret: 'b',
  apiUrl: url,
  authorizeUrl: url,
  tokenUrl: url,
  revokeUrl: url,
  sandboxApiUrl: url,
};
const { quickbooks } = createConnectors({ quickbooks: app });
if (!quickbooks) throw new Error('no QuickBooks connector');
const suggested = { income_account: '79', rounding_account: '93', tax_codes: { '19': '5', '7': '6' } };

describe('the settings of a connection', () => {
  it('follow the suggestion where the owner chose nothing', () => {
    const settings = effectiveSettings(quickbooks, suggested, { document: 'sales_receipt', income_account: null });
    expect(settings).toMatchObject({ document: 'sales_receipt', income_account: '79', rounding_account: '93' });
  });

  it('take up what is new at the platform beside the entries the owner chose', () => {
    const grown = { ...suggested, tax_codes: { ...suggested.tax_codes, '21': '9' } };
    expect(effectiveSettings(quickbooks, grown, { tax_codes: { '7': '66' } })).toMatchObject({
      tax_codes: { '19': '5', '7': '66', '21': '9' },
    });
  });

  it('have defaults for the rest', () => {
    expect(effectiveSettings(quickbooks, {}, {})).toMatchObject({ rounding_limit: '0.05', doc_number_prefix: '' });
  });
});
