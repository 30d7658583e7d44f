import { refundsOf } from '../../model/pos-event.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { Shelf } from '../shelf.ts';

/** A sale as far as it is known, and what was given back of it, in the order tills told of it. */
export interface Dealings {
  readonly sale: ShelfRecord | undefined;
  readonly refunds: readonly ShelfRecord[];
}

const saleOf = ({ entity, id, body }: ShelfRecord): string | undefined => {
  if (entity === 'sale') return id;
  return entity === 'refund' && typeof body.sale_id === 'string' ? body.sale_id : undefined;
};

/** The dealings that each of these records belongs to; those that belong to none have none. Costs two reads for all. */
export async function dealingsOf(
  shelf: Pick<Shelf, 'findMany'>,
  records: readonly ShelfRecord[],
): Promise<ReadonlyMap<ShelfRecord, Dealings>> {
  const known = new Map(records.map((record) => [keyOf(record), record]));
  const load = async (entity: string, ids: Iterable<string>): Promise<void> => {
    const wanted = [...new Set(ids)].map((id) => ({ entity, id })).filter((address) => !known.has(keyOf(address)));
    if (wanted.length === 0) return;
    for (const record of await shelf.findMany(wanted)) if (record) known.set(keyOf(record), record);
  };
  const sales = records.flatMap((record) => saleOf(record) ?? []);
  await load('sale', sales);
  const saleBy = (id: string): ShelfRecord | undefined => known.get(keyOf({ entity: 'sale', id }));
  await load(
    'refund',
    sales.flatMap((id) => refundsOf(saleBy(id)?.body ?? {})),
  );
  return new Map(
    records.flatMap((record) => {
      const id = saleOf(record);
      if (id === undefined) return [];
      const sale = saleBy(id);
      const refunds = refundsOf(sale?.body ?? {}).flatMap((refund) => {
        const found = known.get(keyOf({ entity: 'refund', id: refund }));
        // A later version of a refund may name another sale.
        return found && !found.gone && saleOf(found) === id ? [found] : [];
      });
      return [[record, { sale, refunds }] as const];
    }),
  );
}

/** Ids of the records of an entity that come out differently because these changed: a sale and its refunds are one matter. */
export async function concernedBy(
  shelf: Pick<Shelf, 'findMany'>,
  entity: string,
  changed: readonly ShelfRecord[],
): Promise<string[]> {
  if (entity === 'sale') return changed.flatMap((record) => saleOf(record) ?? []);
  if (entity !== 'refund') return [];
  const dealings = await dealingsOf(shelf, changed);
  return [...dealings.values()].flatMap(({ refunds }) => refunds.map(({ id }) => id));
}

const keyOf = ({ entity, id }: Pick<ShelfRecord, 'entity' | 'id'>): string => `${entity} ${id}`;
