import { exactMoney, sum } from '../core/money.ts';
import { figureNames, type LedgerRecord } from '../model/ledger.ts';
import type { Link } from '../model/link.ts';
import type { Day } from './day.ts';
import { keyOf, type LedgerDay } from './objects.ts';
import type { ReconciliationDeps } from './ports.ts';
import { shop, type TargetSystem } from './systems.ts';

type Deps = Pick<ReconciliationDeps, 'links'>;

/**
 * The day as a target has it that takes the orders of a day as one document: these orders are one record, their sum, and
 * whatever is posted by itself stays by itself. What is there decides before what is chosen, as it does when days are
 * posted.
 */
export async function withSummaries(deps: Deps, day: Day, target: TargetSystem): Promise<Day> {
  const { summaries } = target;
  const own = day.systems.get(shop.platform);
  if (!summaries || !own || !day.systems.has(target.platform)) return day;
  const byCurrency = Map.groupBy(own.records.values(), ({ currency }) => currency);
  const records = new Map(own.records);
  const excluded = new Map<string, string>();
  for (const [currency, orders] of byCurrency) {
    const id = `${day.day}@${currency}`;
    const [document] = await documentsOf(deps, day, target, [{ entity: summaries.entity, id }]);
    if (!document?.length && !day.rule.isSummarised(day.day)) continue;
    const links = await documentsOf(deps, day, target, orders);
    const apart = orders.filter((_, index) => links[index]?.length === 0);
    const joined = apart.filter((order) => {
      const reason = day.rule.staysOut(order, document?.[0]?.target_entity);
      if (reason !== undefined) excluded.set(order.id, reason);
      return reason === undefined;
    });
    for (const order of joined) records.delete(keyOf(order));
    const summary = summaryOf(summaries.entity, id, joined);
    if (summary) records.set(keyOf(summary), summary);
  }
  const rule = {
    ...day.rule,
    exclusion: (record: LedgerRecord) =>
      record.entity === summaries.entity ? undefined : (excluded.get(record.id) ?? day.rule.exclusion(record)),
  };
  const folded: LedgerDay = { ...own, records };
  return { ...day, rule, systems: new Map([...day.systems, [shop.platform, folded]]) };
}

/** Documents on the target, by links that hold, of each of the records. */
async function documentsOf(
  { links }: Deps,
  { tenantId }: Day,
  { platform, sales }: TargetSystem,
  records: readonly { readonly entity: string; readonly id: string }[],
): Promise<Link[][]> {
  const found = await links.findMany(
    tenantId,
    records.flatMap(({ entity, id }) =>
      sales.map((name) => ({
        source: { connection: shop.platform, entity, id },
        target: { connection: platform, entity: name },
      })),
    ),
  );
  return records.map((_, index) =>
    found
      .slice(index * sales.length, (index + 1) * sales.length)
      .filter((link): link is Link => link !== undefined && link.state !== 'removed'),
  );
}

/** One record that is the sum of others; nothing where there are none. */
function summaryOf(entity: string, id: string, orders: readonly LedgerRecord[]): LedgerRecord | undefined {
  const [first] = orders;
  if (!first) return undefined;
  const figures = Object.fromEntries(
    figureNames.map((name) => [name, exactMoney(sum(orders.map((order) => order[name])))]),
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
