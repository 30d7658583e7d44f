import type { Locator, Page } from 'playwright-core';
import type { Product } from '#test/support/product.ts';

/** Every screen of the console: tested for accessibility and width, and photographed by `npm run screens`. */
export interface Screen {
  /** Of its pictures: `overview-light.webp`. */
  readonly name: string;
  readonly path: string;
  /** What stands for `$id` in the path; only {@link setScene} has something of every kind. */
  readonly id?: (product: Product) => string | Promise<string>;
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

/** Of the product that {@link setScene} sells at a till. */
export const soldSku = 'MUG-ENAMEL';

const invoiceMapping = '/mappings/edit?mapping=woocommerce.order-quickbooks.invoice';

export const screens: readonly Screen[] = [
  { name: 'overview', path: '/', empty: 'WooCommerce is not connected', opens: named('Appearance', 'Admin demo') },
  { name: 'sync', path: '/sync', empty: 'There is nothing to sync yet', shows: 'Show what would change' },
  { name: 'plan', path: '/sync/plan/$id', id: latestPlan, shows: 'Effect on the books' },
  { name: 'runs', path: '/runs', empty: 'No sync yet' },
  { name: 'run', path: '/runs/$id', id: latestRun, shows: 'What happened when' },
  { name: 'history', path: '/runs?view=history', shows: 'Created', opens: named('Export') },
  { name: 'failures', path: '/failures', empty: 'Everything arrived' },
  { name: 'failure', path: '/failures/$id', id: ofClosedBooks, shows: 'What was sent' },
  { name: 'conflicts', path: '/conflicts', empty: 'Nothing to decide' },
  {
    name: 'conflict',
    path: '/conflicts/$id',
    id: first('/api/conflicts', 'conflict_id'),
    shows: 'Whose version goes on?',
  },
  { name: 'records', path: '/records', isStill: true },
  { name: 'record', path: '/records/woocommerce/order/$id', id: paidOrder, shows: 'What it became' },
  { name: 'reconciliation', path: '/reconciliation', empty: 'No month is closed' },
  {
    name: 'reconciliation-report',
    path: '/reconciliation/$id',
    id: first('/api/reconciliation', 'report_id'),
    shows: 'Differences',
  },
  { name: 'stock', path: '/stock', empty: 'No product has a number yet' },
  { name: 'stock-product', path: '/stock/$id', id: () => soldSku, shows: 'Movements' },
  { name: 'connections', path: '/connections' },
  {
    name: 'connection',
    path: '/connections/woocommerce',
    shows: 'Changes nobody told of',
    opens: named('More actions'),
  },
  { name: 'connection-quickbooks', path: '/connections/quickbooks' },
  { name: 'connection-supabase', path: '/connections/supabase' },
  { name: 'connection-pos', path: '/connections/pos' },
  { name: 'mappings', path: '/mappings', shows: 'Order to invoice' },
  {
    name: 'mapping',
    path: invoiceMapping,
    shows: 'Show every step',
    opens: named('More actions'),
  },
  { name: 'mapping-rules', path: `${invoiceMapping}&tab=rules`, shows: 'Add a rule' },
  { name: 'mapping-document', path: `${invoiceMapping}&tab=document` },
  { name: 'mapping-replay', path: `${invoiceMapping}&tab=replay`, shows: 'Nothing is written.' },
  { name: 'mapping-versions', path: `${invoiceMapping}&tab=versions`, shows: 'Versions are only ever added.' },
  {
    name: 'schedules',
    path: '/schedules',
    empty: 'Nothing starts by itself yet',
    shows: 'every night',
    opens: named('New schedule', 'Restore defaults', 'All orders, every night'),
  },
  { name: 'settings', path: '/settings', shows: 'All records', opens: named(/^All records: /) },
  { name: 'settings-deletes', path: '/settings?tab=deletes', shows: 'Brakes' },
  {
    name: 'settings-posting',
    path: '/settings?tab=posting',
    empty: 'QuickBooks is not connected',
    shows: 'Income account',
  },
  { name: 'settings-sandbox', path: '/settings?tab=sandbox', shows: 'Test accounts' },
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
export const pathOf = async ({ path, id }: Screen, product: Product): Promise<string> =>
  id ? path.replace('$id', encodeURIComponent(await id(product))) : path;

/** An order that was paid. */
function paidOrder({ shop }: Product): string {
  const paid = [...shop.shop.orders.values()].find(({ status }) => status === 'completed');
  return String(paid?.id);
}

type Row = Readonly<Record<string, unknown>>;
const isOrder = ({ entity, dry_run, status }: Row, isPlan: boolean) =>
  entity === 'orders' && dry_run === isPlan && status === 'completed';

function latestPlan(product: Product): Promise<string> {
  return first('/api/sync/status?entity=orders&limit=50', 'sync_id', (row) => isOrder(row, true))(product);
}

function latestRun(product: Product): Promise<string> {
  return first('/api/sync/status?entity=orders&limit=50', 'sync_id', (row) => isOrder(row, false))(product);
}

/** An order that the books do not take, with everything that was sent. */
function ofClosedBooks(product: Product): Promise<string> {
  const isClosed = (row: Row) => JSON.stringify(row).includes('quickbooks.closed_period');
  return first('/api/sync/failures?state=open&limit=100', 'id', isClosed)(product);
}

/** The first of a list that fits. */
function first(list: string, member: string, fits: (row: Row) => boolean = () => true) {
  return async (product: Product): Promise<string> => {
    const { json } = await product.call('GET', list);
    return String((json.items as readonly Row[]).find(fits)?.[member]);
  };
}
