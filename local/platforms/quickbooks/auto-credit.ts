import type { Company } from './company.ts';
import type { EntityName } from './specs/entity-spec.ts';
import { specOf } from './specs/index.ts';
import type { Stored } from './table.ts';
import { amountOf, printMoney, type Row, refOf } from './values.ts';
import type { WriteRequest } from './write.ts';

type Write = (company: Company, request: WriteRequest) => string;

/**
 * What companies with AutoApplyCredit do to a new credit memo or invoice: it is set off against the customer's oldest
 * open invoices or credits, by payments of zero that link both.
 */
export function applyCredits(company: Company, name: EntityName, entry: Stored, write: Write): void {
  if (name !== 'Invoice' && name !== 'CreditMemo') return;
  const other = name === 'Invoice' ? 'CreditMemo' : 'Invoice';
  const customer = refOf(entry.body.CustomerRef) ?? '';
  const open = (company.table(other).find('CustomerRef', [customer]) ?? [])
    .filter(({ body }) => amountOf(body.Balance).gt(0))
    .sort((a, b) => (String(a.body.TxnDate) < String(b.body.TxnDate) ? -1 : 1));
  for (const target of open) {
    const own = amountOf(entry.body.Balance);
    const theirs = amountOf(target.body.Balance);
    if (own.eq(0)) return;
    const amount = printMoney(own.lt(theirs) ? own : theirs);
    const link = (id: string, type: EntityName): Row => ({ Amount: amount, LinkedTxn: [{ TxnId: id, TxnType: type }] });
    const body: Row = {
      CustomerRef: { value: customer },
      TotalAmt: '0',
      Line: [link(entry.id, name), link(target.id, other)],
    };
    write(company, { spec: specOf('Payment'), operation: 'create', body, include: new Set() });
  }
}
