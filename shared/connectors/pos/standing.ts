import type { Big } from 'big.js';
import type { JsonObject } from '../../core/json.ts';
import { decimal, money, sum } from '../../core/money.ts';
import { type PosRefund, type PosSale, refundOf, saleOf } from '../../model/pos-event.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { Dealings } from './dealings.ts';

/** What a refund finds of its sale. */
interface Standing {
  /** As the till told of it; absent where none did, or the refund names none. */
  readonly sale?: PosSale | undefined;
  readonly voidedAt: string | null;
  /** Members of the canonical refund. */
  readonly facts: {
    /** `none`: it names no sale. `unknown`: no till has told of that one. */
    readonly sale_state: 'none' | 'unknown' | 'voided' | 'known';
    readonly same_currency: boolean;
    /** Whether it gives back more than is left, of money or of tax. */
    readonly too_large: 'no' | 'amount' | 'tax';
    /** Goods with their tax, and that tax, which the refunds told before it left of the sale. */
    readonly left_total: string;
    readonly left_tax: string;
    /** What of its credit is set off against what the sale is left to pay. */
    readonly set_off: string;
  } & JsonObject;
}

/**
 * How a refund stands to its sale. What came first counts first, whatever its time: what is in the books already stays
 * right when an earlier refund is told late. One that does not fit takes nothing from those behind it.
 */
export function standingOf(record: ShelfRecord, { sale: on, refunds }: Dealings): Standing {
  const refund = refundOf(record.body);
  const sale = on?.body.lines === undefined ? undefined : saleOf(on.body);
  const voided = on?.body.voided as { readonly at: string } | undefined;
  const own = refunds.findIndex(({ id }) => id === record.id);
  const earlier = refunds.slice(0, own === -1 ? undefined : own).map(({ body }) => refundOf(body));
  let left = sale ? goodsOf(sale) : undefined;
  if (left) for (const each of earlier) left = less(left, each, sale);
  const { due } = goodsOf(refund);
  return {
    sale,
    voidedAt: voided?.at ?? null,
    facts: {
      sale_state: !refund.sale_id ? 'none' : voided ? 'voided' : sale ? 'known' : 'unknown',
      same_currency: !sale || sale.currency === refund.currency,
      too_large: left ? excessOf(refund, left) : 'no',
      left_total: money(left?.total ?? 0),
      left_tax: money(left?.tax ?? 0),
      set_off: money(left ? smaller(due, left.due) : 0),
    },
  };
}

interface Goods {
  readonly total: Big;
  readonly tax: Big;
  /** Not paid, or not paid back. */
  readonly due: Big;
}

/** Cash rounding is no part of goods: what is paid back in cash may be rounded otherwise than the sale was. */
function goodsOf({ totals: { net, tax, due } }: PosSale | PosRefund): Goods {
  return { total: sum([net, tax]), tax: decimal(tax), due: decimal(due) };
}

function less(left: Goods, refund: PosRefund, sale: PosSale | undefined): Goods {
  if (refund.currency !== sale?.currency || excessOf(refund, left) !== 'no') return left;
  const { total, tax, due } = goodsOf(refund);
  return { total: left.total.minus(total), tax: left.tax.minus(tax), due: left.due.minus(smaller(due, left.due)) };
}

/** Tills round the tax of each line: so much may the taxes of parts differ from the tax of the whole. */
const lineRounding = decimal('0.01');

function excessOf(refund: PosRefund, left: Goods): Standing['facts']['too_large'] {
  const { total, tax } = goodsOf(refund);
  if (total.gt(left.total)) return 'amount';
  return tax.gt(left.tax.plus(lineRounding.times(refund.lines.length))) ? 'tax' : 'no';
}

const smaller = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
