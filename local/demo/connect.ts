import type { Api, ApiAnswer } from './api.ts';
import { demoKeys, type Platforms } from './platforms.ts';

/** Connects the shop and its tills through the public API; what an earlier start connected stays as it is. */
export async function connectShopAndTills(api: Api, { woocommerce, tills }: Platforms): Promise<void> {
  await connectWhereMissing(api, {
    woocommerce: () =>
      connect(api, 'woocommerce', {
        store_url: woocommerce.url,
        consumer_key: demoKeys.woocommerce.consumerKey,
        consumer_secret: demoKeys.woocommerce.consumerSecret,
      }),
    pos: () => connect(api, 'pos', tills.identity),
  });
}

/** Connects books and warehouse. */
export async function connectBooksAndWarehouse(api: Api, platforms: Platforms): Promise<void> {
  await connectWhereMissing(api, {
    supabase: () =>
      connect(api, 'supabase', { project_url: platforms.supabase.url, secret_key: demoKeys.supabase.secret }),
    quickbooks: () => signIn(api, platforms),
  });
}

async function connectWhereMissing(api: Api, ways: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const { items } = (await api.get('/api/integrations/connections')) as { items: ApiAnswer[] };
  const connected = items.filter(({ status }) => status === 'connected').map(({ platform }) => platform);
  for (const [platform, way] of Object.entries(ways)) if (!connected.includes(platform)) await way();
}

const connect = (api: Api, platform: string, credentials: object): Promise<unknown> =>
  api.post(`/api/integrations/${platform}/credentials`, credentials);

/** What a person does in the browser: open the address, choose the company, come back. */
async function signIn(api: Api, { quickbooks, company }: Platforms): Promise<void> {
  const answer = await api.get('/api/integrations/quickbooks/auth-url');
  quickbooks.setAutoApprove(company.realmId);
  try {
    const consent = await fetch(String(answer.url), { redirect: 'manual' });
    const back = consent.headers.get('location');
    if (!back) throw new Error(`QuickBooks did not redirect back (${consent.status})`);
    const done = await fetch(back, { headers: { accept: 'application/json' } });
    if (!done.ok) throw new Error(`connecting QuickBooks: ${done.status} ${await done.text()}`);
  } finally {
    quickbooks.setAutoApprove(undefined);
  }
}
