import type { LedgerPart } from '../connectors/ledger.ts';
import type { DifferenceKind } from '../model/reconciliation.ts';
import { type Route, routes } from '../sync/routes.ts';

/** Where sales come from: what the others are compared with. */
export const shop = { platform: 'woocommerce', entity: 'order', title: 'WooCommerce' } as const;

/** A system that sales are carried to. */
export interface TargetSystem {
  readonly platform: string;
  readonly title: string;
  readonly route: Route;
  /** How it takes the orders of a day as one document, where it does. */
  readonly summaries?: { readonly entity: string; readonly route: Route } | undefined;
  /** Found by the link a sync left, or by having the id of the order itself. */
  /** Documents that stand for a sale; a payment does not. */
  readonly sales: readonly string[];
  readonly matching: 'link' | 'natural_key';
  /** Whether only what the rules post belongs there, or every order. */
  readonly holds: 'posted' | 'all';
  readonly missing: DifferenceKind;
  readonly only: DifferenceKind;
}

function routeTo(platform: string, entity: string = shop.entity): Route {
  const route = routes.find(
    ({ source, target }) =>
      source.platform === shop.platform && source.entity === entity && target.platform === platform,
  );
  if (!route) throw new Error(`no route carries ${entity} to ${platform}`);
  return route;
}

export const books: TargetSystem = {
  platform: 'quickbooks',
  title: 'QuickBooks',
  route: routeTo('quickbooks'),
  summaries: { entity: 'sales_day', route: routeTo('quickbooks', 'sales_day') },
  sales: ['invoice', 'sales_receipt'],
  matching: 'link',
  holds: 'posted',
  missing: 'missing_in_books',
  only: 'only_in_books',
};

export const warehouse: TargetSystem = {
  platform: 'supabase',
  title: 'Supabase',
  route: routeTo('supabase'),
  sales: ['order'],
  matching: 'natural_key',
  holds: 'all',
  missing: 'missing_in_warehouse',
  only: 'only_in_warehouse',
};

/** Its steps ride in the lane of the books: they have the tightest limits. */
export const reconciliationJob = { kind: 'reconciliation', lane: books.platform } as const;

export const targets: readonly TargetSystem[] = [books, warehouse];
export const systemNames: readonly string[] = [shop.platform, ...targets.map(({ platform }) => platform)];

/** The route that carries such a record to the target. */
export function routeOf({ route, summaries }: TargetSystem, entity: string): Route {
  return entity === summaries?.entity ? summaries.route : route;
}

export function titleOf(system: string): string {
  return [shop, ...targets].find(({ platform }) => platform === system)?.title ?? system;
}

/** Records our mappings provide for lines that are no goods, by what the lines are for. */
export const providedParts: Readonly<Record<string, LedgerPart>> = {
  'system:shipping': 'shipping',
  'system:fee': 'fees',
  'system:tax': 'tax',
  'system:rounding': 'rounding',
};
