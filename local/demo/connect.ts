import type { Api, ApiAnswer } from './api.ts';
import { demoKeys, type Platforms } from './platforms.ts';

/** Connects the three platforms through the public API; those connected by an earlier start stay as they are. */
export async function connectPlatforms(api: Api, platforms: Platforms): Promise<void> {
  const { items } = (await api.get('/api/integrations/connections')) as { items: ApiAnswer[] };
  const isConnected = (platform: string): boolean =>
    items.some((item) => item.platform === platform && item.status === 'connected');
  if (!isConnected('woocommerce')) {
    await api.post('/api/integrations/woocommerce/credentials', {
      store_url: platforms.woocommerce.url,
      consumer_key: demoKeys.woocommerce.consumerKey,
      consumer_secret: demoKeys.woocommerce.consumerSecret,
    });
  }
  if (!isConnected('supabase')) {
    await api.post('/api/integrations/supabase/credentials', {
      project_url: platforms.supabase.url,
      secret_key: demoKeys.supabase.secret,
    });
  }
  if (!isConnected('quickbooks')) await signIn(api, platforms);
}

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
