import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ReadQuery } from '../source.ts';
import { changesSince, lookBackMs } from './changes.ts';
import { type QuickBooksClient, quoted } from './client.ts';
import { countRows, firstPlace, placeSchema, readPage } from './read-pages.ts';
import type { Deletion } from './records/convert.ts';
import type { SourceEntity } from './records/index.ts';
import { filterConditions, scopeOf } from './source-filters.ts';

/**
 * Behind the watermark, which lies two minutes back already: together the five minutes that changes may come late
 * (reference section 7).
 */
const lateMs = 3 * 60_000;
/** A window in which more objects were deleted than one answer takes is not made shorter than this. */
const shortestMs = 60_000;
/** How far back a sweep reads again. */
const sweepMs = 31 * 86_400_000;

/**
 * Where a read stands. It goes through one or several steps:
 * `changes`: one call for everything that changed, deletions included;
 * `rows`: pages of a query, and since when deletions are looked for afterwards;
 * `due`: pages of what has become overdue, which changes no date;
 * `deleted`: the deletions among the changes, where rows were queried.
 */
const cursorSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('changes'), since: z.number() }),
  z.object({
    step: z.literal('rows'),
    since: z.number().nullable(),
    place: placeSchema,
    deleted: z.number().nullable(),
  }),
  z.object({ step: z.literal('due'), today: z.string(), place: placeSchema }),
  z.object({ step: z.literal('deleted'), since: z.number() }),
]);
type Cursor = z.infer<typeof cursorSchema>;
type At<Step extends Cursor['step']> = Extract<Cursor, { step: Step }>;

export interface Read {
  readonly client: QuickBooksClient;
  readonly entity: SourceEntity;
  readonly query: ReadQuery;
  readonly now: number;
  /** Zone and calendar day of the company. */
  readonly zone: string;
  readonly today: string;
}

export interface Taken {
  readonly rows: readonly JsonObject[];
  readonly deleted?: readonly Deletion[];
  readonly next: Cursor | null;
  readonly total?: number | undefined;
}

/** The next step of a read. */
export function takeStep(read: Read): Promise<Result<Taken>> {
  const cursor = read.query.cursor === null ? begin(read) : cursorSchema.parse(read.query.cursor);
  switch (cursor.step) {
    case 'changes':
      return takeChanges(read, cursor);
    case 'rows':
      return takeRows(read, cursor);
    case 'due':
      return takeDue(read, cursor);
    case 'deleted':
      return takeDeletions(read, cursor);
  }
}

function begin({ entity, query: { mode, since }, now }: Read): Cursor {
  const rows = (from: number | null, deleted: number | null = null): Cursor => ({
    step: 'rows',
    since: from,
    place: firstPlace,
    deleted,
  });
  if (mode === 'full' || since === null) return rows(null);
  const from = Date.parse(since) - lateMs;
  // Names are few, and their balances and stock change by what others do: a sweep reads them all.
  if (mode === 'sweep') return rows(entity.kind === 'name' ? null : Math.min(from, now) - sweepMs);
  const reach = now - lookBackMs;
  return from > reach ? { step: 'changes', since: from } : rows(from, reach);
}

async function takeChanges({ client, entity }: Read, { since }: At<'changes'>): Promise<Result<Taken>> {
  const answer = await changesSince(client, entity.type, since);
  if (!answer.ok) return answer;
  const { rows, deleted, isCut } = answer.value;
  if (!isCut) return ok({ rows, deleted, next: null });
  // Which objects are missing from a full answer is not documented: all are read again, in an order that skips none.
  return ok({ rows: [], deleted, next: { step: 'rows', since, place: firstPlace, deleted: since } });
}

async function takeRows(read: Read, cursor: At<'rows'>): Promise<Result<Taken>> {
  const { client, entity, query, zone } = read;
  const conditions = [
    ...scopeOf(entity),
    ...filterConditions(entity, query.filters, zone),
    ...changedSince(cursor.since),
  ];
  const page = await readPage(client, entity.type, conditions, cursor.place);
  if (!page.ok) return page;
  const { rows, next: place } = page.value;
  const next = place ? { ...cursor, place } : afterRows(read, cursor);
  if (query.mode !== 'full' || query.cursor !== null) return ok({ rows, next });
  if (place === null) return ok({ rows, next, total: rows.length });
  const total = await countRows(client, entity.type, conditions);
  return total.ok ? ok({ rows, next, total: total.value }) : total;
}

function afterRows({ entity, query, today }: Read, { deleted }: At<'rows'>): Cursor | null {
  if (deleted !== null) return { step: 'deleted', since: deleted };
  return query.mode === 'sweep' && entity.falls_due ? { step: 'due', today, place: firstPlace } : null;
}

async function takeDue({ client, entity }: Read, cursor: At<'due'>): Promise<Result<Taken>> {
  const overdue = ["Balance > '0'", `DueDate < ${quoted(cursor.today)}`];
  const page = await readPage(client, entity.type, overdue, cursor.place);
  if (!page.ok) return page;
  const { rows, next: place } = page.value;
  return ok({ rows, next: place && { ...cursor, place } });
}

/** Deletions come behind everything live: while an answer is full, the window is halved from its far end. */
async function takeDeletions({ client, entity, now }: Read, { since }: At<'deleted'>): Promise<Result<Taken>> {
  const answer = await changesSince(client, entity.type, since);
  if (!answer.ok) return answer;
  const { deleted, isCut } = answer.value;
  const width = now - since;
  // What was deleted before the window that fits is found missing by a sweep.
  const shorter: Cursor = { step: 'deleted', since: Math.floor(since + width / 2) };
  return ok({ rows: [], deleted, next: isCut && width > shortestMs ? shorter : null });
}

/** The platform keeps times to the second. */
function changedSince(since: number | null): string[] {
  if (since === null) return [];
  return [`MetaData.LastUpdatedTime >= ${quoted(`${new Date(since).toISOString().slice(0, 19)}Z`)}`];
}
