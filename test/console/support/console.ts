import type { Page } from 'playwright-core';
import { type Product, startProduct } from '#test/support/product.ts';
import { buildConsole } from '../../../scripts/console.ts';
import { launchBrowser, type Visit, visit, watch } from './browser.ts';

export const consoleKeys = {
  consumerKey: 'ck_console000000000000000000000000000000000',
  consumerSecret: 'cs_console000000000000000000000000000000000',
  appSecret: 'console-app-secret',
  supabaseSecret: 'sb_secret_console00000000000000',
};

/**
 * The console in a browser against the whole product: built files, embedded cloud, simulated platforms, all real. One per
 * test file: `beforeAll(async () => { stage = await openConsole({ orders: 20 }); })`, `afterAll(() => stage.close())`.
 */
export async function openConsole({ orders }: { readonly orders: number }) {
  const [product, browser] = await Promise.all([
    startProduct({ orders, keys: consoleKeys }),
    launchBrowser(),
    buildConsole(),
  ]);
  return {
    product,
    browser,
    url: product.apiUrl,
    /** Opens an address of the console in a session of its own, for the rest of the test. */
    open: async (path: string, options: Visit = {}): Promise<Page> =>
      watch(await visit(browser, `${product.apiUrl}${path}`, options)),
    close: async (): Promise<void> => {
      await browser.close();
      await product.stop();
    },
  };
}
export type Stage = Awaited<ReturnType<typeof openConsole>>;

/** All three connected and everything synced once, as after the first day. */
export async function firstDay(product: Product): Promise<void> {
  await product.connect();
  for (const entity of ['products', 'customers', 'orders']) {
    const { json } = await product.sync(entity);
    if (json.status !== 'completed') throw new Error(`the first sync of ${entity}: ${JSON.stringify(json)}`);
  }
}
