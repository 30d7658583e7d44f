import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import type { JsonObject } from '#shared/core/json.ts';
import {
  ann,
  create,
  invoice,
  type OpenBooks,
  openBooks,
  type Platform,
  salesLine,
  startPlatform,
  write,
} from './books.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

async function withAnn(): Promise<OpenBooks> {
  const books = await openBooks(platform);
  ann(books);
  return books;
}

const archive = (id: string, version: string | null, payload: JsonObject = {}): WriteItem => ({
  key: '7',
  item_id: '1',
  action: 'archive',
  payload,
  target: { id, version },
});
const restore = (id: string, version: string | null, payload: JsonObject): WriteItem => ({
  ...archive(id, version, payload),
  action: 'restore',
});
function kept(outcome: WriteOutcome | undefined) {
  if (outcome?.kind !== 'deleted') throw new Error(`not taken back: ${JSON.stringify(outcome)}`);
  return outcome.kept;
}
const written = (outcome: WriteOutcome | undefined) => {
  if (outcome?.kind !== 'written') throw new Error(`not written: ${JSON.stringify(outcome)}`);
  return outcome.target;
};

describe('archiving', () => {
  it('[F-DELETE] [F2] voids invoice, payment and sales receipt: they stay, at zero, and again is harmless', async () => {
    const books = await withAnn();
    const sale = invoice('1001', '50.00');
    const [made] = await write(books, 'invoice', 'make', create(sale));
    const target = written(made);
    const link = { Amount: '50.00', LinkedTxn: [{ TxnId: target.id, TxnType: 'Invoice' }] };
    const pay = { CustomerRef: { value: '1' }, TotalAmt: '50.00', PaymentRefNum: '1001', Line: [link] };
    const payment = written((await write(books, 'payment', 'pay', create(pay)))[0]);
    const receipt = { ...invoice('1002', '20.00') };
    const sold = written((await write(books, 'sales_receipt', 'sell', create(receipt)))[0]);

    expect(kept((await write(books, 'payment', 'void-1', archive(payment.id, payment.version)))[0])?.id).toBe(
      payment.id,
    );
    for (const batch of ['void-2', 'void-2', 'void-3']) {
      const [outcome] = await write(books, 'invoice', batch, archive(target.id, target.version));
      expect(kept(outcome)?.id).toBe(target.id);
    }
    expect(kept((await write(books, 'sales_receipt', 'void-4', archive(sold.id, sold.version)))[0])?.id).toBe(sold.id);
    for (const entity of ['Invoice', 'Payment', 'SalesReceipt'] as const) {
      expect(books.company.list(entity)).toMatchObject([{ TotalAmt: '0', PrivateNote: 'Voided' }]);
    }
    expect(books.company.get('Customer', '1')).toMatchObject({ Balance: '0' });
  });

  it('[F-DELETE] [F2] deletes credit memos and refund receipts, which know no void; gone already is gone', async () => {
    const books = await withAnn();
    const memo = written((await write(books, 'credit_memo', 'make', create(invoice('R1', '5.00'))))[0]);
    const paid = { ...invoice('R2', '5.00'), DepositToAccountRef: { value: '35' } };
    const receipt = written((await write(books, 'refund_receipt', 'make-2', create(paid)))[0]);
    for (const batch of ['gone-1', 'gone-2']) {
      expect(kept((await write(books, 'credit_memo', `${batch}-m`, archive(memo.id, memo.version)))[0])).toBeNull();
      expect(
        kept((await write(books, 'refund_receipt', `${batch}-r`, archive(receipt.id, receipt.version)))[0]),
      ).toBeNull();
    }
    expect(books.company.list('CreditMemo')).toEqual([]);
    expect(books.company.list('RefundReceipt')).toEqual([]);
  });

  it('[F-DELETE] makes names inactive', async () => {
    const books = await withAnn();
    const [outcome] = await write(books, 'customer', 'off', archive('1', '0'));

    expect(kept(outcome)?.id).toBe('1');
    expect(books.company.get('Customer', '1')).toMatchObject({ Active: false });
  });

  it('[F-DELETE] [F2] says what to do about a payment that is in a deposit', async () => {
    const books = await withAnn();
    const pay = { CustomerRef: { value: '1' }, TotalAmt: '50.00', PaymentRefNum: '1' };
    const payment = written((await write(books, 'payment', 'pay', create(pay)))[0]);
    const Line = [{ Amount: '50.00', LinkedTxn: [{ TxnId: payment.id, TxnType: 'Payment', TxnLineId: '0' }] }];
    books.company.create('Deposit', { DepositToAccountRef: { value: '35' }, Line });
    const [outcome] = await write(books, 'payment', 'void', archive(payment.id, payment.version));

    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'quickbooks.deposited', platform_code: '6540' } });
  });
});

describe('restoring', () => {
  it('[F-DELETE] [F2] gives a voided invoice its content back, under its number', async () => {
    const books = await withAnn();
    const sale = { ...invoice('1001', '50.00'), PrivateNote: 'Order 1001' };
    const target = written((await write(books, 'invoice', 'make', create(sale)))[0]);
    const voided = kept((await write(books, 'invoice', 'void', archive(target.id, target.version)))[0]);
    const settlement = { total: '50.00', currency: 'USD', adjustment_id: null };
    const item = { ...restore(target.id, voided?.version ?? null, sale), settlement };
    const [again] = await write(books, 'invoice', 'back', item);

    expect(written(again).id).toBe(target.id);
    expect(books.company.list('Invoice')).toMatchObject([
      { DocNumber: '1001', TotalAmt: '50.00', Balance: '50.00', PrivateNote: 'Order 1001' },
    ]);
  });

  it('[F-DELETE] makes a document anew that somebody deleted meanwhile, once however often it is sent', async () => {
    const books = await withAnn();
    const sale = { ...invoice('1001', '50.00'), Line: [salesLine('50.00')] };
    const target = written((await write(books, 'invoice', 'make', create(sale)))[0]);
    const voided = kept((await write(books, 'invoice', 'void', archive(target.id, target.version)))[0]);
    books.company.remove('Invoice', target.id);
    for (const _try of [1, 2]) {
      const [outcome] = await write(books, 'invoice', 'back', restore(target.id, voided?.version ?? null, sale));
      expect(written(outcome).id).not.toBe(target.id);
    }
    expect(books.company.list('Invoice')).toMatchObject([{ DocNumber: '1001', TotalAmt: '50.00' }]);
  });
});
