import { byteOrderMark, csvLines } from '../files/csv.ts';
import { pdfReport } from '../files/pdf-table.ts';
import type { Certificate, CertificateFormat } from '../model/month.ts';
import type { Difference, Figures, Total } from '../model/reconciliation.ts';
import { soldOf } from './figures.ts';
import { titleOf, together } from './systems.ts';

export const certificateTypes: Readonly<Record<CertificateFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
};

/** The certificate in every form. All carry its hash; JSON is the one that is verified. */
export async function certificateFiles(certificate: Certificate): Promise<Record<CertificateFormat, Uint8Array>> {
  return {
    csv: Buffer.from(byteOrderMark + csvLines(csvRows(certificate))),
    json: Buffer.from(`${JSON.stringify(certificate, null, 2)}\n`),
    pdf: await pdfOf(certificate),
  };
}

const figureTitles = [
  'Sales',
  'Gross',
  'Net',
  'Tax',
  'Discount',
  'Shipping',
  'Fees',
  'Refunds',
  'Refunded',
  'Tax refunded',
  'Rounding',
  'Net sales',
];

function figures(of: Figures): string[] {
  const { count, gross, net, tax, discount, shipping, fees, refund_count, refunds, refund_tax, rounding, net_sales } =
    of;
  const sales = [String(count), gross, net, tax, discount, shipping, fees];
  return [...sales, String(refund_count), refunds, refund_tax, rounding, net_sales];
}

function facts(certificate: Certificate): [string, string][] {
  const { month, store, time_zone, systems, note, accepted_differences } = certificate;
  return [
    ['Month', month],
    ['Store', store],
    ['Time zone', time_zone],
    ['Systems', systems.map(titleOf).join(', ')],
    ['Read from the systems', certificate.reported_at],
    ['Report', `${certificate.report_id}, ${certificate.report_hash}`],
    ['Closed', `${certificate.closed_at} by ${certificate.closed_by}`],
    ['Accepted differences', String(accepted_differences.length)],
    ['Note', note ?? 'none'],
    [
      'Certificate before',
      certificate.previous_hash ? `${certificate.previous_month}, ${certificate.previous_hash}` : 'none',
    ],
    ['SHA-256', certificate.hash],
  ];
}

/** The month in each system; where several sell, what they sold together stands behind them. */
function totalRows({ systems, totals }: Certificate): string[][] {
  const row = (title: string, total: Omit<Total, 'system'>): string[] => [title, total.currency, ...figures(total)];
  const sold = soldOf(systems, totals);
  const isSold = ({ system }: Total): boolean => sold.systems.includes(system);
  return [
    ...totals.filter(isSold).map((total) => row(titleOf(total.system), total)),
    ...(sold.systems.length > 1 ? sold.totals.map((total) => row(titleOf(together), total)) : []),
    ...totals.filter((total) => !isSold(total)).map((total) => row(titleOf(total.system), total)),
  ];
}

function csvRows(certificate: Certificate): string[][] {
  return [
    ...facts(certificate),
    [],
    ['Total', 'System', 'Currency', ...figureTitles],
    ...totalRows(certificate).map((row) => ['Total', ...row]),
    [],
    ['Day', 'System', 'Currency', ...figureTitles],
    ...certificate.days.map((cell) => [cell.day, titleOf(cell.system), cell.currency, ...figures(cell)]),
    [],
    ['Day', 'System', 'Kind', 'Record', 'Cause', 'Id'],
    ...certificate.accepted_differences.map((one) => [...differenceCells(one), one.difference_id]),
  ];
}

function differenceCells({ day, system, kind, label, cause }: Difference): string[] {
  return [day, titleOf(system), kind.replaceAll('_', ' '), label, cause];
}

const amounts = figureTitles.map((title) => ({ title, weight: 2, right: true }));

function pdfOf(certificate: Certificate): Promise<Uint8Array> {
  const { month, days, accepted_differences, hash } = certificate;
  const system = { title: 'System', weight: 2.4 };
  const currency = { title: 'Currency', weight: 1.6 };
  return pdfReport({
    title: `Certificate of ${month}`,
    facts: facts(certificate),
    tables: [
      {
        title: 'The month in each system',
        columns: [system, currency, ...amounts],
        rows: totalRows(certificate),
      },
      {
        title: 'Day by day',
        columns: [{ title: 'Day', weight: 2 }, system, currency, ...amounts],
        rows: days.map((cell) => [cell.day, titleOf(cell.system), cell.currency, ...figures(cell)]),
      },
      ...(accepted_differences.length === 0
        ? []
        : [
            {
              title: 'Accepted differences',
              columns: [
                { title: 'Day', weight: 2 },
                system,
                { title: 'Kind', weight: 3 },
                { title: 'Record', weight: 3 },
                { title: 'Cause', weight: 12 },
              ],
              rows: accepted_differences.map(differenceCells),
            },
          ]),
    ],
    footer: `${certificate.store}, ${month}, SHA-256 ${hash}`,
    at: new Date(certificate.closed_at),
  });
}
