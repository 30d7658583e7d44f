import * as contract from '#shared/api/pos.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { cursorOf, openCursor } from '#shared/http/paging.ts';
import type { ShelfRecord } from '#shared/model/shelf.ts';
import { type PosApiDeps, requireTills } from './deps.ts';

export const getChanges = endpoint(contract.getChanges, async ({ query, caller: { tenantId } }, deps: PosApiDeps) => {
  await requireTills(deps, tenantId);
  const scope = [tenantId, 'pos.changes'];
  const after = query.cursor === undefined ? 0 : Number(openCursor(query.cursor, scope));
  const { records, position, more } = await deps.shelf.changes(tenantId, { limit: query.limit, after });
  const wanted = new Set<string>(query.entities ?? contract.feedEntities);
  return answer(200, {
    items: records.filter(({ entity }) => wanted.has(entity)).map(changeView),
    next_cursor: cursorOf(String(position), scope),
    has_more: more,
  });
});

function changeView({ entity, id, version, gone, changed_at, body }: ShelfRecord) {
  const { order: _order, ...data } = body;
  return { entity, id, version, gone, changed_at, data };
}
