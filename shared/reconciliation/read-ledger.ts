import { unwrap } from '../core/failure.ts';
import type { Job } from '../model/job.ts';
import type { LedgerRecord } from '../model/ledger.ts';
import type { ReconciliationRequest } from '../model/reconciliation.ts';
import type { ReconciliationCursor } from './job.ts';
import { reportObjects, type Unreadable } from './objects.ts';
import type { OpenLedgers, ReconciliationDeps } from './ports.ts';

type ReadCursor = Extract<ReconciliationCursor, { phase: 'read' }>;

interface ReadStep {
  readonly job: Job;
  readonly request: ReconciliationRequest;
  readonly cursor: ReadCursor;
  readonly opened: OpenLedgers;
}

/** Records one step reads at least, and pages at most: a step takes seconds. */
const enough = 2000;
const maxPages = 20;

/** Some pages of one system, stored by the day their records belong to. */
export async function readLedger(
  deps: Pick<ReconciliationDeps, 'store'>,
  { job, request, cursor, opened }: ReadStep,
): Promise<{ cursor: ReconciliationCursor; done: number }> {
  const { start_date: from, end_date: to, systems } = request;
  const system = systems[cursor.system];
  const ledger = system === undefined ? undefined : opened.ledgers.get(system);
  if (system === undefined || !ledger) throw new Error('the system to read is not open');
  const lines: (LedgerRecord | { unreadable: Unreadable })[] = [];
  let { page } = cursor;
  let isEnd = false;
  for (let pages = 0; pages < maxPages && lines.length < enough && !isEnd; pages += 1) {
    const { records, rejected, next } = unwrap(await ledger.read({ from, to, cursor: page }));
    lines.push(...records, ...rejected.map((unreadable) => ({ unreadable })));
    page = next;
    isEnd = next === null;
  }
  const own = await storeByDay(deps, job, system, lines, cursor.parts[system] ?? {});
  const parts = { ...cursor.parts, [system]: own };
  const { length: done } = lines;
  if (!isEnd) return { cursor: { ...cursor, page, parts }, done };
  if (cursor.system + 1 < systems.length) {
    return { cursor: { phase: 'read', system: cursor.system + 1, page: null, parts }, done };
  }
  return { cursor: { phase: 'compare', day: 0, parts, kinds: {}, hash: '' }, done };
}

/** Answers how many objects each day has now. */
async function storeByDay(
  { store }: Pick<ReconciliationDeps, 'store'>,
  { tenant_id, job_id }: Job,
  system: string,
  lines: readonly (LedgerRecord | { unreadable: Unreadable })[],
  parts: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const objects = reportObjects(store, tenant_id, job_id);
  const dayOf = (line: (typeof lines)[number]): string =>
    'unreadable' in line ? line.unreadable.business_day : line.business_day;
  const counts = { ...parts };
  for (const [day, items] of Map.groupBy(lines, dayOf)) {
    const part = counts[day] ?? 0;
    await objects.writeLedger(system, day, part, items);
    counts[day] = part + 1;
  }
  return counts;
}
