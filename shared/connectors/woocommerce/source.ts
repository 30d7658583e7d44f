import pLimit from 'p-limit';
import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import { ok, type Result } from '../../core/failure.ts';
import type {
  ConnectionContext,
  ReadPage,
  ReadQuery,
  RejectedRecord,
  SourceConnector,
  SourceRecord,
} from '../connector.ts';
import { createClient, type Query, type WooCommerceClient } from './client.ts';
import { registeredCustomer } from './customers.ts';
import { orderRecord, type Store } from './orders.ts';
import { productRecord } from './products.ts';
import { perPage, type RawPage, readAll, readChanges } from './read-pages.ts';
import { salesDays } from './read-sales-days.ts';

type Row = Record<string, unknown>;
type Convert = (row: Row) => SourceRecord;

/** How one entity is listed. */
interface Resource {
  readonly path: string;
  readonly filters: Query;
  /** Customers have no modified filter: they are scanned, and unchanged ones are dropped here. */
  readonly changesByScan: boolean;
  /** Rows that stand for nothing yet: drafts of checkouts never finished. */
  readonly skip?: (row: Row) => boolean;
}

const resources: Readonly<Record<string, Resource>> = {
  order: {
    path: 'wc/v3/orders',
    filters: {},
    changesByScan: false,
    skip: (row) => row.status === 'checkout-draft',
  },
  product: { path: 'wc/v3/products', filters: {}, changesByScan: false },
  customer: { path: 'wc/v3/customers', filters: { role: 'all' }, changesByScan: true },
};

/** Parallel reads of variations: enough to hide latency, few enough for a shared host. */
const parallelReads = 4;

export function openSource(context: ConnectionContext): SourceConnector {
  const client = createClient(context);
  const store: Store = { currency: String(context.profile.currency) };
  const convert: Readonly<Record<string, Convert>> = {
    order: (row) => orderRecord(row, store),
    customer: (row) => registeredCustomer(row, store),
    product: (row) => productRecord(row),
  };

  const finish = async (entity: string, rows: readonly Row[]): Promise<Result<Omit<ReadPage, 'next'>>> => {
    const page = convertRows(entity, rows, convert[entity]);
    if (entity !== 'product') return ok(page);
    const variations = await readVariations(client, rows);
    if (!variations.ok) return variations;
    return ok({
      records: [...page.records, ...variations.value.records],
      rejected: [...page.rejected, ...variations.value.rejected],
    });
  };

  const days = salesDays(client, { ...store, zone: String(context.profile.time_zone ?? 'UTC'), clock: context.clock });
  return {
    entities: [...Object.keys(resources), 'sales_day'],

    async read(entity, query) {
      if (entity === 'sales_day') return days.read(query);
      const resource = resourceOf(entity);
      const filters = { ...resource.filters, ...filterQuery(entity, query) };
      const scan = query.mode === 'full' || resource.changesByScan;
      const page = scan
        ? await readAll(client, resource.path, filters, query.cursor)
        : await readChanges(client, resource.path, filters, query);
      if (!page.ok) return page;
      const rows = wantedRows(page.value, resource, query);
      const finished = await finish(entity, rows);
      if (!finished.ok) return finished;
      return ok({ ...finished.value, next: page.value.next, total: page.value.total });
    },

    async readByIds(entity, ids) {
      if (entity === 'sales_day') return days.readByIds(ids);
      const found = await readById(client, entity, ids);
      if (!found.ok) return found;
      const rows = found.value;
      const named =
        entity === 'product' ? await listedVariations(client, rows) : ok(convertRows(entity, rows, convert[entity]));
      return named.ok ? ok({ ...named.value, next: null }) : named;
    },
  };
}

/** Rows of these ids in whatever state they are; ids that do not exist are not in the answer. */
export async function readById(
  client: WooCommerceClient,
  entity: string,
  ids: readonly string[],
): Promise<Result<readonly Row[]>> {
  const resource = resourceOf(entity);
  const numeric = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  const listed: Row[] = [];
  for (const include of chunks(numeric, perPage)) {
    const reply = await client.list(resource.path, { ...resource.filters, include, per_page: perPage });
    if (!reply.ok) return reply;
    listed.push(...(reply.value.rows as Row[]));
  }
  const known = new Set(listed.map((row) => String(row.id)));
  const singles = await readSingles(
    client,
    resource,
    numeric.filter((id) => !known.has(id)),
  );
  return singles.ok ? ok([...listed, ...singles.value]) : singles;
}

function resourceOf(entity: string): Resource {
  const resource = resources[entity];
  if (!resource) throw new Error(`WooCommerce has no ${entity}`);
  return resource;
}

function filterQuery(entity: string, { filters }: ReadQuery): Query {
  const { status, date_range } = filters;
  const query: Record<string, string | boolean | readonly string[] | undefined> = {};
  if (status && status.length > 0 && entity !== 'customer') query.status = status;
  if (entity === 'customer') return query;
  if (date_range?.start) query.after = bound(date_range.start, 'start');
  if (date_range?.end) query.before = bound(date_range.end, 'end');
  if (date_range?.start || date_range?.end) query.dates_are_gmt = true;
  return query;
}

/** Days include both ends; the shop's bounds exclude theirs, at a resolution of a second. */
function bound(value: string, end: 'start' | 'end'): string {
  const day = /^\d{4}-\d\d-\d\d$/.test(value);
  const instant = day && end === 'end' ? `${value}T23:59:59Z` : value;
  return new Date(Date.parse(instant) + (end === 'start' ? -1000 : 1000)).toISOString().slice(0, 19);
}

function wantedRows(page: RawPage, resource: Resource, query: ReadQuery): readonly Row[] {
  const rows = resource.skip ? page.rows.filter((row) => !resource.skip?.(row)) : page.rows;
  if (query.mode === 'full' || !resource.changesByScan || query.since === null) return rows;
  const since = query.since.slice(0, 19);
  return rows.filter((row) => {
    const modified = row.date_modified_gmt;
    // No date: changed since creation cannot be told, so it is compared by content.
    return typeof modified !== 'string' || modified >= since;
  });
}

function convertRows(entity: string, rows: readonly Row[], convert: Convert | undefined): Omit<ReadPage, 'next'> {
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const row of rows) {
    try {
      if (convert) records.push(convert(row));
    } catch (error) {
      rejected.push(reject(entity, row, error));
    }
  }
  return { records, rejected };
}

export function reject(entity: string, row: Row, error: unknown): RejectedRecord {
  const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
  const id = String(row.id ?? 'unknown');
  return {
    entity,
    id,
    label: `${entity} ${id}`,
    failure: {
      category: 'validation',
      code: 'woocommerce.unreadable_record',
      field: issue?.path.join('.'),
      reason: `The shop sent a ${entity} that cannot be read${issue ? `: ${issue.message}` : ''}.`,
      fix: 'Open and save the record in WooCommerce; if that does not help, report it with its id.',
      retryable: false,
    },
  };
}

/** Records that no listing shows: trashed ones, and variations. Gone ones are left out. */
async function readSingles(
  client: WooCommerceClient,
  resource: Resource,
  ids: readonly string[],
): Promise<Result<Row[]>> {
  const limit = pLimit(parallelReads);
  const replies = await Promise.all(ids.map((id) => limit(() => client.get(`${resource.path}/${id}`))));
  const rows: Row[] = [];
  for (const reply of replies) {
    if (reply.ok) rows.push(reply.value as Row);
    else if (reply.failure.category !== 'not_found') return reply;
  }
  return ok(rows);
}

/** Variations of the variable products among the rows; their parent is touched whenever one of them changes. */
async function readVariations(
  client: WooCommerceClient,
  rows: readonly Row[],
): Promise<Result<Omit<ReadPage, 'next'>>> {
  const limit = pLimit(parallelReads);
  const parents = rows.filter(({ type }) => type === 'variable');
  const pages = await Promise.all(
    parents.map((parent) => limit(() => readAllPages(client, `wc/v3/products/${String(parent.id)}/variations`))),
  );
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const [index, page] of pages.entries()) {
    if (!page.ok) return page;
    const name = String(parents[index]?.name ?? '');
    const converted = convertRows('product', page.value, (row) =>
      productRecord({ type: 'variation', ...row }, { name }),
    );
    records.push(...converted.records);
    rejected.push(...converted.rejected);
  }
  return ok({ records, rejected });
}

async function readAllPages(client: WooCommerceClient, path: string): Promise<Result<Row[]>> {
  const rows: Row[] = [];
  let cursor: RawPage['next'] = null;
  do {
    const page: Result<RawPage> = await readAll(client, path, {}, cursor);
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    cursor = page.value.next;
  } while (cursor !== null);
  return ok(rows);
}

/**
 * Records of products read by id. A variation has two forms, alone and in the listing of its parent, with other fields
 * in each: it is always taken from the listing, so that a record is the same whichever way it was found.
 */
async function listedVariations(
  client: WooCommerceClient,
  rows: readonly Row[],
): Promise<Result<Omit<ReadPage, 'next'>>> {
  const byParent = Map.groupBy(
    rows.filter(({ type }) => type === 'variation'),
    (row) => String(row.parent_id),
  );
  const listed = new Map<string, { readonly row: Row; readonly parent: string }>();
  if (byParent.size > 0) {
    const query = { include: [...byParent.keys()], per_page: perPage, _fields: 'id,name' };
    const parents = await client.list('wc/v3/products', query);
    if (!parents.ok) return parents;
    const limit = pLimit(parallelReads);
    const replies = await Promise.all(
      (parents.value.rows as Row[]).map((parent) =>
        limit(async () => {
          const include = (byParent.get(String(parent.id)) ?? []).map(({ id }) => String(id));
          const path = `wc/v3/products/${String(parent.id)}/variations`;
          return { parent, reply: await client.list(path, { include, per_page: perPage }) };
        }),
      ),
    );
    for (const { parent, reply } of replies) {
      if (!reply.ok) return reply;
      for (const row of reply.value.rows as Row[]) listed.set(String(row.id), { row, parent: String(parent.name) });
    }
  }
  return ok(
    convertRows('product', rows, (row) => {
      const found = row.type === 'variation' ? listed.get(String(row.id)) : undefined;
      return found ? productRecord({ type: 'variation', ...found.row }, { name: found.parent }) : productRecord(row);
    }),
  );
}
