import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concernsConnection, failureOf, replyFailure } from '#shared/connectors/quickbooks/faults.ts';
import type { Failure, FailureCategory } from '#shared/core/failure.ts';

const folder = new URL('../fixtures/quickbooks/', import.meta.url);

interface Recorded {
  readonly _status: number;
  readonly _headers?: Record<string, string>;
  readonly body: unknown;
}

/** A recorded answer as the HTTP client would hand it on. */
function failureFrom(file: string): Failure {
  const text = readFileSync(new URL(file, folder), 'utf8');
  if (file.endsWith('.xml')) {
    const status = Number(/^fault_(\d+)/.exec(file)?.[1]);
    return replyFailure({ status, headers: new Headers(), text: text.replace(/^<!--.*?-->\s*/s, '') });
  }
  const recorded = JSON.parse(text) as Recorded;
  const headers = new Headers({ intuit_tid: recorded._headers?.['Intuit-Tid'] ?? '' });
  return replyFailure({ status: recorded._status, headers, text: JSON.stringify(recorded.body) });
}

type Row = [
  file: string,
  category: FailureCategory,
  code: string,
  platformCode: string,
  field: string | undefined,
  retryable: boolean,
];

const table: readonly Row[] = [
  ['fault_400_2010_unknown_property.json', 'validation', 'quickbooks.refused', '2010', 'BadJson', false],
  ['fault_400_2020_line_detailtype.json', 'validation', 'quickbooks.refused', '2020', 'Line.DetailType', false],
  ['fault_400_2020_missing_name.json', 'validation', 'quickbooks.refused', '2020', 'Name', false],
  ['fault_400_2030_invalid_id.json', 'validation', 'quickbooks.refused', '2030', 'Id', false],
  ['fault_400_2050_customer_memo.json', 'validation', 'quickbooks.refused', '2050', 'Customer Memo', false],
  ['fault_400_2050_multi_error.json', 'validation', 'quickbooks.refused', '2050', 'DocNumber', false],
  ['fault_400_4000_query_grammar_tokens.xml', 'validation', 'quickbooks.refused', '4000', undefined, false],
  ['fault_400_4000_query_parse.json', 'validation', 'quickbooks.refused', '4000', undefined, false],
  ['fault_400_4001_not_queryable_vendor_email.xml', 'validation', 'quickbooks.refused', '4001', undefined, false],
  ['fault_400_4001_unknown_entity.json', 'validation', 'quickbooks.refused', '4001', undefined, false],
  ['fault_400_500_unsupported_path.json', 'validation', 'quickbooks.refused', '500', undefined, false],
  ['fault_400_5010_stale.json', 'conflict', 'quickbooks.stale', '5010', 'SyncToken', true],
  ['fault_400_6000_transient.json', 'network', 'quickbooks.business_rule', '6000', undefined, true],
  ['fault_400_6070_amount_mismatch.json', 'internal', 'quickbooks.amount_mismatch', '6070', 'Line.Amount', false],
  ['fault_400_610_deleted_by_other.json', 'not_found', 'quickbooks.inactive_reference', '610', undefined, false],
  ['fault_400_610_not_found.json', 'not_found', 'quickbooks.inactive_reference', '610', undefined, false],
  ['fault_400_6140_duplicate_docnumber.json', 'conflict', 'quickbooks.duplicate_number', '6140', 'DocNumber', false],
  ['fault_400_6240_duplicate_name.json', 'conflict', 'quickbooks.duplicate_name', '6240', undefined, false],
  ['fault_400_6240_full_text.xml', 'conflict', 'quickbooks.duplicate_name', '6240', undefined, false],
  ['fault_400_6240_tax_rate.json', 'conflict', 'quickbooks.duplicate_name', '6240', undefined, false],
  [
    'fault_400_6270_before_inventory_start.xml',
    'conflict',
    'quickbooks.before_inventory_start',
    '6270',
    'TxnDate',
    false,
  ],
  ['fault_401_token_expired.json', 'authentication', 'quickbooks.unauthorised', '3200', undefined, false],
  [
    'fault_403_3100_application_authorization.json',
    'authentication',
    'quickbooks.wrong_environment',
    '3100',
    undefined,
    false,
  ],
  ['fault_429_3001_throttle.xml', 'rate_limit', 'quickbooks.throttled', '3001', undefined, true],
  ['fault_429_3001_throttle_INFERRED.json', 'rate_limit', 'quickbooks.throttled', '3001', undefined, true],
];

describe('the recorded faults', () => {
  it('are all in this table', () => {
    expect(table.map(([file]) => file).sort()).toEqual(
      readdirSync(folder)
        .filter((file) => file.startsWith('fault_'))
        .sort(),
    );
  });

  it.each(table)('[E7] %s is %s, %s', (file, category, code, platformCode, field, retryable) => {
    const failure = failureFrom(file);

    expect(failure).toMatchObject({ category, code, platform_code: platformCode, retryable });
    expect(failure.field).toBe(field);
    expect(failure.reason.length).toBeGreaterThan(12);
    expect(failure.reason.length).toBeLessThan(420);
    expect(failure.fix).not.toBe('');
  });

  it('[E7] carry the id that Intuit’s support asks for', () => {
    expect(failureFrom('fault_400_6240_duplicate_name.json').trace_id).toBe('1-5f733d9a-1d4e21aa217ba43177113df4');
  });

  it('never repeat a token', () => {
    const failure = failureOf(
      {
        Error: [{ Message: 'x', Detail: 'Token expired: eyJhbGciOi.secret.part', code: '3200' }],
        type: 'AUTHENTICATION',
      },
      undefined,
    );
    expect(JSON.stringify(failure)).not.toContain('secret');
    expect(JSON.stringify(failureFrom('fault_401_token_expired.json'))).not.toContain('echoed');
  });
});

describe('a fault', () => {
  it('that says to wait is passing, and may have been stored', () => {
    expect(failureFrom('fault_400_6000_transient.json')).toMatchObject({ ambiguous: true });
    const rule = failureOf(
      { Error: [{ Detail: 'Business Validation Error: The account period has closed.', code: '6000' }], type: null },
      undefined,
    );
    expect(rule).toMatchObject({ category: 'validation', code: 'quickbooks.business_rule', retryable: false });
    expect(rule.ambiguous).toBeUndefined();
  });

  it('that names its field only in its text still has one', () => {
    const fault = {
      Error: [
        { Detail: 'Invalid Reference Id : Line[2].SalesItemLineDetail.ItemRef is gone', code: 2500, element: '' },
      ],
      type: null,
    };
    expect(failureOf(fault, undefined)).toMatchObject({
      category: 'not_found',
      code: 'quickbooks.bad_reference',
      field: 'Line[2].SalesItemLineDetail.ItemRef',
    });
  });

  it.each([
    ['100', true],
    ['110', true],
    ['120', true],
    ['130', true],
    ['140', true],
    ['150', true],
    ['3001', true],
    ['3100', true],
    ['3200', true],
    ['6190', true],
    ['10200', true],
    ['6240', false],
    ['610', false],
    ['6000', false],
    ['10000', false],
  ])('%s stands for the whole connection: %s', (code, whole) => {
    expect(concernsConnection(failureOf({ Error: [{ Detail: 'x', code }], type: null }, undefined))).toBe(whole);
  });

  it.each(['6200', '6210'])('%s, closed books, is for the owner to decide', (code) => {
    expect(failureOf({ Error: [{ Detail: 'x', code }], type: null }, undefined)).toMatchObject({
      category: 'conflict',
      code: 'quickbooks.closed_period',
      retryable: false,
    });
  });

  it('with no error in it is still a failure', () => {
    expect(failureOf({ Error: [], type: null }, undefined)).toMatchObject({
      category: 'validation',
      code: 'quickbooks.refused',
    });
  });
});

describe('an answer that is no fault at all', () => {
  it.each([
    [500, 'network', true],
    [502, 'network', true],
    [504, 'network', true],
    [429, 'rate_limit', true],
    [401, 'authentication', false],
    [403, 'authentication', false],
    [400, 'validation', false],
  ])('with status %i is of category %s', (status, category, retryable) => {
    for (const text of ['', '<html>Gateway</html>', '{}', '{"fault":null}', 'null', '[]']) {
      expect(replyFailure({ status, headers: new Headers(), text })).toMatchObject({ category, retryable });
    }
  });

  it('of a server in trouble leaves open whether the write was stored', () => {
    expect(replyFailure({ status: 503, headers: new Headers(), text: '' }).ambiguous).toBe(true);
  });
});
