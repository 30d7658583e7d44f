import { ok } from '../../core/failure.ts';
import type { ConnectionContext } from '../connector.ts';
import type { TargetConnector } from '../target.ts';
import { createClient } from './client.ts';
import { admitDay, closedBooksOf } from './closing-date.ts';
import { chartOf, effectsOf } from './effects.ts';
import { findExisting } from './find.ts';
import { inspectRows } from './inspect.ts';
import { balance, booksOf } from './money.ts';
import { resourceOf, resources } from './resources.ts';

export function openTarget(context: ConnectionContext, apiUrl: string): TargetConnector {
  const client = createClient(context, apiUrl);
  const books = booksOf(context);
  const chart = chartOf(context);
  const closed = closedBooksOf(context);
  return {
    entities: Object.values(resources).map(({ target }) => target),
    prepare: async (_entity, candidate) => balance(candidate, books),
    find: (entity, candidates) =>
      candidates.length === 0 ? Promise.resolve(ok([])) : findExisting(client, resourceOf(entity), candidates, books),
    admit: (_entity, change) => admitDay(closed, change),
    effects: (entity, payload, settlement) => effectsOf(entity, payload, settlement, chart),
    inspect: (entity, items) =>
      items.length === 0 ? Promise.resolve(ok([])) : inspectRows(client, resourceOf(entity), items),
  };
}
