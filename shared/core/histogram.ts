/** Each bucket is this much wider than the one before. */
const growth = 1.1;

/** A value read from a histogram is off by at most this share of it (4.8 %); values up to 1 are off by at most 1. */
export const histogramError = (growth - 1) / (growth + 1);

/** How many values fell into each bucket. */
export type Histogram = ReadonlyMap<number, number>;

/** The bucket of a value: 0 for values up to 1, otherwise n for those above 1.1^(n-1) and up to 1.1^n. */
export function bucketOf(value: number): number {
  return value <= 1 ? 0 : Math.ceil(Math.log(value) / Math.log(growth));
}

/**
 * The value that this share of all values does not exceed (nearest rank), within {@link histogramError}. Undefined for an
 * empty histogram.
 */
export function percentile(histogram: Histogram, share: number): number | undefined {
  const total = [...histogram.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = Math.max(1, Math.ceil(share * total));
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    left -= count;
    // The point of the bucket from which both its ends are equally far, in proportion.
    if (left <= 0) return bucket === 0 ? 1 : (2 * growth ** bucket) / (growth + 1);
  }
  return undefined;
}
