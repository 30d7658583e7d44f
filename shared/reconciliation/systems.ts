import type { LedgerPart } from '../connectors/ledger.ts';
import type { JsonObject } from '../core/json.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { DifferenceKind } from '../model/reconciliation.ts';
import { type Route, routes } from '../sync/routes.ts';

/** Where sales come from: what the others are compared with. */
export const shop = { platform: 'woocommerce', title: 'WooCommerce' } as const;

/** What figures are made of. */
export type FigureKind = 'sales' | 'refunds';

/** Records of the shop that are compared with what the other systems have of them. */
export interface Subject {
  readonly entity: string;
  readonly kind: FigureKind;
  readonly words: {
    /** How its day came about: `was placed on`. */
    readonly dated: string;
    /** What a person does to one that shall not count any more: to its document, and in the shop. */
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
  entity: 'order',
  kind: 'sales',
  words: { dated: 'was placed on', takeBack: 'Void', giveUp: 'Cancel', ifNot: 'the sale did not take place' },
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
  entity: 'refund',
  kind: 'refunds',
  words: { dated: 'was made on', takeBack: 'Delete', giveUp: 'Delete', ifNot: 'nothing was paid back' },
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
  /** Found by the link a sync left, or by having the id of the shop's record itself. */
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

function routeTo({ platform }: TargetSystem, entity: string): Route {
  const route = routes.find(
    ({ source, target }) =>
      source.platform === shop.platform && source.entity === entity && target.platform === platform,
  );
  if (!route) throw new Error(`no route carries ${entity} to ${platform}`);
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
  route: routeTo(target, subject.entity),
  summaries: summaries === undefined ? undefined : { entity: summaries, route: routeTo(target, summaries) },
});

/** Target by target. */
export const comparisons: readonly Comparison[] = [
  compared(orders, books, ['invoice', 'sales_receipt'], 'sales_day'),
  compared(refunds, books, ['credit_memo', 'refund_receipt']),
  compared(orders, warehouse, ['order']),
  compared(refunds, warehouse, ['refund']),
];

export const subjects: readonly Subject[] = [orders, refunds];

/** Its steps ride in the lane of the books: they have the tightest limits. */
export const reconciliationJob = { kind: 'reconciliation', lane: books.platform } as const;

const systems = [shop, books, warehouse];
export const systemNames: readonly string[] = systems.map(({ platform }) => platform);

/** The route that carries such a record. */
export function routeOf({ route, summaries }: Comparison, entity: string): Route {
  return entity === summaries?.entity ? summaries.route : route;
}

export function titleOf(system: string): string {
  return systems.find(({ platform }) => platform === system)?.title ?? system;
}

/** Records our mappings provide for lines that are no goods, by what the lines are for. */
export const providedParts: Readonly<Record<string, LedgerPart>> = {
  'system:shipping': 'shipping',
  'system:fee': 'fees',
  'system:tax': 'tax',
  'system:rounding': 'rounding',
};
