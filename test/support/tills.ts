import { establish } from '#shared/connections/establish.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { decimal, money, roundHalfUp, sum } from '#shared/core/money.ts';
import { createPosEventRepository } from '#shared/data/pos-event-repository.ts';
import { acceptEvents } from '#shared/pos/accept-events.ts';
import type { Tenant, World } from './world.ts';

export interface SaleLine {
  readonly sku?: string;
  readonly product_ref?: string;
  readonly name?: string;
  readonly quantity?: string;
  readonly unit_price?: string;
  readonly discount?: string;
  readonly tax?: string;
  readonly tax_percent?: string;
}

export interface SaleOptions {
  readonly id: string;
  readonly lines: readonly SaleLine[];
  readonly includesTax?: boolean;
  readonly rounding?: string;
  readonly due?: string;
  readonly tenders?: readonly { readonly method: string; readonly amount: string }[];
  readonly more?: JsonObject;
}

/** What a till prints: a receipt whose totals follow from its lines. */
export function receipt({
  id,
  lines,
  includesTax = false,
  rounding = '0.00',
  due = '0.00',
  tenders,
  more,
}: SaleOptions) {
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
  const amounts = full.map(({ quantity, unit_price, discount }) =>
    roundHalfUp(decimal(quantity).times(decimal(unit_price)), 2).minus(decimal(discount)),
  );
  const tax = sum(full.map((line) => line.tax));
  const net = includesTax ? sum(amounts).minus(tax) : sum(amounts);
  const total = net.plus(tax).plus(decimal(rounding));
  const paid = total.minus(decimal(due));
  return {
    id,
    number: `R-${id}`,
    currency: 'USD',
    prices_include_tax: includesTax,
    lines: full,
    tenders: tenders ?? (paid.eq(0) ? [] : [{ method: 'cash', amount: money(paid) }]),
    totals: { net: money(net), tax: money(tax), rounding, total: money(total), change: '0.00', due },
    ...more,
  };
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

/** Switches the tills of a tenant on. */
export async function connectTills(world: World, tenant: Pick<Tenant, 'id'>, identity: JsonObject = {}): Promise<void> {
  const deps = world.engine().connectionDeps;
  const connector = deps.connectors.pos;
  if (!connector) throw new Error('there is no POS');
  unwrap(await establish(deps, connector, tenant.id, { secret: {}, identity, masked: {} }));
}

/** Sends a batch, as the API does. */
export function sendEvents(world: World, tenant: Pick<Tenant, 'id'>, batch: readonly unknown[]) {
  const { clock } = world.engine();
  return acceptEvents({ events: createPosEventRepository(world.table.table), clock }, tenant.id, batch);
}
