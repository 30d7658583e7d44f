import type { Connector, Profile } from '../connectors/connector.ts';
import type { ConnectionRepository } from '../data/connection-repository.ts';
import type { RecordAddress, RecordRepository } from '../data/record-repository.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { HistoryEntry } from '../model/history-entry.ts';
import type { Link } from '../model/link.ts';
import { failureId } from '../sync/failure-identity.ts';
import type { FailureRepository, HistoryRepository, Journal } from '../sync/ports.ts';
import type { Route } from '../sync/routes.ts';
import { relatedOf } from './related-records.ts';

export interface TimelineDeps {
  readonly records: RecordRepository;
  readonly failures: Pick<FailureRepository, 'findMany'>;
  readonly history: Pick<HistoryRepository, 'ofRecord'>;
  readonly journal: Pick<Journal, 'read'>;
  readonly connections: Pick<ConnectionRepository, 'list'>;
  /** By platform; only what they say of themselves is used. */
  readonly connectors: Readonly<Record<string, Connector>>;
  readonly routes: readonly Route[];
}

export interface Timeline {
  readonly record: RecordAddress & {
    readonly label: string | null;
    readonly number: string | null;
    url: string | null;
  };
  /** What it became on other platforms. */
  readonly documents: readonly Link[];
  /** Why it is not where it should be, one for each flow it failed on. */
  readonly failures: readonly FailureRecord[];
  readonly related: readonly (RecordAddress & { readonly label: string | null })[];
  readonly events: readonly HistoryEntry[];
  readonly next?: string | undefined;
  /** Where a person finds a record or document. */
  urlOf(connection: string, entity: string, id: string | undefined): string | null;
}

/**
 * Everything known of one record: its documents, what is wrong with it, what it needs, and a page of what happened to it.
 * Undefined when nothing is. Cost: a query for its links, one for the page, one read of the failures of its routes, one of
 * the connections, the journal object of each link, and a query for the name of each record it needs.
 */
export async function readTimeline(
  deps: TimelineDeps,
  tenantId: string,
  record: RecordAddress,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Timeline | undefined> {
  const routes = deps.routes.filter(
    ({ source }) => source.platform === record.connection && source.entity === record.entity,
  );
  if (routes.length === 0) return undefined;
  const [links, history, failures, profiles] = await Promise.all([
    deps.records.links(tenantId, record),
    deps.history.ofRecord(tenantId, record, page),
    failuresOf(deps, tenantId, record),
    profilesOf(deps, tenantId),
  ]);
  const { entries: events, next } = history;
  if (links.length === 0 && events.length === 0 && failures.length === 0 && page.after === undefined) return undefined;
  const urlOf: Timeline['urlOf'] = (connection, entity, id) => {
    const profile = profiles.get(connection);
    return (id !== undefined && profile && deps.connectors[connection]?.documentUrl?.(entity, id, profile)) || null;
  };
  return {
    record: {
      ...record,
      label: events[0]?.label ?? failures[0]?.label ?? null,
      number: links.find(({ source_number }) => source_number !== undefined)?.source_number ?? null,
      url: urlOf(record.connection, record.entity, record.id),
    },
    documents: links,
    failures,
    related: await named(deps, tenantId, await relatedOf(deps.journal, record, links, failures)),
    events,
    next,
    urlOf,
  };
}

/** With what people call them, as they were synced last. */
function named({ history }: TimelineDeps, tenantId: string, records: readonly RecordAddress[]) {
  return Promise.all(
    records.map(async (record) => {
      const { entries } = await history.ofRecord(tenantId, record, { limit: 1 });
      return { ...record, label: entries[0]?.label ?? null };
    }),
  );
}

/** Records that go by this id or number. A number is known once the record has a document. */
export async function findRecords(
  deps: Pick<TimelineDeps, 'records' | 'failures' | 'routes'>,
  tenantId: string,
  text: string,
): Promise<(RecordAddress & { readonly matched_by: 'id' | 'number' })[]> {
  const sources = new Map(deps.routes.map(({ source }) => [`${source.platform} ${source.entity}`, source]));
  const candidates = [...sources.values()].map(({ platform, entity }) => ({ connection: platform, entity, id: text }));
  const known = await Promise.all(
    candidates.map(
      async (record) =>
        (await deps.records.isKnown(tenantId, record)) || (await failuresOf(deps, tenantId, record)).length > 0,
    ),
  );
  const byId = candidates.filter((_, index) => known[index]);
  const byNumber = await deps.records.byNumber(tenantId, text);
  return [
    ...byId.map((record) => ({ ...record, matched_by: 'id' as const })),
    ...byNumber.filter(({ id }) => id !== text).map((record) => ({ ...record, matched_by: 'number' as const })),
  ];
}

async function failuresOf(
  { failures, routes }: Pick<TimelineDeps, 'failures' | 'routes'>,
  tenantId: string,
  { connection, entity, id }: RecordAddress,
): Promise<FailureRecord[]> {
  const own = routes.filter(({ source }) => source.platform === connection && source.entity === entity);
  const found = await failures.findMany(
    tenantId,
    own.map((route) => failureId(route.id, id)),
  );
  return found.filter((each) => each !== undefined);
}

async function profilesOf(
  { connections }: Pick<TimelineDeps, 'connections'>,
  tenantId: string,
): Promise<ReadonlyMap<string, Profile>> {
  const made = await connections.list(tenantId);
  return new Map(made.map(({ platform, profile }) => [platform, profile as Profile]));
}
