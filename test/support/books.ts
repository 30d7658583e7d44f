import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import type { Row } from '#local/platforms/quickbooks/values.ts';
import { money } from '#shared/core/money.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * What the books say, without what may differ between two ways to the same end: ids, sync tokens, times. References are
 * spelled out by name or number; everything is sorted.
 */
export function booksOf(company: CompanyHandle): Record<string, unknown[]> {
  const customers = new Map(company.list('Customer').map((row) => [String(row.Id), String(row.DisplayName)]));
  const items = new Map(company.list('Item').map((row) => [String(row.Id), String(row.Name)]));
  const invoices = new Map(company.list('Invoice').map((row) => [String(row.Id), String(row.DocNumber)]));
  const customerOf = (row: Row) => customers.get(value(row.CustomerRef)) ?? 'missing';
  const document = (row: Row): Plain => ({
    number: row.DocNumber,
    day: row.TxnDate,
    customer: customerOf(row),
    total: String(row.TotalAmt),
    balance: String(row.Balance ?? ''),
    note: row.PrivateNote,
    lines: lines(row).map((line) => ({
      amount: String(line.Amount),
      description: line.Description ?? null,
      item: items.get(value((line.SalesItemLineDetail as Row | undefined)?.ItemRef)) ?? null,
    })),
  });
  return {
    customers: sorted(
      company.list('Customer').map((row) => ({
        name: row.DisplayName,
        email: (row.PrimaryEmailAddr as Row | undefined)?.Address ?? null,
        balance: String(row.Balance),
      })),
    ),
    items: sorted(company.list('Item').map((row) => ({ name: row.Name, sku: row.Sku ?? null, type: row.Type }))),
    invoices: sorted(company.list('Invoice').map(document)),
    receipts: sorted(company.list('SalesReceipt').map(document)),
    credits: sorted(company.list('CreditMemo').map(document)),
    refunds: sorted(company.list('RefundReceipt').map(document)),
    payments: sorted(
      company.list('Payment').map((row) => ({
        number: row.PaymentRefNum,
        day: row.TxnDate,
        customer: customerOf(row),
        total: String(row.TotalAmt),
        unapplied: String(row.UnappliedAmt ?? ''),
        invoices: lines(row).flatMap((line) =>
          ((line.LinkedTxn ?? []) as Row[]).map(({ TxnId }) => invoices.get(String(TxnId)) ?? 'missing'),
        ),
      })),
    ),
  };
}

/** Totals by document number. */
export function totalsByNumber(company: CompanyHandle, entity: 'Invoice' | 'SalesReceipt'): Map<string, string> {
  return new Map(company.list(entity).map((row) => [String(row.DocNumber), money(String(row.TotalAmt))]));
}

function lines(row: Row): Row[] {
  return ((row.Line ?? []) as Row[]).filter((line) => line.DetailType !== 'SubTotalLineDetail');
}

function value(reference: unknown): string {
  return String((reference as { value?: unknown } | undefined)?.value ?? '');
}

function sorted<T>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
