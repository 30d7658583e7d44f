import { join } from 'node:path';
import { generateShop } from '#local/platforms/generator/shop.ts';
import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import { type QuickBooksSimulator, startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
import { type SupabaseSimulator, startSupabase } from '#local/platforms/supabase/index.ts';
import { startWooCommerce, type WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import { createLab, type Lab } from './lab.ts';
import type { StartOptions } from './options.ts';
import { openTills, type Tills } from './tills.ts';

/** Keys of the simulated platforms: public, because they open nothing else. */
export const demoKeys = {
  woocommerce: {
    consumerKey: 'ck_demo0000000000000000000000000000000000',
    consumerSecret: 'cs_demo0000000000000000000000000000000000',
  },
  quickbooks: { clientId: 'demo-app', clientSecret: 'demo-app-secret', webhookVerifier: 'demo-webhook-verifier' },
  supabase: { secret: 'sb_secret_demo000000000000000000', publishable: 'sb_publishable_demo0000000000000' },
} as const;

const realmId = '9130340000';

export interface Platforms {
  readonly woocommerce: WooCommerceSimulator;
  readonly quickbooks: QuickBooksSimulator;
  readonly supabase: SupabaseSimulator;
  readonly company: CompanyHandle;
  readonly tills: Tills;
  readonly lab: Lab;
  close(): Promise<void>;
}

/** The platforms: a demo shop with tills, an empty company and an empty warehouse. */
export async function startPlatforms(options: StartOptions, redirectUri: string): Promise<Platforms> {
  const { port, dataDir, taxInclusive } = options;
  const file = (name: string) => (dataDir === undefined ? {} : { stateFile: join(dataDir, name) });
  const shop = generateShop({
    seed: options.seed,
    // One more is placed when the tills sell too.
    orders: options.orders - 1,
    style: taxInclusive ? 'tax_inclusive' : 'tax_exclusive',
    now: Date.now(),
  });
  const woocommerce = await startWooCommerce({
    port: port + 1,
    shop,
    credentials: demoKeys.woocommerce,
    ...file('woocommerce.state'),
  });
  const { clientId, clientSecret } = demoKeys.quickbooks;
  const quickbooks = await startQuickBooks({
    port: port + 2,
    app: { clientId, clientSecret, redirectUris: [redirectUri] },
    companies: [
      { realmId, template: taxInclusive ? 'eur' : 'us', companyName: taxInclusive ? 'Demo Laden' : 'Demo Shop' },
    ],
    limits: 'documented',
    ...file('quickbooks.state'),
  });
  const supabase = await startSupabase({
    port: port + 3,
    keys: demoKeys.supabase,
    ...(dataDir === undefined ? {} : { dataDir: join(dataDir, 'supabase') }),
  });
  await supabase.applyMigration();
  return {
    woocommerce,
    quickbooks,
    supabase,
    company: quickbooks.company(realmId),
    lab: createLab(woocommerce, quickbooks.company(realmId)),
    tills: openTills(woocommerce, dataDir),
    close: async () => {
      await Promise.all([woocommerce.close(), quickbooks.close(), supabase.close()]);
    },
  };
}
