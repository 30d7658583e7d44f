import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Certificate } from '#shared/model/month.ts';
import type { Cell, Difference } from '#shared/model/reconciliation.ts';
import { certificateHash, readCertificate, sealed, verifyCertificate } from '#shared/reconciliation/certificate.ts';
import { certificateFiles } from '#shared/reconciliation/certificate-files.ts';

const figures = {
  count: 2,
  gross: '40.00',
  net: '36.00',
  tax: '4.00',
  discount: '1.00',
  shipping: '5.00',
  fees: '0.00',
  refund_count: 1,
  refunds: '11.00',
  refund_tax: '1.00',
  rounding: '0.00',
  net_sales: '26.00',
};
const cells: Cell[] = ['2026-10-01', '2026-10-02'].flatMap((day) =>
  ['woocommerce', 'quickbooks'].map((system) => ({ day, system, currency: 'USD', ...figures })),
);
const accepted: Difference = {
  difference_id: 'd1',
  kind: 'amount_differs',
  day: '2026-10-02',
  system: 'quickbooks',
  label: 'Order 7',
  records: {},
  fields: [{ field: 'gross', expected: '21.00', found: '19.00' }],
  cause: '=HYPERLINK("http://evil.example")',
  fix: 'Correct it.',
};
const certificate: Certificate = sealed({
  version: 2,
  month: '2026-10',
  store: '@Demo Shop',
  time_zone: 'America/New_York',
  systems: ['woocommerce', 'quickbooks'],
  report_id: 'r1',
  report_hash: 'a'.repeat(64),
  reported_at: '2026-11-02T10:00:00.000Z',
  totals: ['woocommerce', 'quickbooks'].map((system) => ({ system, currency: 'USD', ...figures, count: 4 })),
  days: cells,
  accepted_differences: [accepted],
  note: 'Agreed.',
  closed_at: '2026-11-03T10:00:00.000Z',
  closed_by: 'ann',
  previous_month: null,
  previous_hash: null,
});

type Place = readonly (string | number)[];

/** Places of every leaf. */
function leaves(value: unknown, at: Place = []): Place[] {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return [at];
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

const pathOf = (place: Place): string =>
  place.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key),
    '',
  );

function withLeaf(value: unknown, [key, ...rest]: Place, leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = withLeaf(copy[key], rest, leaf);
  return copy;
}

describe('a certificate', () => {
  it('is found valid, also after it went through a file', async () => {
    expect(verifyCertificate(certificate, certificate)).toEqual({ valid: true, hash_matches: true, differing: [] });
    const { json } = await certificateFiles(certificate);
    expect(verifyCertificate(certificate, readCertificate(json)).valid).toBe(true);
    expect(verifyCertificate(certificate, Object.fromEntries(Object.entries(certificate).reverse())).valid).toBe(true);
  });

  it('changed anywhere is found out, at that place, also when its hash was made anew', () => {
    const places = leaves(certificate).filter(([first]) => first !== 'hash');
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.oneof(fc.string(), fc.integer(), fc.constant(null)), (place, leaf) => {
        const tampered = withLeaf(certificate, place, leaf) as Certificate;
        fc.pre(certificateHash(tampered) !== certificate.hash);
        const found = verifyCertificate(certificate, tampered);
        expect(found).toMatchObject({ valid: false, hash_matches: false });
        expect(found.differing.map(({ path }) => path)).toEqual([pathOf(place)]);
        const resealed = { ...tampered, hash: certificateHash(tampered) };
        const again = verifyCertificate(certificate, resealed);
        expect(again).toMatchObject({ valid: false, hash_matches: true });
        expect(again.differing.map(({ path }) => path)).toEqual(expect.arrayContaining([pathOf(place), 'hash']));
      }),
    );
  });

  it('with a day more or less is found out', () => {
    const [, ...rest] = certificate.days;
    expect(verifyCertificate(certificate, { ...certificate, days: rest }).valid).toBe(false);
    expect(verifyCertificate(certificate, { ...certificate, extra: 1 }).differing).toEqual([
      { path: 'extra', found: 1 },
    ]);
  });

  it('[F2] of a month closed before refunds were figures is verified as it was made', async () => {
    const bytes = await readFile(new URL('../fixtures/certificates/version-1.json', import.meta.url));
    const old = readCertificate(bytes);
    expect(old).toEqual(JSON.parse(bytes.toString()));
    expect(verifyCertificate(old, old)).toEqual({ valid: true, hash_matches: true, differing: [] });
    const [day, ...days] = old.days;
    const shown = { ...old, days: [{ ...day, refunds: '0.00' }, ...days] };
    expect(verifyCertificate(old, shown)).toMatchObject({
      valid: false,
      differing: [{ path: 'days[0].refunds', expected: '7.50', found: '0.00' }],
    });
  });

  it('is the same file each time, carries its hash in every form, and no formula', async () => {
    const [one, two] = [await certificateFiles(certificate), await certificateFiles(certificate)];
    expect(one).toEqual(two);
    const csv = Buffer.from(one.csv).toString('utf8');
    expect(csv).toContain(
      '"Day","System","Currency","Sales","Gross","Net","Tax","Discount","Shipping","Fees","Refunds","Refunded","Tax refunded","Rounding","Net sales"',
    );
    expect(csv).toContain(
      '"2026-10-02","QuickBooks","USD","2","40.00","36.00","4.00","1.00","5.00","0.00","1","11.00","1.00","0.00","26.00"',
    );
    expect(csv).toContain(`"SHA-256","${certificate.hash}"`);
    expect(csv).toContain(`"'@Demo Shop"`);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(Buffer.from(one.pdf).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
