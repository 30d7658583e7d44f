import { exactMoney, sum } from '../core/money.ts';
import { figureNames, type LedgerRecord } from '../model/ledger.ts';
import type { Link } from '../model/link.ts';
import { type Day, linksOf, recordsOf, ruleOf } from './day.ts';
import { keyOf, type LedgerDay } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import type { Comparison } from './systems.ts';

type Deps = Pick<ReconciliationDeps, 'links'>;

/**
 * The day as a target has it that takes the orders of a day as one document: these orders are one record, their sum, and
 * whatever is posted by itself stays by itself. What is there decides before what is chosen, as it does when days are
 * posted.
 */
export async function withSummaries(deps: Deps, day: Day, comparison: Comparison): Promise<Day> {
  const { summaries, subject, target } = comparison;
  const { platform } = subject.source;
  const own = day.systems.get(platform);
  if (!summaries || !own || !day.systems.has(target.platform)) return day;
  const base = ruleOf(day, subject);
  const orders = recordsOf(day, platform, [subject.entity]);
  const byCurrency = Map.groupBy(orders, ({ currency }) => currency);
  const records = new Map(own.records);
  const excluded = new Map<string, string>();
  for (const [currency, ofCurrency] of byCurrency) {
    const id = `${day.day}@${currency}`;
    const [document] = await holdingLinks(deps, day, comparison, [{ entity: summaries.entity, id }]);
    if (!document?.length && !base.isSummarised(day.day)) continue;
    const links = await holdingLinks(deps, day, comparison, ofCurrency);
    const apart = ofCurrency.filter((_, index) => links[index]?.length === 0);
    const joined = apart.filter((order) => {
      const reason = base.staysOut(order, document?.[0]?.target_entity);
      if (reason !== undefined) excluded.set(order.id, reason);
      return reason === undefined;
    });
    for (const order of joined) records.delete(keyOf(order));
    const summary = summaryOf(summaries.entity, id, joined);
    if (summary) records.set(keyOf(summary), summary);
  }
  const rule = {
    ...base,
    exclusion: (record: LedgerRecord) =>
      record.entity === summaries.entity ? undefined : (excluded.get(record.id) ?? base.exclusion(record)),
  };
  const folded: LedgerDay = { ...own, records };
  return {
    ...day,
    rules: new Map([...day.rules, [subject, rule]]),
    systems: new Map([...day.systems, [platform, folded]]),
  };
}

/** Links that hold of each of the records. */
async function holdingLinks(
  deps: Deps,
  day: Day,
  comparison: Comparison,
  records: readonly { readonly entity: string; readonly id: string }[],
): Promise<Link[][]> {
  const found = await linksOf(deps, day, comparison, records);
  return found.map((links) => links.filter(({ state }) => state !== 'removed'));
}

/** One record that is the sum of others; nothing where there are none. */
function summaryOf(entity: string, id: string, orders: readonly LedgerRecord[]): LedgerRecord | undefined {
  const [first] = orders;
  if (!first) return undefined;
  const figures = Object.fromEntries(
    [...figureNames, 'rounding' as const].map((name) => [name, exactMoney(sum(orders.map((order) => order[name])))]),
  );
  const changes = orders.map(({ modified_at }) => modified_at ?? '').sort();
  return {
    ...first,
    ...figures,
    entity,
    id,
    number: '',
    status: 'summary',
    has_lines: true,
    is_paid: true,
    customer: `${orders.length} orders`,
    customer_id: '',
    modified_at: changes.at(-1) || null,
    version: null,
    url: null,
  };
}
