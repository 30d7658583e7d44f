import { type Row, rowOf, rowsOf, type Value } from './values.ts';

const zeroed = ['TotalAmt', 'HomeTotalAmt', 'Balance', 'HomeBalance', 'UnappliedAmt', 'Deposit'];
const details = ['SalesItemLineDetail', 'DiscountLineDetail'];

/** A voided form: it stays readable, its amounts, quantities and prices are zero and the note says so. */
export function voidedBody(body: Row): Row {
  const voided: Row = { ...body, PrivateNote: 'Voided', Line: voidedLines(body) };
  for (const property of zeroed) if (property in voided) voided[property] = '0';
  if (body.TxnTaxDetail) voided.TxnTaxDetail = { TotalTax: '0' };
  return voided;
}

function voidedLines(body: Row): Value[] {
  // A payment has no lines of its own: they are its links, and those are gone.
  if ('UnappliedAmt' in body) return [];
  return rowsOf(body.Line).map((line) => {
    const zero: Row = { ...line, ...('Amount' in line ? { Amount: '0' } : {}) };
    for (const name of details) if (line[name]) zero[name] = zeroDetail(rowOf(line[name]));
    return zero;
  });
}

function zeroDetail(detail: Row): Row {
  const zero = { ...detail };
  for (const property of ['Qty', 'UnitPrice', 'TaxInclusiveAmt']) if (property in zero) zero[property] = '0';
  return zero;
}
