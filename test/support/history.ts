import type { BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { instant } from '#shared/core/clock.ts';
import { sha256Hex } from '#shared/core/json.ts';
import type { Table } from '#shared/data/table.ts';
import { type HistoryEntry, historyStatuses } from '#shared/model/history-entry.ts';
import { routes } from '#shared/sync/routes.ts';

export const historyStart = Date.parse('2026-03-01T00:00:00.000Z');

/** The entry of this number: one second after the one before, over all routes and statuses in turn. */
export function anEntry(number: number, changes: Partial<HistoryEntry> = {}): HistoryEntry {
  const route = routes[number % routes.length];
  const status = historyStatuses[Math.floor(number / routes.length) % historyStatuses.length];
  if (!route || !status) throw new Error('no route');
  const base = {
    tenant_id: 'shop-1',
    at: instant(historyStart + number * 1000),
    run_id: `run-${Math.floor(number / 100)}`,
    route_id: route.id,
    entity: route.name,
    source: { connection: route.source.platform, entity: route.source.entity, id: String(number) },
    target_connection: route.target.platform,
    label: `Record ${number}`,
    status,
    documents: [
      {
        entity: route.steps[0]?.entity ?? '',
        action: status,
        target_id: `T${number}`,
        total: '10.50',
        currency: 'USD',
      },
    ],
    requested_by: 'ann',
    ...changes,
  };
  const { run_id, route_id, source } = base;
  return { ...base, entry_id: sha256Hex(JSON.stringify([run_id, route_id, source])).slice(0, 26) };
}

export function entriesFrom(first: number, count: number, changes: Partial<HistoryEntry> = {}): HistoryEntry[] {
  return Array.from({ length: count }, (_, index) => anEntry(first + index, changes));
}

/** The commands a repository sends, and the read units they consumed. */
export function meteredTable(table: Table): { readonly table: Table; readonly calls: string[]; units(): number } {
  const calls: string[] = [];
  let units = 0;
  const { documents } = table;
  const send = async (command: { input: BatchWriteCommandInput; constructor: { name: string } }) => {
    calls.push(command.constructor.name);
    command.input.ReturnConsumedCapacity = 'TOTAL';
    const answer = (await documents.send(command as never)) as { ConsumedCapacity?: { CapacityUnits?: number } };
    units += answer.ConsumedCapacity?.CapacityUnits ?? 0;
    return answer;
  };
  const watched = new Proxy(documents, {
    get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)),
  });
  return { table: { ...table, documents: watched }, calls, units: () => units };
}
