import { createPendingChangeRepository } from '#shared/data/pending-change-repository.ts';
import type { PendingChange } from '#shared/model/pending-change.ts';
import type { PendingChangeRepository, PendingLine } from '#shared/sync/ports.ts';
import { at, type Context, ownOf, type Rows, row } from './repository-row.ts';

const pendingOf = ({ tenant, mark, id }: Context): PendingChange => ({
  tenant_id: tenant,
  route_id: id,
  id,
  told_by: mark,
  since: at,
  count: 1,
  stamp: mark,
});

/** Calls of the repositories for what platforms tell of by themselves. */
export const eventRepositories: Rows = {
  'pending-change-repository.ts': row(createPendingChangeRepository, {
    note: (pending, context) => pending.note([pendingOf(context)]),
    list: (pending, { tenant, id }) => pending.list(tenant, id, 100),
    remove: (pending, context) => pending.remove([pendingOf(context)]),
    routesOf: (pending, { tenant }) => pending.routesOf(tenant),
    next: async (pending, context) => ownOf(await allLines(pending), context),
  }),
};

/** The first change of each tenant and route. */
async function allLines(pending: PendingChangeRepository): Promise<PendingLine[]> {
  const lines: PendingLine[] = [];
  for (let shard = 0; shard < pending.shards; shard += 1) {
    for (let line = await pending.next(shard); line; line = await pending.next(shard, line.position)) lines.push(line);
  }
  return lines;
}
