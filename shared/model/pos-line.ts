import type { Big } from 'big.js';
import { decimal, roundHalfUp } from '../core/money.ts';
import type { PosLine } from './pos-event.ts';

/** What a line of a receipt comes to, without tax and with it. */
export function lineAmounts(line: PosLine, pricesIncludeTax: boolean): { readonly net: Big; readonly gross: Big } {
  const tax = decimal(line.tax);
  const amount = roundHalfUp(decimal(line.quantity).times(decimal(line.unit_price)), 2).minus(decimal(line.discount));
  return pricesIncludeTax ? { net: amount.minus(tax), gross: amount } : { net: amount, gross: amount.plus(tax) };
}
