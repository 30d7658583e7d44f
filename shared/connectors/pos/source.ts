import { type Failure, ok, type Result } from '../../core/failure.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { ConnectionContext } from '../connector.ts';
import type { ReadFilters, ReadPage, RejectedRecord, SourceConnector, SourceRecord } from '../source.ts';
import { concernedBy, type Dealings, dealingsOf } from './dealings.ts';
import { fingerprintOf } from './fingerprint.ts';
import { customerRecord, isPersonOfReceipt } from './people.ts';
import { isProductOfReceipt, productRecord } from './products.ts';
import { refundRecord, saleRecord } from './receipts.ts';
import { shelfOf } from './shelf.ts';
import { vendorRecord } from './vendors.ts';

type Convert = (record: ShelfRecord, dealings: Dealings) => SourceRecord | null;

/** What the shelf holds that goes on to other systems. */
const converters: Readonly<Record<string, Convert>> = {
  sale: saleRecord,
  refund: refundRecord,
  customer: customerRecord,
  product: productRecord,
  vendor: vendorRecord,
};

const pageSize = 100;

/** Guests, walk-in customers and goods without an id are known from receipts and have no record of their own. */
const isKnownFromReceipts = (id: string): boolean => isPersonOfReceipt(id) || isProductOfReceipt(id);

/** Reads the shelf: all of it by id, or what changed by sequence number. */
export function openSource(context: ConnectionContext): SourceConnector {
  const shelf = shelfOf(context);
  const present = async (entity: string, ids: readonly string[]): Promise<ShelfRecord[]> => {
    const found = await shelf.findMany([...new Set(ids)].map((id) => ({ entity, id })));
    return found.filter((record) => record !== undefined && !record.gone) as ShelfRecord[];
  };
  const pageOf = async (
    entity: string,
    records: readonly ShelfRecord[],
    filters: ReadFilters,
    next: ReadPage['next'],
  ): Promise<Result<ReadPage>> => ok(convertAll(entity, records, await dealingsOf(shelf, records), filters, next));
  return {
    entities: Object.keys(converters),

    async read(entity, { mode, since, filters, cursor }) {
      const isScan = mode === 'full' || since === null;
      if (isScan) {
        const after = typeof cursor === 'string' ? cursor : undefined;
        const page = await shelf.list(entity, { limit: pageSize, after });
        return pageOf(entity, page.records, filters, page.next ?? null);
      }
      const after = typeof cursor === 'number' ? cursor : await shelf.positionAt(since);
      const page = await shelf.changes({ limit: pageSize, after });
      const changed = page.records.filter((record) => record.entity === entity);
      const others = await concernedBy(shelf, entity, page.records);
      const own = [...changed, ...(await present(entity, others))];
      return pageOf(entity, unique(own), filters, page.more && page.position > after ? page.position : null);
    },

    async readByIds(entity, ids) {
      return pageOf(entity, await present(entity, ids), {}, null);
    },

    async absent(entity, ids) {
      const given = ids.filter((id) => !isKnownFromReceipts(id));
      const found = await shelf.findMany(given.map((id) => ({ entity, id })));
      return ok(given.filter((_, index) => found[index]?.gone !== false));
    },
  };
}

const unique = (records: readonly ShelfRecord[]): ShelfRecord[] => [
  ...new Map(records.map((record) => [record.id, record])).values(),
];
const alone: Dealings = { sale: undefined, refunds: [], changedAt: '' };

/** Records of the shelf in canonical form. */
export function convertAll(
  entity: string,
  records: readonly ShelfRecord[],
  dealings: ReadonlyMap<ShelfRecord, Dealings>,
  filters: ReadFilters,
  next: ReadPage['next'],
): ReadPage {
  const read: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const record of records) {
    const converted = convert(entity, record, dealings.get(record) ?? alone);
    if (!converted.ok)
      rejected.push({ entity, id: record.id, label: `${entity} ${record.id}`, failure: converted.failure });
    else if (converted.value && fits(converted.value, filters)) read.push(converted.value);
  }
  return { records: read, rejected, next };
}

function convert(entity: string, record: ShelfRecord, dealings: Dealings): Result<SourceRecord | null> {
  try {
    if (record.gone) return ok(tombstone(record));
    const converted = converters[entity]?.(record, dealings) ?? null;
    return ok(converted && { ...converted, fingerprint: fingerprintOf(record.body) });
  } catch {
    return { ok: false, failure: unreadable(entity) };
  }
}

function tombstone({ entity, id, changed_at }: ShelfRecord): SourceRecord {
  return { entity, id, label: `${entity} ${id}`, modified_at: changed_at, data: {}, raw: {}, gone: 'deleted' };
}

function fits({ data }: SourceRecord, { status, date_range }: ReadFilters): boolean {
  if (status && status.length > 0 && typeof data.status === 'string' && !status.includes(data.status)) return false;
  const at = data.placed_at;
  if (typeof at !== 'string') return true;
  const { start, end } = date_range ?? {};
  // A day as an end includes all of it.
  return (
    (start === undefined || at >= start) &&
    (end === undefined || at <= (end.length === 10 ? `${end}T23:59:59.999Z` : end))
  );
}

function unreadable(entity: string): Failure {
  return {
    category: 'validation',
    code: 'pos.unreadable_record',
    reason: `The ${entity} on the shelf cannot be read.`,
    fix: 'Send it again from the till under a new event id; if that does not help, report it with its id.',
    retryable: false,
  };
}
