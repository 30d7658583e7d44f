import { chunks } from '../../core/chunks.ts';
import { businessDay, instant } from '../../core/clock.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { SourceConnector, SourceRecord } from '../source.ts';
import { createClient, type QuickBooksClient, quoted } from './client.ts';
import { perPage } from './read-pages.ts';
import { takeStep } from './read-steps.ts';
import { convertRows, type Deletion, tombstone } from './records/convert.ts';
import { type SourceEntity, sourceEntities } from './records/index.ts';
import type { Company } from './records/values.ts';
import { isFiltered, scopeOf, wantedBy } from './source-filters.ts';

/** Ids in one query, well below the length the parser takes. */
const idsPerQuery = 300;

/**
 * Reads are metered (reference section 10), so they are few: a page is a thousand rows, an incremental read of one entity
 * one call. Change data capture could answer several entities in one call. Each entity is a flow of its own, with its own
 * schedule and watermark, worked on by whichever worker is free: there is nobody to share the answer with.
 */
export function openSource(context: ConnectionContext, apiUrl: string): SourceConnector {
  const client = createClient(context, apiUrl);
  const zone = typeof context.profile.time_zone === 'string' ? context.profile.time_zone : 'UTC';
  const company = (): Company => ({
    home: String(context.profile.home_currency ?? ''),
    today: businessDay(instant(context.clock.now()), zone),
  });

  return {
    entities: Object.keys(sourceEntities),

    async read(name, query) {
      const entity = entityOf(name);
      const { today, ...rest } = company();
      const taken = await takeStep({ client, entity, query, now: context.clock.now(), zone, today });
      if (!taken.ok) return taken;
      const { rows, deleted = [], next, total } = taken.value;
      const gone = await certain(client, entity, isFiltered(query.filters) ? [] : deleted);
      if (!gone.ok) return gone;
      const found = convertRows(name, entity, [...rows, ...gone.value.rows], { today, ...rest });
      const tombstones = gone.value.deleted.map((deletion) => tombstone(name, entity, deletion));
      const records: SourceRecord[] = [...found.records.filter(wantedBy(query.filters, zone)), ...tombstones];
      return ok({ records, rejected: found.rejected, next: next as Json | null, total });
    },

    async readByIds(name, ids) {
      const entity = entityOf(name);
      const rows = await rowsById(client, entity, '*', ids);
      return rows.ok ? ok({ ...convertRows(name, entity, rows.value, company()), next: null }) : rows;
    },

    async absent(name, ids) {
      const rows = await rowsById(client, entityOf(name), 'Id', ids);
      if (!rows.ok) return rows;
      const present = new Set(rows.value.map(({ Id }) => String(Id)));
      return ok(numeric(ids).filter((id) => !present.has(id)));
    },
  };
}

function entityOf(name: string): SourceEntity {
  const entity = sourceEntities[name];
  if (!entity) throw new Error(`QuickBooks has no ${name}`);
  return entity;
}

/**
 * Change data capture is known to call objects deleted that are not (reference section 7), and documents are taken away
 * because of it: whatever still exists is taken as changed.
 */
async function certain(
  client: QuickBooksClient,
  entity: SourceEntity,
  deleted: readonly Deletion[],
): Promise<Result<{ readonly rows: readonly JsonObject[]; readonly deleted: readonly Deletion[] }>> {
  const rows = await rowsById(
    client,
    entity,
    '*',
    deleted.map(({ id }) => id),
  );
  if (!rows.ok) return rows;
  const present = new Set(rows.value.map(({ Id }) => String(Id)));
  return ok({ rows: rows.value, deleted: deleted.filter(({ id }) => !present.has(id)) });
}

/** Rows by id, inactive names included; ids that do not exist are not in the answer. */
async function rowsById(
  client: QuickBooksClient,
  entity: SourceEntity,
  members: string,
  ids: readonly string[],
): Promise<Result<readonly JsonObject[]>> {
  const found: JsonObject[] = [];
  for (const some of chunks(numeric(ids), idsPerQuery)) {
    const conditions = [`Id IN (${some.map(quoted).join(',')})`, ...scopeOf(entity)];
    const rows = await client.query(
      entity.type,
      `SELECT ${members} FROM ${entity.type} WHERE ${conditions.join(' AND ')} MAXRESULTS ${perPage}`,
    );
    if (!rows.ok) return rows;
    found.push(...rows.value);
  }
  return ok(found);
}

/** Ids of QuickBooks are numbers; another one exists nowhere. */
const numeric = (ids: readonly string[]): string[] => [...new Set(ids)].filter((id) => /^\d+$/.test(id));
