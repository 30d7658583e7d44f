import type { ReadPage, RejectedRecord, SourceConnector, SourceRecord } from '../connectors/connector.ts';
import { ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Leg, Run } from '../model/run.ts';
import type { Expected } from './read-confirmed.ts';
import type { Reversals } from './read-reversals.ts';
import type { Route } from './routes.ts';

const idsPerWindow = 100;

export interface Window {
  readonly records: readonly SourceRecord[];
  readonly rejected: readonly RejectedRecord[];
  /** Where the next window begins; null at the end. */
  readonly next: Json | null;
  readonly total: number | undefined;
  /** In a confirmed run: what may be written, by document. */
  readonly expected?: ReadonlyMap<string, Expected> | undefined;
  /** In an undo: what is taken back, instead of records. */
  readonly reversals?: Reversals | undefined;
}

/** Reads pages until a window is full or the source is at its end. */
export async function readWindow(
  source: SourceConnector,
  route: Route,
  run: Run,
  leg: Leg,
  cursor: Json | null,
  windowRecords: number,
): Promise<Result<Window>> {
  const { entity } = route.source;
  if (run.ids) return readIdsFrom(source, entity, run.ids, cursor);
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  let next = cursor;
  let total: number | undefined;
  do {
    const page: Result<ReadPage> = await source.read(entity, {
      mode: run.mode,
      since: leg.since,
      filters: run.filters,
      cursor: next,
    });
    if (!page.ok) return page;
    records.push(...page.value.records);
    rejected.push(...page.value.rejected);
    next = page.value.next;
    total ??= page.value.total;
  } while (next !== null && records.length < windowRecords);
  return ok({ records, rejected, next, total });
}

async function readIdsFrom(
  source: SourceConnector,
  entity: string,
  ids: readonly string[],
  cursor: Json | null,
): Promise<Result<Window>> {
  const start = typeof cursor === 'number' ? cursor : 0;
  const end = Math.min(ids.length, start + idsPerWindow);
  const window = await readIds(source, entity, ids.slice(start, end));
  return window.ok ? ok({ ...window.value, next: end < ids.length ? end : null, total: ids.length }) : window;
}

/** Records by id; an id the source does not have is a failure of its own. */
export async function readIds(
  source: SourceConnector,
  entity: string,
  ids: readonly string[],
): Promise<Result<Pick<Window, 'records' | 'rejected'>>> {
  if (ids.length === 0) return ok({ records: [], rejected: [] });
  const page = await source.readByIds(entity, ids);
  if (!page.ok) return page;
  const { records, rejected } = page.value;
  const answered = new Set([...records, ...rejected].map(({ id }) => id));
  const missing = ids.filter((id) => !answered.has(id)).map((id): RejectedRecord => notFound(entity, id));
  // In the order asked for, whatever order the platform answers in: the same request has the same effect.
  const position = new Map(ids.map((id, index) => [id, index]));
  const ordered = [...records].sort((a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0));
  return ok({ records: ordered, rejected: [...rejected, ...missing] });
}

function notFound(entity: string, id: string): RejectedRecord {
  return {
    entity,
    id,
    label: `${entity} ${id}`,
    failure: {
      category: 'not_found',
      code: 'source.not_found',
      reason: `The source has no ${entity} with id ${id}.`,
      fix: 'Check the id; a record that was deleted cannot be synced.',
      retryable: false,
    },
  };
}
