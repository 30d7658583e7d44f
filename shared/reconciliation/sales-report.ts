import { canonicalJson, sha256Hex } from '../core/json.ts';
import { byteOrderMark, csvLines } from '../files/csv.ts';
import { pdfReport } from '../files/pdf-table.ts';
import type { Cell, Reconciliation, Total } from '../model/reconciliation.ts';
import { soldOf, totalsOf } from './figures.ts';
import { titleOf, together } from './systems.ts';

export const salesFormats = ['csv', 'pdf'] as const;
export type SalesFormat = (typeof salesFormats)[number];
export const salesTypes: Readonly<Record<SalesFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  pdf: 'application/pdf',
};

/** The sales of one system, or of all that sell, day by day and currency, as they said them themselves. */
export interface SalesReport {
  readonly store: string;
  readonly time_zone: string;
  readonly system: string;
  /** Whose figures they are. */
  readonly of: readonly string[];
  readonly start_date: string;
  readonly end_date: string;
  readonly report_id: string;
  /** When the system had been read. */
  readonly reported_at: string;
  readonly days: readonly Cell[];
  readonly totals: readonly Total[];
  /** SHA-256 of the canonical JSON of the other members. */
  readonly hash: string;
}

export function salesReport(
  { store, time_zone, report_id, started_at: reported_at, systems }: Reconciliation,
  cells: readonly Cell[],
  { system, start_date, end_date }: Pick<SalesReport, 'system' | 'start_date' | 'end_date'>,
): SalesReport {
  const inside = cells.filter(({ day }) => day >= start_date && day <= end_date);
  const sold = soldOf(systems, [], inside);
  const days =
    system === together
      ? sold.days.map((cell) => ({ ...cell, system }))
      : inside.filter((cell) => cell.system === system);
  const totals = totalsOf(days, [system]);
  const of = system === together ? sold.systems : [system];
  const content = { store, time_zone, system, of, start_date, end_date, report_id, reported_at, days, totals };
  return { ...content, hash: sha256Hex(canonicalJson(content)) };
}

const titles = [
  'Orders',
  'Gross',
  'Discount',
  'Shipping',
  'Tax',
  'Net',
  'Refunds',
  'Refunded',
  'Tax refunded',
  'Rounding',
  'Net sales',
];

function figures(of: Cell | Total): string[] {
  const { count, gross, discount, shipping, tax, net, refund_count, refunds, refund_tax, rounding, net_sales } = of;
  return [
    String(count),
    gross,
    discount,
    shipping,
    tax,
    net,
    String(refund_count),
    refunds,
    refund_tax,
    rounding,
    net_sales,
  ];
}

/** The file: the same report gives the same bytes. */
export async function salesFile(report: SalesReport, format: SalesFormat): Promise<Uint8Array> {
  const days = report.days.map((cell) => [cell.day, cell.currency, ...figures(cell)]);
  const totals = report.totals.map((total) => ['Total', total.currency, ...figures(total)]);
  if (format === 'csv') {
    const head = [...facts(report), [], ['Day', 'Currency', ...titles]];
    return Buffer.from(byteOrderMark + csvLines([...head, ...days, ...totals]));
  }
  return pdfReport({
    title: `Sales of ${report.start_date} to ${report.end_date}`,
    facts: facts(report),
    tables: [
      {
        title: `${titleOf(report.system)}, day by day`,
        columns: [
          { title: 'Day', weight: 2 },
          { title: 'Currency', weight: 1.6 },
          ...titles.map((title) => ({ title, weight: 2, right: true })),
        ],
        rows: days,
        totals,
      },
    ],
    footer: `${report.store}, SHA-256 ${report.hash}`,
    at: new Date(report.reported_at),
  });
}

function facts(report: SalesReport): [string, string][] {
  const currencies = report.totals.map(({ currency }) => currency).join(', ');
  return [
    ['Store', report.store],
    ['Figures of', report.of.map(titleOf).join(', ')],
    ['Period', `${report.start_date} to ${report.end_date}, ${report.time_zone}`],
    ['Currency', currencies || 'none'],
    ['Read from the systems', report.reported_at],
    ['Report', report.report_id],
    ['SHA-256', report.hash],
  ];
}
