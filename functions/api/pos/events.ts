import * as contract from '#shared/api/pos.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { eventResults } from '#shared/model/pos-event.ts';
import type { ShelfAddress } from '#shared/model/shelf.ts';
import { acceptEvents } from '#shared/pos/accept-events.ts';
import { publish } from '#shared/stock/balance-stock.ts';
import { bookRecords } from '#shared/stock/book-tills.ts';
import { noteChanges } from '#shared/sync/pending-changes.ts';
import { type PosApiDeps, requireTills } from './deps.ts';

export const postEvents = endpoint(contract.postEvents, async ({ body, caller: { tenantId } }, deps: PosApiDeps) => {
  await requireTills(deps, tenantId);
  const { outcomes, changed, concerned } = await acceptEvents(deps, tenantId, body.events);
  const noting = { ...deps, connections: { enabled: deps.enabled } };
  await noteChanges(noting, { tenantId, platform: 'pos', toldBy: 'pos', changes: concerned });
  await moveStock(deps, tenantId, changed);
  const countOf = (result: (typeof eventResults)[number]) => outcomes.filter((each) => each.result === result).length;
  const counts = {
    applied: countOf('applied'),
    duplicate: countOf('duplicate'),
    superseded: countOf('superseded'),
    rejected: countOf('rejected'),
  };
  const results = outcomes.map(({ faults, ...outcome }) => ({ ...outcome, faults: [...faults] }));
  return answer(200, { counts, results }, { target: { type: 'connection', id: 'pos' }, after: counts });
});

/** Records of a batch whose stock is booked before the answer; of a larger one it is within the minute. */
const mostBookedAtOnce = 50;

/** Other tills see at once what is left. Booking is repeated by balance-stock, so nothing is lost with this call. */
async function moveStock(deps: PosApiDeps, tenantId: string, changed: readonly ShelfAddress[]): Promise<void> {
  if (changed.length === 0 || changed.length > mostBookedAtOnce) return;
  const records = (await deps.shelf.findMany(tenantId, changed)).filter((record) => record !== undefined);
  await publish(deps, tenantId, await bookRecords(deps, tenantId, records));
}

export const getEvent = endpoint(
  contract.getEvent,
  async ({ params, caller: { tenantId } }, { events }: PosApiDeps) => {
    const receipt = await events.find(tenantId, params.client_id);
    if (!receipt) throw new ProblemError('pos.event_not_found', `No event ${params.client_id} ever came.`);
    const { tenant_id: _tenant, version: _version, hash: _hash, ...shown } = receipt;
    return answer(200, shown);
  },
);
