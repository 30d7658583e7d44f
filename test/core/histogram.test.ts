import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, histogramError, percentile } from '#shared/core/histogram.ts';

const histogramOf = (values: readonly number[]) => {
  const histogram = new Map<number, number>();
  for (const value of values) histogram.set(bucketOf(value), (histogram.get(bucketOf(value)) ?? 0) + 1);
  return histogram;
};

describe('a histogram', () => {
  it('gives every percentile within its error, whatever the values', () => {
    const values = fc.array(fc.integer({ min: 1, max: 60 * 86_400_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 1, noNaN: true }), (durations, share) => {
        const exact = durations.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * durations.length)) - 1] ?? 0;
        const read = percentile(histogramOf(durations), share) ?? 0;
        // A little more than the error for values whose logarithm is rounded over the edge of their bucket.
        expect(Math.abs(read - exact)).toBeLessThanOrEqual(exact * (histogramError + 1e-9));
      }),
    );
  });

  it('keeps its error below five percent and knows when it is empty', () => {
    expect(histogramError).toBeLessThan(0.05);
    expect(percentile(new Map(), 0.5)).toBeUndefined();
    expect(percentile(histogramOf([0]), 0.95)).toBe(1);
  });
});
