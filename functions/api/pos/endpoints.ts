import type { Endpoint } from '#shared/http/endpoint.ts';
import { getChanges } from './changes.ts';
import type { PosApiDeps } from './deps.ts';
import { getEvent, postEvents } from './events.ts';
import { getStock, getStockLedger, listStock } from './stock.ts';

/** Every endpoint of this function, bound to what it needs. */
export function posEndpoints(deps: PosApiDeps): Endpoint[] {
  return [postEvents, getEvent, getChanges, listStock, getStock, getStockLedger].map((bind) => bind(deps));
}
