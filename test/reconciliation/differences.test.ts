import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DifferenceKind } from '#shared/model/reconciliation.ts';
import { killSwitch } from '#test/support/kill-switch.ts';
import { type Asked, type Report, reconcile } from '#test/support/reconcile.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

const month = { start_date: '2026-10-01', end_date: '2026-10-31' } as const satisfies Asked;
let world: World;
const open = new Map<string, Tenant>();

/** An empty shop of its own: what is in it is what the test puts there. */
const shops = ['books', 'warehouse', 'settings', 'midnight', 'currencies', 'crash', 'moved'];
beforeAll(async () => {
  world = await startWorld({ shops: Object.fromEntries(shops.map((name) => [name, emptied(shopOf('tax_exclusive', 5, 9))])) });
  for (const name of shops) {
    const company = name === 'currencies' ? { multicurrency: true } : {};
    open.set(name, await world.tenant(name, company));
  }
}, 120_000);
afterAll(() => world.stop());

function emptied(shop: ReturnType<typeof shopOf>): ReturnType<typeof shopOf> {
  shop.orders.clear();
  shop.settings.timezone = 'America/New_York';
  return shop;
}

function of(name: string): Tenant {
  const tenant = open.get(name);
  if (!tenant) throw new Error(`no tenant ${name}`);
  return tenant;
}

/** An order placed at this instant (UTC). */
function order(tenant: Tenant, at: string, more: Readonly<Record<string, unknown>> = {}): string {
  const [product] = tenant.shop.shop.products.keys();
  const made = tenant.shop.orders.create({
    status: 'completed',
    set_paid: true,
    billing: { first_name: 'Ada', last_name: 'Byron', email: 'ada@example.com' },
    line_items: [{ product_id: product, quantity: 2, total: '20.00', subtotal: '20.00' }],
    ...more,
  } as never) as unknown as { id: number };
  const stored = tenant.shop.shop.orders.get(made.id) as unknown as Record<string, unknown>;
  stored.dateCreated = Date.parse(at);
  return String(made.id);
}

function invoiceOf(tenant: Tenant, number: string): string {
  const found = tenant.company.list('Invoice').find((row) => row.DocNumber === number);
  if (!found) throw new Error(`no invoice ${number}`);
  return String(found.Id);
}

const kindsOf = ({ differences }: Report): [DifferenceKind, string][] =>
  differences.map(({ kind, label }): [DifferenceKind, string] => [kind, label]).sort();

it('shape', () => {
  const tenant = of('books');
  const id = order(tenant, '2026-10-05T15:00:00Z');
  console.log(tenant.shop.shop.orders.get(Number(id)), tenant.shop.orders.get(Number(id)), tenant.shop.shop.settings);
  expect(kindsOf).toBeDefined(); expect(month).toBeDefined(); expect(invoiceOf).toBeDefined(); void reconcile; void killSwitch;
});
