import type { PlannedChange, PlanSummary } from '#web/lib/api.ts';

type Action = PlannedChange['action'];
export type Counts = Readonly<Partial<Record<Action, number>>>;

/** In the order of what one looks at first. */
export const actions: readonly Action[] = ['fail', 'conflict', 'delete', 'archive', 'create', 'update', 'link', 'skip'];

/** One document of one flow, and what the plan does with how many of them. */
export interface FlowRow {
  readonly id: string;
  readonly route: string;
  readonly document: string;
  readonly counts: Counts;
  readonly money: readonly (PlanSummary['flows'][number]['money'][string][string] & { readonly currency: string })[];
}

export function flowRows({ flows }: PlanSummary): readonly FlowRow[] {
  return flows.flatMap(({ route_id: route, changes, money }) =>
    Object.entries(changes).map(([document, counts]) => ({
      id: `${route} ${document}`,
      route,
      document,
      counts,
      money: Object.entries(money[document] ?? {}).map(([currency, sums]) => ({ currency, ...sums })),
    })),
  );
}

export function countOf(rows: readonly Pick<FlowRow, 'counts'>[], ...of: readonly Action[]): number {
  return rows.reduce((sum, { counts }) => of.reduce((all, action) => all + (counts[action] ?? 0), sum), 0);
}

/** What the plan adds up to, as one reads it before saying yes. */
export interface Totals {
  readonly rows: readonly FlowRow[];
  readonly writes: number;
  readonly linked: number;
  /** Documents that are deleted, voided or made inactive. */
  readonly away: number;
  readonly failed: number;
  readonly conflicts: number;
  readonly same: number;
  readonly seconds: number;
  readonly calls: number;
}

export function totalsOf(summary: PlanSummary): Totals {
  const rows = flowRows(summary);
  return {
    rows,
    writes: countOf(rows, 'create', 'update'),
    linked: countOf(rows, 'link'),
    away: countOf(rows, 'delete', 'archive'),
    failed: countOf(rows, 'fail'),
    conflicts: countOf(rows, 'conflict'),
    same: countOf(rows, 'skip'),
    // Flows run beside each other.
    seconds: Math.max(0, ...summary.flows.map(({ write_seconds }) => write_seconds)),
    calls: summary.flows
      .flatMap(({ write_calls }) => Object.values(write_calls))
      .reduce((sum, calls) => sum + calls, 0),
  };
}

/** Whether carrying it out changes anything. A conflict is queued, and a failure too: both tell somebody. */
export const changesSomething = ({ writes, linked, away }: Totals): boolean => writes + linked + away > 0;

export interface AccountRow {
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  /** Exact decimal text without a sign; one of both. */
  readonly debit?: string;
  readonly credit?: string;
}

/** What all flows add to each account. Accounts of two flows stay two lines: they may be of two companies. */
export function accountRows({ flows }: PlanSummary): readonly AccountRow[] {
  return flows.flatMap(({ route_id, accounts }) =>
    Object.entries(accounts).flatMap(([account, sums]) =>
      Object.entries(sums).map(([currency, amount]) => ({
        id: `${route_id} ${account} ${currency}`,
        account,
        currency,
        ...side(amount),
      })),
    ),
  );
}

/** Debits are positive. */
export const side = (amount: string): { readonly debit: string } | { readonly credit: string } =>
  amount.startsWith('-') ? { credit: amount.slice(1) } : { debit: amount };
