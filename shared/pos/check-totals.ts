import type { Big } from 'big.js';
import { decimal, money, roundHalfUp, sum } from '../core/money.ts';
import type { EventFault, PosLine, PosRefund, PosSale } from '../model/pos-event.ts';
import { lineAmounts } from '../model/pos-line.ts';

/**
 * Whether a receipt adds up to the cent: its lines to net and tax, those to the total, and what was tendered to the same.
 * Every sum that does not is named with the difference.
 */
export function totalFaults(receipt: PosSale | PosRefund): EventFault[] {
  const { totals, lines, tenders } = receipt;
  const amounts = lines.map((line) => lineAmounts(line, receipt.prices_include_tax));
  const tendered = sum(tenders.map(({ amount }) => amount));
  const faults = [
    differs('data.totals.net', 'The lines without tax come', sum(amounts.map(({ net }) => net)), totals.net),
    differs('data.totals.tax', 'The taxes of the lines come', sum(lines.map(({ tax }) => tax)), totals.tax),
    differs(
      'data.totals.total',
      'Net, tax and rounding come',
      sum([totals.net, totals.tax, totals.rounding]),
      totals.total,
    ),
    differs(
      'data.tenders',
      'What was tendered, less change, with what is due comes',
      tendered.minus(decimal(totals.change)).plus(decimal(totals.due)),
      totals.total,
    ),
    ...lines.flatMap((line, index) => lineFault(line, `data.lines[${index}]`)),
  ].filter((fault) => fault !== undefined);
  return decimal(totals.total).lt(0)
    ? [
        ...faults,
        { path: 'data.totals.total', code: 'pos.negative_total', message: 'A receipt below zero is a refund' },
      ]
    : faults;
}

function differs(path: string, what: string, found: Big, stated: string): EventFault | undefined {
  const difference = found.minus(decimal(stated));
  if (difference.eq(0)) return undefined;
  const message = `${what} to ${money(found)}, the receipt says ${money(stated)}: ${money(difference)} apart`;
  return { path, code: 'pos.does_not_add_up', message };
}

/** A discount that is more than the line would make the shop pay for selling it. */
function lineFault({ quantity, unit_price, discount }: PosLine, path: string): EventFault | undefined {
  const full = roundHalfUp(decimal(quantity).times(decimal(unit_price)), 2);
  return decimal(discount).gt(0) && decimal(discount).gt(full)
    ? { path: `${path}.discount`, code: 'pos.discount_too_large', message: `The line costs ${money(full)}` }
    : undefined;
}
