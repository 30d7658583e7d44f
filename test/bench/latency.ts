import { seededRandom } from '#local/platforms/generator/random.ts';
import type { Clock } from '#shared/core/clock.ts';
import type { FetchLike } from '#shared/platform/http-client.ts';

/** Ranges in milliseconds, as measured by others on the real platforms (references of QuickBooks and WooCommerce). */
export const latencies = {
  /** Of every answer's time, the part before the platform takes the call and counts it. */
  way_there: [20, 60],
  quickbooks_read: [200, 400],
  /** A write of one item, alone or as a batch of one. */
  quickbooks_write: [300, 600],
  /** A batch of 30; sizes between grow evenly. */
  quickbooks_batch_of_30: [1500, 3000],
  woocommerce_per_100_rows: [630, 770],
  woocommerce_least: [150, 250],
} as const;

type Range = readonly [number, number];

/**
 * A fetch whose answers take as long as the platforms'. The call reaches the simulator after the way there, is counted
 * and done there, and its answer is held back for the rest: that is when a real platform counts it, too.
 */
export function slowFetch(clock: Clock, seed: number): FetchLike {
  const random = seededRandom(seed);
  const within = ([low, high]: Range): number => random.between(low, Math.ceil(high));
  return async (url, init) => {
    const there = within(latencies.way_there);
    await clock.sleep(there);
    const response = await fetch(url, init);
    await clock.sleep(Math.max(0, within(rangeOf(url, init, response)) - there));
    return response;
  };
}

function rangeOf(url: string, init: RequestInit, response: Response): Range {
  if (url.includes('/wp-json')) return rowsRange(new URL(url), response);
  if (!/\/batch\?/.test(url)) return latencies.quickbooks_read;
  return batchRange(String(init.body).split('"bId":').length - 1);
}

function rowsRange(url: URL, response: Response): Range {
  const rows = Math.min(
    Number(url.searchParams.get('per_page') ?? 1),
    Number(response.headers.get('x-wp-total') ?? 1),
    url.searchParams.get('include')?.split(',').length ?? Number.POSITIVE_INFINITY,
  );
  const {
    woocommerce_per_100_rows: [low, high],
    woocommerce_least: least,
  } = latencies;
  return [Math.max(least[0], Math.round((low * rows) / 100)), Math.max(least[1], Math.round((high * rows) / 100))];
}

function batchRange(items: number): Range {
  const share = Math.min(1, (items - 1) / 29);
  const { quickbooks_write: one, quickbooks_batch_of_30: full } = latencies;
  const at = (end: 0 | 1): number => Math.round(one[end] + (full[end] - one[end]) * share);
  return [at(0), at(1)];
}
