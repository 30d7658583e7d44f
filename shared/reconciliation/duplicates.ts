import type { LedgerRecord } from '../model/ledger.ts';
import { keyOf } from './objects.ts';

export interface Duplicate {
  readonly record: LedgerRecord;
  /** The one it repeats. */
  readonly original: LedgerRecord;
}

/**
 * Documents nothing of the shop stands behind that look like another: the same number, customer and total on whatever
 * day, or the same customer, day and total as one that something does stand behind.
 */
export function duplicatesAmong(
  strangers: readonly LedgerRecord[],
  {
    known,
    sameNumber,
  }: {
    /** Documents of the same day with a record of the shop. */
    readonly known: readonly LedgerRecord[];
    /** Documents of any day with the strangers' numbers. */
    readonly sameNumber: readonly LedgerRecord[];
  },
): Duplicate[] {
  return strangers.flatMap((record) => {
    const twin = sameNumber.find(
      (other) => other.number === record.number && isAlike(other, record) && isOriginal(other, record, known),
    );
    const neighbour = known.find((other) => other.business_day === record.business_day && isAlike(other, record));
    const original = twin ?? neighbour;
    return original ? [{ record, original }] : [];
  });
}

function isAlike(a: LedgerRecord, b: LedgerRecord): boolean {
  return (
    keyOf(a) !== keyOf(b) &&
    !a.void &&
    a.gross === b.gross &&
    a.currency === b.currency &&
    a.customer_id !== '' &&
    a.customer_id === b.customer_id
  );
}

/** Of two strangers the older one is the original, so that only one of them is called a duplicate. */
function isOriginal(other: LedgerRecord, record: LedgerRecord, known: readonly LedgerRecord[]): boolean {
  if (known.some((one) => keyOf(one) === keyOf(other))) return true;
  return Number(other.id) < Number(record.id);
}
