import { refundsOf, salesOf } from '../../model/pos-event.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { Shelf } from '../shelf.ts';

/** A sale as far as it is known, and what was given back of it, in the order tills told of it. */
export interface Dealings {
  readonly sale: ShelfRecord | undefined;
  readonly refunds: readonly ShelfRecord[];
  /** When one of these changed last, or a refund that once was of this sale. */
  readonly changedAt: string;
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
  const bySale = await dealingsIn(
    shelf,
    records.flatMap((record) => saleOf(record) ?? []),
    records,
  );
  return new Map(
    records.flatMap((record) => {
      const dealings = bySale.get(saleOf(record) ?? '');
      return dealings ? [[record, dealings] as const] : [];
    }),
  );
}

/** Ids of the records of an entity that come out differently because these changed: a sale and its refunds are one matter. */
export async function concernedBy(
  shelf: Pick<Shelf, 'findMany'>,
  entity: string,
  changed: readonly ShelfRecord[],
): Promise<string[]> {
  const sales = [...new Set(changed.flatMap(salesOf))];
  if (entity === 'sale') return sales;
  if (entity !== 'refund') return [];
  const bySale = await dealingsIn(shelf, sales, changed);
  return [...bySale.values()].flatMap(({ refunds }) => refunds.map(({ id }) => id));
}

/** The dealings of sales, by their ids; `read` need not be read again. */
async function dealingsIn(
  shelf: Pick<Shelf, 'findMany'>,
  sales: readonly string[],
  read: readonly ShelfRecord[],
): Promise<ReadonlyMap<string, Dealings>> {
  const known = new Map(read.map((record) => [keyOf(record), record]));
  const load = async (entity: string, ids: Iterable<string>): Promise<void> => {
    const wanted = [...new Set(ids)].map((id) => ({ entity, id })).filter((address) => !known.has(keyOf(address)));
    if (wanted.length === 0) return;
    for (const record of await shelf.findMany(wanted)) if (record) known.set(keyOf(record), record);
  };
  await load('sale', sales);
  const saleBy = (id: string): ShelfRecord | undefined => known.get(keyOf({ entity: 'sale', id }));
  await load(
    'refund',
    sales.flatMap((id) => refundsOf(saleBy(id)?.body ?? {})),
  );
  return new Map(
    sales.map((id) => {
      const sale = saleBy(id);
      const told = refundsOf(sale?.body ?? {}).flatMap(
        (refund) => known.get(keyOf({ entity: 'refund', id: refund })) ?? [],
      );
      const changes = [sale, ...told].flatMap((each) => each?.changed_at ?? []);
      return [
        id,
        {
          sale,
          // A later version of a refund may name another sale.
          refunds: told.filter((refund) => !refund.gone && saleOf(refund) === id),
          changedAt: changes.reduce((latest, at) => (at > latest ? at : latest), ''),
        },
      ];
    }),
  );
}

const keyOf = ({ entity, id }: Pick<ShelfRecord, 'entity' | 'id'>): string => `${entity} ${id}`;
