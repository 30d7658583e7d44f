import { contentHash } from '../core/json.ts';
import { decimal } from '../core/money.ts';
import type { FigureName, LedgerRecord } from '../model/ledger.ts';
import { type Difference, sideSchema } from '../model/reconciliation.ts';
import { keyOf } from './objects.ts';
import { sellingAmong } from './systems.ts';

export type Sides = Readonly<Record<string, LedgerRecord>>;
type Found = Pick<Difference, 'kind' | 'day' | 'system' | 'cause' | 'fix'> & {
  readonly sides: Sides;
  readonly fields?: Difference['fields'] | undefined;
  readonly failureId?: string | undefined;
  readonly label?: string | undefined;
};

/** A difference with an id made from what it is about, so that a repeat finds the same. */
export function difference({ kind, day, system, cause, fix, sides, fields = [], failureId, label }: Found): Difference {
  const [seller = system] = sellingAmong(Object.keys(sides));
  const named = sides[seller];
  const about = Object.entries(sides).map(([name, record]) => [name, keyOf(record)]);
  return {
    difference_id: contentHash([day, system, kind, about, label]).slice(0, 20),
    kind,
    day,
    system,
    label: label ?? (named ? labelOf(named) : ''),
    records: Object.fromEntries(Object.entries(sides).map(([name, record]) => [name, sideSchema.parse(record)])),
    fields: [...fields],
    cause,
    fix,
    ...(failureId === undefined ? {} : { failure_id: failureId }),
  };
}

export function labelOf({ entity, number, id }: LedgerRecord): string {
  const words = entity.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${number || id}`;
}

/**
 * Figures of the document that are not those of the order. A document with a line for the rounding difference may have
 * split off tax by as much: its tax agrees within that line.
 */
export function differingFields(
  order: LedgerRecord,
  document: LedgerRecord,
  compares: readonly FigureName[],
): Difference['fields'] {
  const currency =
    order.currency === document.currency
      ? []
      : [{ field: 'currency', expected: order.currency, found: document.currency }];
  const figures = compares
    .filter((name) => {
      const apart = decimal(document[name]).minus(decimal(order[name])).abs();
      return apart.gt(name === 'tax' ? decimal(document.rounding).abs() : 0);
    })
    .map((name) => ({ field: name, expected: order[name], found: document[name] }));
  return [...currency, ...figures];
}

/** `gross 10.00 instead of 12.00 and tax …`, for causes. */
export function inWords(fields: Difference['fields']): string {
  return fields.map(({ field, expected, found }) => `${field} is ${found} instead of ${expected}`).join(', ');
}
