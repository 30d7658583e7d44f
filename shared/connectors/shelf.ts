import type { ShelfAddress, ShelfDraft, ShelfRecord } from '../model/shelf.ts';

/** Where the records of a platform are kept that has no API of its own; see shared/data/shelf-repository.ts. */
export interface Shelf {
  findMany(addresses: readonly ShelfAddress[]): Promise<(ShelfRecord | undefined)[]>;
  change(
    addresses: readonly ShelfAddress[],
    decide: (before: ShelfRecord | undefined, index: number) => ShelfDraft | undefined,
  ): Promise<(ShelfRecord | undefined)[]>;
  list(
    entity: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ records: ShelfRecord[]; next?: string }>;
  changes(page: {
    readonly limit: number;
    readonly after: number;
  }): Promise<{ records: ShelfRecord[]; position: number; more: boolean }>;
  positionAt(at: string): Promise<number>;
  findByKey(entity: string, keys: readonly string[]): Promise<(ShelfRecord | undefined)[]>;
}
