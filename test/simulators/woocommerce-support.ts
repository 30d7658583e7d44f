import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type GenerateShopOptions, generateShop } from '#local/platforms/generator/shop.ts';
import { startWooCommerce, type WooCommerceOptions } from '#local/platforms/woocommerce/simulator.ts';
import type { Clock } from '#shared/core/clock.ts';

export const now = Date.parse('2026-11-22T18:00:00Z');
const credentials = { consumerKey: 'ck_test', consumerSecret: 'cs_test' };

/** A clock that only moves when told to. */
export function manualClock(start = now): Clock & { advance(ms: number): void } {
  let at = start;
  return {
    now: () => at,
    sleep: async () => {},
    advance: (ms) => {
      at += ms;
    },
  };
}

export function shopOf(options: Partial<GenerateShopOptions> = {}) {
  return generateShop({ seed: 1, orders: 120, style: 'tax_exclusive', now, ...options });
}

type Start = Partial<Omit<WooCommerceOptions, 'shop'>> & { readonly shop?: Partial<GenerateShopOptions> };

/** A running store that is closed when the test ends. */
export async function startShop({ shop, ...options }: Start = {}) {
  const simulator = await startWooCommerce({ shop: shopOf(shop), credentials, clock: manualClock(), ...options });
  onTestFinished(() => simulator.close());
  return { ...simulator, ...client(simulator.url) };
}

// biome-ignore lint/suspicious/noExplicitAny: test code reads JSON of many shapes
type Answer = { status: number; headers: Headers; body: any };

interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

function client(url: string) {
  const call = async (
    path: string,
    { method = 'GET', body, headers = {}, key = 'ck_test:cs_test' }: CallOptions = {},
  ) => {
    const response = await fetch(`${url}/wp-json/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(key).toString('base64')}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    } as Answer;
  };
  return {
    call,
    get: (path: string) => call(`wc/v3/${path}`),
    post: (path: string, body: unknown) => call(`wc/v3/${path}`, { method: 'POST', body }),
    put: (path: string, body: unknown) => call(`wc/v3/${path}`, { method: 'PUT', body }),
    remove: (path: string) => call(`wc/v3/${path}`, { method: 'DELETE' }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: captured JSON of many shapes
export function fixture(name: string): any {
  return JSON.parse(readFileSync(new URL(`../fixtures/woocommerce/${name}`, import.meta.url), 'utf8'));
}

/** Every key path of a value; lists count as their elements. Meta values are data, not shape. */
export function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keyPaths(item, `${path}[]`)))];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const here = `${path}.${key}`;
    return key === 'value' || key === 'display_value' ? [here] : [here, ...keyPaths(member, here)];
  });
}
