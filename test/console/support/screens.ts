import type { Locator, Page } from 'playwright-core';
import type { Product } from '#test/support/product.ts';

/** Every screen of the console: tested for accessibility and width, and photographed by `npm run screens`. */
export interface Screen {
  /** Of its pictures: `overview-light.webp`. */
  readonly name: string;
  /** The second form finds it, for a page of something that has an id. */
  readonly path: string | ((product: Product) => Promise<string>);
  /** What is there once it has loaded, by its visible text. */
  readonly shows?: string;
  /** What stands there instead while there is nothing to show. */
  readonly empty?: string;
  /** True for one that asks the API nothing by itself. */
  readonly isStill?: true;
  /** What opens a dialog or a menu on it. */
  readonly opens?: (page: Page) => readonly Locator[];
}

const named =
  (...names: readonly (string | RegExp)[]): NonNullable<Screen['opens']> =>
  (page) =>
    names.map((name) => page.getByRole('button', { name }).first());

export const screens: readonly Screen[] = [
  { name: 'overview', path: '/', empty: 'WooCommerce is not connected', opens: named('Appearance', 'Admin demo') },
  { name: 'sync', path: '/sync', empty: 'There is nothing to sync yet', shows: 'Show what would change' },
  { name: 'plan', path: latest('/sync/plan', true), shows: 'Effect on the books' },
  { name: 'runs', path: '/runs', empty: 'No sync yet' },
  { name: 'run', path: latest('/runs', false), shows: 'What happened when' },
  { name: 'history', path: '/runs?view=history', shows: 'Created', opens: named('Export') },
  { name: 'failures', path: '/failures', empty: 'Everything arrived' },
  { name: 'conflicts', path: '/conflicts', empty: 'Nothing to decide' },
  { name: 'records', path: '/records', isStill: true },
  { name: 'record', path: paidOrder, shows: 'What it became' },
  { name: 'reconciliation', path: '/reconciliation', empty: 'No month is closed' },
  { name: 'stock', path: '/stock', empty: 'No product has a number yet' },
  { name: 'connections', path: '/connections' },
  {
    name: 'connection',
    path: '/connections/woocommerce',
    shows: 'Changes nobody told of',
    opens: named('More actions'),
  },
  { name: 'mappings', path: '/mappings', shows: 'Order to invoice' },
  {
    name: 'mapping',
    path: '/mappings/edit?mapping=woocommerce.order-quickbooks.invoice',
    shows: 'Show every step',
    opens: named('More actions'),
  },
  {
    name: 'schedules',
    path: '/schedules',
    empty: 'Nothing starts by itself yet',
    shows: 'every night',
    opens: named('New schedule', 'Restore defaults', 'All orders, every night'),
  },
  { name: 'settings', path: '/settings', shows: 'All records', opens: named(/^All records: /) },
  {
    name: 'settings-posting',
    path: '/settings?tab=posting',
    empty: 'QuickBooks is not connected',
    shows: 'Income account',
  },
  { name: 'settings-notifications', path: '/settings?tab=notifications', shows: 'Recipients' },
  { name: 'settings-roles', path: '/settings?tab=roles', isStill: true, shows: 'Start a sync' },
  {
    name: 'settings-audit',
    path: '/settings?tab=audit',
    shows: 'Nothing is ever removed',
    opens: (page) => [page.getByRole('table').getByRole('button').first()],
  },
  { name: 'fault-lab', path: '/fault-lab' },
];

/** Where a screen is, once there is what it shows. */
export const pathOf = ({ path }: Screen, product: Product): string | Promise<string> =>
  typeof path === 'string' ? path : path(product);

/** What became of an order that was paid. */
async function paidOrder({ shop }: Product): Promise<string> {
  const paid = [...shop.shop.orders.values()].find(({ status }) => status === 'completed');
  return `/records/woocommerce/order/${paid?.id}`;
}

/** The latest sync of orders, or the latest plan of them. */
function latest(folder: string, isPlan: boolean): (product: Product) => Promise<string> {
  return async (product) => {
    const { json } = await product.call('GET', '/api/sync/status?entity=orders&limit=50');
    const items = json.items as readonly { readonly sync_id: string; readonly dry_run: boolean }[];
    return `${folder}/${items.find(({ dry_run }) => dry_run === isPlan)?.sync_id}`;
  };
}
