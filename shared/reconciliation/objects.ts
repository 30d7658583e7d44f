import * as z from 'zod';
import type { LedgerAddress } from '../connectors/ledger.ts';
import type { JsonObject } from '../core/json.ts';
import { failureSchema } from '../model/failure.ts';
import { type LedgerRecord, ledgerRecordSchema } from '../model/ledger.ts';
import { type Cell, type Difference, differenceSchema, storedCellSchema } from '../model/reconciliation.ts';
import type { Journal } from '../sync/ports.ts';

/** A sale or refund the platform sent in a form that cannot be read. */
const unreadableSchema = z.object({
  entity: z.string(),
  id: z.string(),
  label: z.string(),
  failure: failureSchema,
  business_day: z.iso.date(),
});
export type Unreadable = z.infer<typeof unreadableSchema>;
const lineSchema = z.union([z.object({ unreadable: unreadableSchema }), ledgerRecordSchema]);

export interface LedgerDay {
  /** By entity and id: what was on two pages is here once, as it was read last. */
  readonly records: ReadonlyMap<string, LedgerRecord>;
  readonly unreadable: readonly Unreadable[];
}

export function keyOf({ entity, id, origin }: LedgerAddress): string {
  return origin === null ? `${entity}/${id}` : `${origin}:${entity}/${id}`;
}

/** The objects of one report. Names are made from the report and the place in it, so that a repeat replaces its own. */
export function reportObjects(store: Journal, tenantId: string, reportId: string) {
  // What was read goes after a month (lib/parts/buckets.ts); what came of it stays.
  const ledgerKey = (system: string, day: string, part: number) =>
    `ledgers/${encodeURIComponent(tenantId)}/${reportId}/${system}/${day}/${String(part).padStart(5, '0')}.jsonl.gz`;
  const reportKey = (name: string) => `reconciliations/${encodeURIComponent(tenantId)}/${reportId}/${name}.jsonl.gz`;
  const lines = (items: readonly object[]) => items as readonly JsonObject[];

  return {
    writeLedger: (
      system: string,
      day: string,
      part: number,
      items: readonly (LedgerRecord | { unreadable: Unreadable })[],
    ) => store.write(ledgerKey(system, day, part), lines(items)),

    async readLedger(system: string, day: string, parts: number): Promise<LedgerDay> {
      const records = new Map<string, LedgerRecord>();
      const unreadable = new Map<string, Unreadable>();
      for (let part = 0; part < parts; part += 1) {
        for (const line of await store.read(ledgerKey(system, day, part))) {
          const parsed = lineSchema.parse(line);
          if ('unreadable' in parsed) unreadable.set(keyOf({ ...parsed.unreadable, origin: null }), parsed.unreadable);
          else records.set(keyOf(parsed), parsed);
        }
      }
      return { records, unreadable: [...unreadable.values()] };
    },

    async writeDay(day: string, cells: readonly Cell[], differences: readonly Difference[]): Promise<void> {
      await Promise.all([
        store.write(reportKey(`days/${day}/figures`), lines(cells)),
        store.write(reportKey(`days/${day}/differences`), lines(differences)),
      ]);
    },
    readCells: async (day: string): Promise<Cell[]> =>
      (await store.read(reportKey(`days/${day}/figures`))).map((line) => storedCellSchema.parse(line)),
    readDifferences: async (day: string): Promise<Difference[]> =>
      (await store.read(reportKey(`days/${day}/differences`))).map((line) => differenceSchema.parse(line)),

    writeMatrix: (cells: readonly Cell[]) => store.write(reportKey('matrix'), lines(cells)),
    readMatrix: async (): Promise<Cell[]> =>
      (await store.read(reportKey('matrix'))).map((line) => storedCellSchema.parse(line)),
  };
}
