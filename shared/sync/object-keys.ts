import type { OpenBatch } from '../model/link.ts';

/** Tenant ids may hold anything; a slash in one must not make it look like a folder of another. */
const part = encodeURIComponent;

/** Where a page of a plan is kept. One page per window of a leg. */
export function planKey(tenantId: string, runId: string, routeId: string, page: number): string {
  return `plans/${part(tenantId)}/${runId}/${part(routeId)}/${windowPart(page)}.jsonl.gz`;
}

/** What every journal object of a run, or of one route of it, begins with. */
export function journalPrefix(tenantId: string, runId: string, routeId?: string): string {
  return `journal/${part(tenantId)}/${runId}/${routeId === undefined ? '' : `${part(routeId)}/`}`;
}

/** Where a batch is journaled: batches of one window lie together, windows in their order. */
export function journalKey({ tenant_id, run_id, route_id, window, target_entity, batch_id }: OpenBatch): string {
  const number = Number(window.split('/').at(-1));
  return `${journalPrefix(tenant_id, run_id, route_id)}${windowPart(number)}/${part(target_entity)}-${batch_id}.jsonl.gz`;
}

/** The part of a journal key up to and with its window. */
export function windowOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

const windowPart = (number: number): string => String(number).padStart(6, '0');
