import type { LedgerPart } from '../connectors/ledger.ts';
import type { JsonObject } from '../core/json.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { DifferenceKind } from '../model/reconciliation.ts';
import { type Route, routes } from '../sync/routes.ts';

/** A system that sells: what the others are compared with. */
interface SourceSystem {
  readonly platform: string;
  readonly title: string;
  /** Where a person finds its records. */
  readonly place: string;
}

const shop: SourceSystem = { platform: 'woocommerce', title: 'WooCommerce', place: 'in the shop' };
const tills: SourceSystem = { platform: 'pos', title: 'EasySale POS', place: 'at the tills' };
const sources = [shop, tills];

/** What figures are made of. */
export type FigureKind = 'sales' | 'refunds';

/** Records of a system that sells, which are compared with what the other systems have of them. */
export interface Subject {
  readonly source: SourceSystem;
  readonly entity: string;
  readonly kind: FigureKind;
  /** Setting of the books with what the numbers of its documents begin with. */
  readonly prefix: string;
  readonly words: {
    /** How its day came about: `was placed on`. */
    readonly dated: string;
    /** What became of one that is void. */
    readonly gone: string;
    /** What a person does to one that shall not count any more: to its document, and where it was made. */
    readonly takeBack: string;
    readonly giveUp: string;
    /** Why its document would be too many. */
    readonly ifNot: string;
  };
  /** The record as far as the conditions of its mappings look at it. */
  scope(record: LedgerRecord): JsonObject;
  /** Its id, where the number of a document ends in it. */
  idIn(number: string): string | undefined;
}

const orders: Subject = {
  source: shop,
  entity: 'order',
  kind: 'sales',
  prefix: 'doc_number_prefix',
  words: {
    dated: 'was placed on',
    gone: 'deleted',
    takeBack: 'Void',
    giveUp: 'Cancel the order in the shop',
    ifNot: 'the sale did not take place',
  },
  scope: ({ id, status, gross, currency, has_lines, is_paid, business_day }) => ({
    status,
    total: gross,
    currency,
    lines: has_lines ? [id] : [],
    paid_at: is_paid ? business_day : null,
  }),
  idIn: (number) => /\d+$/.exec(number)?.[0],
};

const refunds: Subject = {
  source: shop,
  entity: 'refund',
  kind: 'refunds',
  prefix: 'doc_number_prefix',
  words: {
    dated: 'was made on',
    gone: 'deleted',
    takeBack: 'Delete',
    giveUp: 'Delete the refund in the shop',
    ifNot: 'nothing was paid back',
  },
  scope: ({ status, gross, currency, is_paid, sale }) => ({
    order_ref: sale?.id ?? null,
    order_status: status,
    order_paid_at: sale?.is_paid ? sale.business_day : null,
    business_day: sale?.business_day ?? null,
    amount: gross,
    currency,
    was_paid: is_paid,
  }),
  idIn: (number) => /(\d+)-R(\d+)$/.exec(number)?.slice(1).join(':'),
};

const sales: Subject = {
  source: tills,
  entity: 'sale',
  kind: 'sales',
  prefix: 'pos_number_prefix',
  words: {
    dated: 'was made on',
    gone: 'voided',
    takeBack: 'Void',
    giveUp: 'Void the sale at the till',
    ifNot: 'the sale did not take place',
  },
  // Which of its documents a sale becomes does not matter: one of them it does.
  scope: ({ status, gross, currency, is_paid }) => ({ status, total: gross, currency, on_account: !is_paid }),
  idIn: () => undefined,
};

const refundsOfSales: Subject = {
  source: tills,
  entity: 'refund',
  kind: 'refunds',
  prefix: 'pos_number_prefix',
  words: {
    dated: 'was made on',
    gone: 'voided with its sale',
    takeBack: 'Delete',
    giveUp: 'Void its sale at the till',
    ifNot: 'nothing was paid back',
  },
  // What cannot be posted as it stands to its sale fails, and waits in the queue.
  scope: ({ gross, currency, is_paid }) => ({
    amount: gross,
    currency,
    paid_back: is_paid ? 'all' : 'none',
    sale_state: 'known',
  }),
  idIn: () => undefined,
};

/** How records of one subject come to a target, and what they are there. */
export interface Comparison {
  readonly subject: Subject;
  readonly target: TargetSystem;
  readonly route: Route;
  /** Entities of the target that stand for such a record by themselves; a payment does not. */
  readonly documents: readonly string[];
  /** How the target takes the records of a day as one document, where it does. */
  readonly summaries?: { readonly entity: string; readonly route: Route } | undefined;
}

/** A system that sales are carried to. */
export interface TargetSystem {
  readonly platform: string;
  readonly title: string;
  /** Found by the link a sync left, or by having the source and the id of the record itself. */
  readonly matching: 'link' | 'natural_key';
  /** Whether only what the rules post belongs there, or everything. */
  readonly holds: 'posted' | 'all';
  readonly missing: DifferenceKind;
  readonly only: DifferenceKind;
}

export const books: TargetSystem = {
  platform: 'quickbooks',
  title: 'QuickBooks',
  matching: 'link',
  holds: 'posted',
  missing: 'missing_in_books',
  only: 'only_in_books',
};

export const warehouse: TargetSystem = {
  platform: 'supabase',
  title: 'Supabase',
  matching: 'natural_key',
  holds: 'all',
  missing: 'missing_in_warehouse',
  only: 'only_in_warehouse',
};

function routeTo({ platform }: TargetSystem, from: SourceSystem, entity: string): Route {
  const route = routes.find(
    ({ source, target }) =>
      source.platform === from.platform && source.entity === entity && target.platform === platform,
  );
  if (!route) throw new Error(`no route carries ${entity} of ${from.platform} to ${platform}`);
  return route;
}

const compared = (
  subject: Subject,
  target: TargetSystem,
  documents: readonly string[],
  summaries?: string,
): Comparison => ({
  subject,
  target,
  documents,
  route: routeTo(target, subject.source, subject.entity),
  summaries:
    summaries === undefined ? undefined : { entity: summaries, route: routeTo(target, subject.source, summaries) },
});

const salesInBooks = ['invoice', 'sales_receipt'];
const refundsInBooks = ['credit_memo', 'refund_receipt'];

export const comparisons: readonly Comparison[] = [
  compared(orders, books, salesInBooks, 'sales_day'),
  compared(sales, books, salesInBooks),
  compared(refunds, books, refundsInBooks),
  compared(refundsOfSales, books, refundsInBooks),
  compared(orders, warehouse, ['order']),
  compared(sales, warehouse, ['order']),
  compared(refunds, warehouse, ['refund']),
  compared(refundsOfSales, warehouse, ['refund']),
];

/** Comparisons with the same documents of a target: each of these is of one of them, or of nobody. */
export const comparisonGroups: readonly (readonly Comparison[])[] = [
  ...Map.groupBy(comparisons, ({ target, subject }) => `${target.platform} ${subject.kind}`).values(),
];

export const subjects: readonly Subject[] = [orders, sales, refunds, refundsOfSales];

/** Its steps ride in the lane of the books: they have the tightest limits. */
export const reconciliationJob = { kind: 'reconciliation', lane: books.platform } as const;

const systems = [...sources, books, warehouse];
export const systemNames: readonly string[] = systems.map(({ platform }) => platform);

/** Those of the systems that sell, in the order of the table. */
export function sellingAmong(names: readonly string[]): string[] {
  return sources.map(({ platform }) => platform).filter((platform) => names.includes(platform));
}
export const isSource = (name: string): boolean => sources.some(({ platform }) => platform === name);

/** The route that carries such a record. */
export function routeOf({ route, summaries }: Comparison, entity: string): Route {
  return entity === summaries?.entity ? summaries.route : route;
}

/** Stands for all systems that sell, where one is asked for. */
export const together = 'sold';

export function titleOf(system: string): string {
  if (system === together) return 'Sold together';
  return systems.find(({ platform }) => platform === system)?.title ?? system;
}

/** Records our mappings provide for lines that are no goods, by what the lines are for. */
export const providedParts: Readonly<Record<string, LedgerPart>> = {
  'system:shipping': 'shipping',
  'system:fee': 'fees',
  'system:tax': 'tax',
  'system:rounding': 'rounding',
};
