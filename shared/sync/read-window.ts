import * as z from 'zod';
import type { ReadPage, RejectedRecord, SourceConnector, SourceRecord } from '../connectors/source.ts';
import { ok, type Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Leg, Run } from '../model/run.ts';
import { absentCode, sortMissing, tombstone } from './gone-records.ts';
import type { EngineDeps } from './ports.ts';
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

interface WindowSize {
  /** Records after which a window is full. */
  readonly records: number;
  /** Epoch ms after which it has to do with what it has: a slow source sends pages of a few records. */
  readonly until: number;
}

/** Reads pages until a window is full or the source is at its end; a sweep then looks for what is gone. */
export async function readWindow(
  deps: Pick<EngineDeps, 'links' | 'clock'>,
  source: SourceConnector,
  route: Route,
  run: Run,
  leg: Leg,
  cursor: Json | null,
  size: WindowSize,
): Promise<Result<Window>> {
  if (run.ids) return readIdsFrom(deps, source, route, run, run.ids, cursor);
  if (run.mode !== 'sweep') return readPages(deps, source, route, run, leg, cursor, size);
  const place = sweepCursorSchema.parse(cursor ?? { pages: null });
  if ('step' in place) return readAbsent(deps, source, route, run, place);
  const window = await readPages(deps, source, route, run, leg, place.pages as Json, size);
  if (!window.ok) return window;
  const { next } = window.value;
  return ok({ ...window.value, next: next === null ? absentBegin : { pages: next } });
}

async function readPages(
  { clock }: Pick<EngineDeps, 'clock'>,
  source: SourceConnector,
  route: Route,
  run: Run,
  leg: Leg,
  cursor: Json | null,
  { records: enough, until }: WindowSize,
): Promise<Result<Window>> {
  const { entity } = route.source;
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
  } while (next !== null && records.length < enough && clock.now() < until);
  return ok({ records, rejected, next, total });
}

/** A sweep reads pages of the source first, then asks for the records behind the links of one step after the other. */
const sweepCursorSchema = z.union([
  z.strictObject({ pages: z.unknown() }),
  z.strictObject({ step: z.number().int(), after: z.string().nullable() }),
]);
const absentBegin = { step: 0, after: null };

/** Tombstones of linked records that the source does not have any more. */
async function readAbsent(
  { links }: Pick<EngineDeps, 'links'>,
  source: SourceConnector,
  route: Route,
  run: Run,
  { step: index, after }: { readonly step: number; readonly after: string | null },
): Promise<Result<Window>> {
  const step = route.steps[index];
  if (!step || !source.absent) return ok({ records: [], rejected: [], next: null, total: undefined });
  const target = { connection: route.target.platform, entity: step.entity };
  const page = await links.list(run.tenant_id, target, { limit: idsPerWindow, after: after ?? undefined });
  const own = page.links.filter(
    ({ source_connection, source_entity }) =>
      source_connection === route.source.platform && source_entity === route.source.entity,
  );
  const absent =
    own.length === 0
      ? ok([])
      : await source.absent(
          route.source.entity,
          own.map(({ source_id }) => source_id),
        );
  if (!absent.ok) return absent;
  const ids = new Set(absent.value);
  const records = own.filter(({ source_id }) => ids.has(source_id)).map((link) => tombstone(route.source.entity, link));
  const following =
    page.next === undefined ? { step: index + 1, after: null } : { step: index, after: page.next as string | null };
  return ok({
    records,
    rejected: [],
    next: following.step < route.steps.length ? following : null,
    total: undefined,
  });
}

async function readIdsFrom(
  deps: Pick<EngineDeps, 'links'>,
  source: SourceConnector,
  route: Route,
  run: Run,
  ids: readonly string[],
  cursor: Json | null,
): Promise<Result<Window>> {
  const start = typeof cursor === 'number' ? cursor : 0;
  const end = Math.min(ids.length, start + idsPerWindow);
  const window = await readIds(deps, source, route, run.tenant_id, ids.slice(start, end));
  if (!window.ok) return window;
  const { records, rejected } = window.value;
  // Who tells of a record may mean another one (a shop tells of a trashed order as of a product): that is no failure.
  const faults = run.told ? rejected.filter(({ failure }) => failure.code !== absentCode) : rejected;
  return ok({ records, rejected: faults, next: end < ids.length ? end : null, total: ids.length });
}

/** Records by id; an id that the source does not have is gone where we know it, and a failure of its own otherwise. */
export async function readIds(
  deps: Pick<EngineDeps, 'links'>,
  source: SourceConnector,
  route: Route,
  tenantId: string,
  ids: readonly string[],
): Promise<Result<Pick<Window, 'records' | 'rejected'>>> {
  if (ids.length === 0) return ok({ records: [], rejected: [] });
  const page = await source.readByIds(route.source.entity, ids);
  if (!page.ok) return page;
  const { records, rejected } = page.value;
  const answered = new Set([...records, ...rejected].map(({ id }) => id));
  const missing = ids.filter((id) => !answered.has(id));
  const { gone, unknown } = await sortMissing(deps, tenantId, route, missing);
  // In the order asked for, whatever order the platform answers in: the same request has the same effect.
  const position = new Map(ids.map((id, index) => [id, index]));
  const ordered = [...records, ...gone].sort((a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0));
  return ok({ records: ordered, rejected: [...rejected, ...unknown] });
}
