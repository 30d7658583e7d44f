import type { Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { FigureName, LedgerRecord } from '../model/ledger.ts';
import type { RejectedRecord } from './source.ts';

/** Lines that are no goods, by what they are for. */
export type LedgerPart = 'shipping' | 'fees' | 'tax' | 'rounding';

export interface LedgerOptions {
  /** Only what came from these platforms, where the ledger keeps records of several. */
  readonly sources: readonly string[];
  /** What the target's item ids stand for that our mappings use for lines that are no goods. */
  readonly parts: Readonly<Record<string, LedgerPart>>;
}

export type LedgerAddress = Pick<LedgerRecord, 'entity' | 'id' | 'origin'>;

export interface LedgerPage {
  readonly records: readonly LedgerRecord[];
  /** What could not be understood, with the day it belongs to as far as that can be told. */
  readonly rejected: readonly (RejectedRecord & { readonly business_day: string })[];
  /** Null when this was the last page. */
  readonly next: Json | null;
}

/** Sales and refunds as the platform itself has them, read for comparing. Reads are safe to repeat. */
export interface Ledger {
  /** Figures it keeps in the same terms as the source and that therefore must agree, for each entity of its records. */
  readonly compares: Readonly<Record<string, readonly FigureName[]>>;
  /**
   * Everything dated from `from` to `to` (business days, both inclusive), whatever its status. While documents come and go
   * during the read, a record may be on two pages; none is left out.
   */
  read(query: {
    readonly from: string;
    readonly to: string;
    readonly cursor: Json | null;
  }): Promise<Result<LedgerPage>>;
  /** Records by id, whatever their day; ids that do not exist are simply not in the answer. */
  byIds(wanted: readonly LedgerAddress[]): Promise<Result<readonly LedgerRecord[]>>;
  /** Records with one of these numbers, whatever their day. */
  byNumbers(numbers: readonly string[]): Promise<Result<readonly LedgerRecord[]>>;
}
