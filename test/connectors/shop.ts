import { onTestFinished } from 'vitest';
import { type GenerateShopOptions, generateShop } from '#local/platforms/generator/shop.ts';
import { startWooCommerce, type WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import type { ReadPage, ReadQuery, SourceConnector, SourceRecord } from '#shared/connectors/source.ts';
import { woocommerce } from '#shared/connectors/woocommerce/index.ts';
import { unwrap } from '#shared/core/failure.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { contextOf, opened } from './support.ts';

export const keys = { consumerKey: 'ck_0123456789abcdef', consumerSecret: 'cs_0123456789abcdef' };
export const shopSecret = { consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret };

export interface OpenShop {
  readonly simulator: WooCommerceSimulator;
  readonly source: SourceConnector;
  readonly clock: TestClock;
  close(): Promise<void>;
}

export interface ShopOptions extends Partial<GenerateShopOptions> {
  /** Of WooCommerce; by default the one of the style. */
  readonly version?: string;
}

/** A running shop and the connector's view of it. */
export async function openShop({ version, ...options }: ShopOptions = {}, secret = shopSecret): Promise<OpenShop> {
  const clock = testClock();
  const generated = generateShop({ seed: 1, orders: 120, style: 'tax_exclusive', now: clock.now(), ...options });
  const shop = { ...generated, settings: { ...generated.settings, ...(version ? { version } : {}) } };
  const writeOnly = {
    consumerKey: 'ck_write0123456789',
    consumerSecret: 'cs_write0123456789',
    permissions: 'write' as const,
  };
  const simulator = await startWooCommerce({ shop, credentials: keys, otherKeys: [writeOnly], clock });
  const profile = { store_url: simulator.url, currency: shop.settings.currency };
  const source = opened(woocommerce.openSource, contextOf({ url: simulator.url, secret, profile, clock }));
  return { simulator, source, clock, close: () => simulator.close() };
}

/** The same, closed when the test ends. */
export async function startShop(options: ShopOptions = {}, secret = shopSecret): Promise<OpenShop> {
  const shop = await openShop(options, secret);
  onTestFinished(() => shop.close());
  return shop;
}

export const full: ReadQuery = { mode: 'full', since: null, filters: {}, cursor: null };
export const changedSince = (since: string | null): ReadQuery => ({ ...full, mode: 'incremental', since });

/** Reads page by page; `between` runs after each page that is not the last. */
export async function readAllPages(
  source: SourceConnector,
  entity: string,
  query: ReadQuery,
  between: (page: number) => void = () => undefined,
): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  let { cursor } = query;
  for (let number = 1; ; number += 1) {
    if (number > 200) throw new Error('the read does not end');
    const page: ReadPage = unwrap(await source.read(entity, { ...query, cursor }));
    if (page.rejected.length > 0) throw new Error(JSON.stringify(page.rejected[0]));
    records.push(...page.records);
    if (page.next === null) return records;
    // As stored between two slices of work.
    cursor = JSON.parse(JSON.stringify(page.next));
    between(number);
  }
}

export const idsOf = (records: readonly SourceRecord[]): string[] => records.map(({ id }) => id);
