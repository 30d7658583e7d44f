/** How large each part is. */
export interface BenchSizes {
  /** Orders of the shop whose backfill keeps to the documented limits. */
  readonly lane: number;
  /** Orders of the shop that our engine and the others sync without limits. */
  readonly overhead: number;
  /** Times each of them does it; medians and ratios are taken over these. */
  readonly rounds: number;
  /** Orders of the shop that is synced a second time with nothing changed. */
  readonly repeat: number;
  /** Webhooks of each kind. */
  readonly webhooks: number;
}

export const fullSizes: BenchSizes = { lane: 1500, overhead: 400, rounds: 5, repeat: 1000, webhooks: 200 };

/** A smoke run: the numbers mean little, but every part runs. */
export const quickSizes: BenchSizes = { lane: 120, overhead: 60, rounds: 1, repeat: 100, webhooks: 10 };

/** Seed of shops and of latencies: equal on every machine. */
export const seed = 1;

/** Nothing in the shops is later than this. */
export const shopNow = Date.parse('2026-11-20T12:00:00Z');

/** QuickBooks' write ceiling per company: 40 batches of 30 items a minute (quickbooks reference section 10). */
export const ceiling = { batchesPerMinute: 40, itemsPerBatch: 30, documentsPerMinute: 1200 } as const;

export const shopKeys = { consumerKey: 'ck_bench0123456789', consumerSecret: 'cs_bench0123456789' };
export const app = { clientId: 'bench-app', clientSecret: 'bench-app-secret' };
export const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
export const journalBucket = 'journal';
