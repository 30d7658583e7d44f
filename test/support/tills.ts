import { printReceipt, type ReceiptLine, type ReceiptOptions } from '#local/demo/receipt.ts';
import { enabledPlatforms, usablePlatforms } from '#shared/connections/enabled.ts';
import { establish } from '#shared/connections/establish.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { createShelfRepository } from '#shared/data/shelf-repository.ts';
import { acceptEvents } from '#shared/pos/accept-events.ts';
import { drainTenant } from '#shared/sync/drain-changes.ts';
import { noteChanges } from '#shared/sync/pending-changes.ts';
import type { Tenant, World } from './world.ts';

interface SaleOptions extends Omit<ReceiptOptions, 'number' | 'currency' | 'includesTax' | 'lines'> {
  readonly includesTax?: boolean;
  readonly lines: readonly Partial<ReceiptLine>[];
}

/** A receipt with what a test does not care about filled in. */
export function receipt({ id, lines, includesTax = false, ...rest }: SaleOptions) {
  const full = lines.map((line, index) => ({
    id: `line-${index + 1}`,
    name: line.name ?? line.sku ?? 'Thing',
    quantity: '1',
    unit_price: '10.00',
    discount: '0.00',
    tax: '0.00',
    tax_percent: '0',
    ...line,
  }));
  return printReceipt({ id, number: `R-${id}`, currency: 'USD', includesTax, lines: full, ...rest });
}

let events = 0;

/** An event of a till, at noon unless said. */
export function event(kind: string, data: JsonObject, more: JsonObject = {}) {
  events += 1;
  return {
    client_id: `event-${events}`,
    kind,
    occurred_at: '2026-11-20T12:00:00.000Z',
    register: 'till-1',
    data,
    ...more,
  };
}

export const sale = (options: SaleOptions, more: JsonObject = {}) =>
  event('sale.completed', receipt(options) as unknown as JsonObject, more);

interface RefundOptions extends SaleOptions {
  /** The sale it takes back; none where the receipt is lost. */
  readonly of?: string;
  readonly restock?: boolean;
}

export const refund = ({ of, restock, more, ...options }: RefundOptions, given: JsonObject = {}) =>
  event(
    'sale.refunded',
    receipt({
      ...options,
      more: { ...(of === undefined ? {} : { sale_id: of }), ...(restock === undefined ? {} : { restock }), ...more },
    }) as unknown as JsonObject,
    given,
  );

/** Switches the tills of a tenant on. */
export async function connectTills(world: World, tenant: Pick<Tenant, 'id'>, identity: JsonObject = {}): Promise<void> {
  const deps = world.engine().connectionDeps;
  const connector = deps.connectors.pos;
  if (!connector) throw new Error('there is no POS');
  unwrap(await establish(deps, connector, tenant.id, { secret: {}, identity, masked: {} }));
}

/** Sends a batch, as the API does, and lets the runs come that the API's note of it starts. */
export async function tellTills(world: World, tenant: Pick<Tenant, 'id'>, batch: readonly unknown[]) {
  const { outcomes, concerned } = await sendEvents(world, tenant, batch);
  const engine = world.engine();
  const { connections, breakers, clock } = engine.connectionDeps;
  const enabled = (tenantId: string) => enabledPlatforms(connections, tenantId);
  await noteChanges(
    { ...engine, connections: { enabled }, bell: { ring: async () => undefined } },
    { tenantId: tenant.id, platform: 'pos', toldBy: 'pos', changes: concerned },
  );
  const usable = (tenantId: string) => usablePlatforms({ connections, breakers, clock }, tenantId);
  const drained = { ...engine, connections: { enabled, usable } };
  while ((await drainTenant(drained, tenant.id)).started > 0) await world.drain(world.work(engine));
  return outcomes;
}

/** Sends a batch, as the API does. */
export function sendEvents(world: World, tenant: Pick<Tenant, 'id'>, batch: readonly unknown[]) {
  const { clock } = world.engine();
  const { table } = world.table;
  const deps = { events: createPosEventRepository(table), shelf: createShelfRepository(table), clock };
  return acceptEvents(deps, tenant.id, batch);
}
