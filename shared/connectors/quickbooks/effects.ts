import type { Big } from 'big.js';
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { decimal, money, sum } from '../../core/money.ts';
import type { ConnectionContext } from '../connector.ts';
import type { AccountEffect, Settlement } from '../target.ts';

/** The accounts that documents of ours post to, by the names the owner knows. */
export interface Chart {
  readonly receivable: string;
  readonly income: string;
  readonly rounding: string;
  readonly tax: string;
  readonly deposit: string;
  /** Where refunds are paid from. */
  readonly refund: string;
}

const names = z.record(z.string(), z.string()).catch({});

/** Names come from the last check of the connection. */
export function chartOf({ profile, settings }: Pick<ConnectionContext, 'profile' | 'settings'>): Chart {
  const known = names.parse(profile.account_names);
  const nameOf = (setting: unknown, otherwise: string): string =>
    typeof setting === 'string' ? (known[setting] ?? `Account ${setting}`) : otherwise;
  return {
    receivable: 'Accounts Receivable',
    income: nameOf(settings.income_account, 'Sales'),
    rounding: nameOf(settings.rounding_account, 'Sales'),
    tax: 'Sales Tax Payable',
    deposit: nameOf(settings.deposit_account, 'Undeposited Funds'),
    refund: nameOf(settings.refund_account ?? settings.deposit_account, 'Undeposited Funds'),
  };
}

const lineSchema = z.looseObject({
  Amount: z.union([z.string(), z.number()]).default('0'),
  SalesItemLineDetail: z.looseObject({ ItemRef: z.looseObject({ value: z.string() }).optional() }).optional(),
});

/**
 * Debits and credits of one document, as QuickBooks posts it: a sale debits what is owed or received and credits income
 * and tax; a payment moves from what is owed to where money is kept; a refund is a sale the other way round. Lines of items that were in the books before us may
 * go to the account of their item instead of the one in the settings.
 */
export function effectsOf(
  entity: string,
  payload: JsonObject,
  settlement: Settlement | undefined,
  chart: Chart,
): readonly AccountEffect[] {
  if (!settlement) return [];
  const total = decimal(settlement.total);
  const book = (entries: readonly (readonly [string, Big])[]) => tally(entries, settlement.currency);
  switch (entity) {
    case 'invoice':
      return book([[chart.receivable, total], ...revenue(payload, settlement, total, chart)]);
    case 'sales_receipt':
      return book([[chart.deposit, total], ...revenue(payload, settlement, total, chart)]);
    case 'credit_memo':
      return book(reversed([[chart.receivable, total], ...revenue(payload, settlement, total, chart)]));
    case 'refund_receipt':
      return book(reversed([[chart.refund, total], ...revenue(payload, settlement, total, chart)]));
    case 'payment':
      return book([
        [chart.deposit, total],
        [chart.receivable, total.times(-1)],
      ]);
    default:
      return [];
  }
}

function reversed(entries: readonly (readonly [string, Big])[]): (readonly [string, Big])[] {
  return entries.map(([account, amount]) => [account, amount.times(-1)]);
}

/** The credit side of a sale: lines by account, and the rest of the total, which is tax. */
function revenue(
  payload: JsonObject,
  { adjustment_id }: Settlement,
  total: Big,
  chart: Chart,
): (readonly [string, Big])[] {
  const lines = z.array(lineSchema).parse(payload.Line ?? []);
  const [rounding, income] = [true, false].map((isRounding) =>
    sum(
      lines
        .filter(
          ({ SalesItemLineDetail }) =>
            (adjustment_id !== null && SalesItemLineDetail?.ItemRef?.value === adjustment_id) === isRounding,
        )
        .map(({ Amount }) => Amount),
    ),
  ) as [Big, Big];
  const tax = total.minus(income).minus(rounding);
  return [
    [chart.income, income.times(-1)],
    [chart.rounding, rounding.times(-1)],
    [chart.tax, tax.times(-1)],
  ];
}

function tally(entries: readonly (readonly [string, Big])[], currency: string): AccountEffect[] {
  const sums = new Map<string, Big>();
  for (const [account, amount] of entries) sums.set(account, (sums.get(account) ?? decimal(0)).plus(amount));
  return [...sums].flatMap(([account, amount]) => (amount.eq(0) ? [] : [{ account, amount: money(amount), currency }]));
}
