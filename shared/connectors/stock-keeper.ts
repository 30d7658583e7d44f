import type { Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';

/** What one line of a document of the platform has taken off its stock, as it stands now. */
export interface StockMovement {
  /** `Order 1001`. */
  readonly label: string;
  /** Whose number it moved: the first of these that has one. */
  readonly items: readonly string[];
  /** Pieces that it certainly took at some time. */
  readonly pieces: string;
  /** How many of them are off stock now; none where they were put back. */
  readonly taken: string;
  /** When they were taken, UTC. */
  readonly at: string;
  /** When the document last changed, UTC. */
  readonly changed_at: string;
}

/** The number a platform keeps for one product. */
export interface StockLevel {
  /** Where the number is kept. */
  readonly item: string;
  /** Id of the product, as its record has it. */
  readonly product: string;
  readonly sku: string | null;
  readonly quantity: string;
}

/**
 * A platform with stock numbers of its own that it moves by itself and that can only be written whole. Reads are safe to
 * repeat, and so are writes.
 */
export interface StockKeeper {
  /** Documents that changed after `since`, each with all it has moved; one that moved nothing any more has no lines. */
  movements(query: { readonly since: string; readonly cursor: Json | null }): Promise<
    Result<{
      readonly documents: readonly { readonly document: string; readonly movements: readonly StockMovement[] }[];
      /** When the newest of them changed, UTC. */
      readonly newest: string | null;
      readonly next: Json | null;
    }>
  >;
  /** Numbers of products that changed after `since`, or of all. Products without a number are left out. */
  levels(query: {
    readonly since: string | null;
    readonly cursor: Json | null;
  }): Promise<
    Result<{ readonly levels: readonly StockLevel[]; readonly newest: string | null; readonly next: Json | null }>
  >;
  levelsOf(items: readonly string[]): Promise<Result<readonly StockLevel[]>>;
  /** Sets numbers; answers those it has then, in the order of the items, undefined where it was refused. */
  write(
    numbers: readonly { readonly item: string; readonly quantity: string }[],
  ): Promise<Result<readonly (string | undefined)[]>>;
}
