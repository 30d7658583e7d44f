import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Role } from '#shared/api/contract.ts';
import { tenantOf } from '#shared/core/workspace.ts';
import { tenantSecretName } from '#shared/platform/secrets.ts';
import { type Product, startProduct } from '#test/support/product.ts';
import { everyItem } from '#test/support/table.ts';
import { receipt } from '#test/support/tills.ts';
import type { OpenApi } from './document.ts';

const productKeys = {
  consumerKey: 'ck_contract00000000000000000000000000000',
  consumerSecret: 'cs_contract00000000000000000000000000000',
  appSecret: 'contract-app-secret',
  supabaseSecret: 'sb_secret_contract000000000000',
};

/** The one that calls, and the one that must not notice. One name begins with the other. */
export const own = 'demo';
export const foreign = 'demo#2';

export type Item = Readonly<Record<string, unknown>>;

/** The month that both have closed; the one before it is open. */
export const closedMonth = '2026-10';
export const openMonth = '2026-09';
/** A mapping of which both have saved a version. */
export const mappingId = 'woocommerce.order-quickbooks.invoice';
const closedDays = { start_date: `${closedMonth}-01`, end_date: `${closedMonth}-31` };

/** What each tenant has that no list names. */
export interface Belongings {
  /** A token for a confirmed plan. */
  readonly confirmation: string;
  /** A sync that wrote something and has ended. */
  readonly sync: string;
  /** An order that came while this tenant synced: an earlier one does not know it. */
  readonly order: string;
}

export interface TwoTenants {
  readonly product: Product;
  readonly belongings: Readonly<Record<string, Belongings>>;
}

/** The product with two tenants that have something under every group of endpoints. */
export async function startTwoTenants(): Promise<TwoTenants> {
  const product = await startProduct({ orders: 6, keys: productKeys });
  const belongings: Record<string, Belongings> = {};
  for (const tenant of [own, foreign]) belongings[tenant] = await furnish(product, tenant);
  return { product, belongings };
}

async function furnish(product: Product, tenant: string): Promise<Belongings> {
  const as = { tenant };
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await product.call(method, path, body, as);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  // In books without multicurrency it fails alone; ids of failures follow from the record, so each has one of its own.
  const line_items = [{ product_id: firstProduct(product), quantity: 1 }];
  const order = product.shop.orders.create({ status: 'processing', currency: 'EUR', line_items });
  await product.connect(as);
  const { json: synced } = await product.sync('orders', { mode: 'full' }, as);

  await contest(product, tenant, call);
  await call('POST', '/api/integrations/pos/credentials', {});
  await call('POST', '/api/pos/events', { events: [saleAt(`${tenant.replaceAll('#', '-')}-sale-0123456789abcdef`)] });
  await keepOneSchedule(call);

  const { sync_id } = (await product.sync('dry-run/orders', { mode: 'full' }, as)).json;
  const { token } = await call('POST', '/api/sync/check-confirmation', { sync_id });

  const { report_id } = await call('POST', '/api/reconciliation', closedDays);
  await settled(product);
  const close = { report_id, accept_differences: true, note: 'Known' };
  await call('POST', `/api/reconciliation/months/${closedMonth}/close`, close);
  await call('GET', `/api/reports/sales?${new URLSearchParams(closedDays)}`);
  await call('GET', '/api/sync/history/export');

  const { document } = await call('GET', `/api/mappings/${mappingId}`);
  await call('PUT', `/api/mappings/${mappingId}`, { document, expected_version: 0, comment: 'As it was' });
  await call('POST', `/api/mappings/${mappingId}/replay`, { document });

  await call('POST', '/api/notifications/webhook-secret');
  const email = { enabled: true, recipients: [`${tenant.replaceAll('#', '-')}@example.com`] };
  await call('PUT', '/api/notifications/settings', { channels: { email } });
  await call('POST', '/api/notifications/test', { channel: 'email' });
  await call('PUT', '/api/notifications/settings', {});

  for (const enabled of [true, false]) await call('POST', '/api/settings/sandbox', { enabled });
  await settled(product);
  return { confirmation: String(token), sync: String(synced.sync_id), order: String(order.id) };
}

type Call = (method: string, path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** One is enough, as every id is asked for wherever one is taken; it is off, so that no hour of the day changes anything. */
async function keepOneSchedule(call: Call): Promise<void> {
  const { items } = await call('GET', '/api/schedules');
  const [kept, ...rest] = items as readonly { readonly schedule_id: string }[];
  await call('POST', `/api/schedules/${kept?.schedule_id}/toggle`, { enabled: false });
  for (const { schedule_id } of rest) await call('DELETE', `/api/schedules/${schedule_id}`);
}

/** A customer changed in the shop and in the books, that waits for a decision. */
async function contest(product: Product, tenant: string, call: Call): Promise<void> {
  const as = { tenant };
  const flow = '/api/flows/woocommerce.customer-quickbooks';
  const phone = String(tenant.length).padStart(7, '5');
  const email = `contested-${phone}@example.com`;
  const { id } = product.shop.customers.create({ email, first_name: 'Con', last_name: `Tested ${phone}` });
  const ids = [String(id)];
  const only = { mode: 'incremental', ids, target: 'quickbooks' };
  await product.sync('customers', only, as);
  await call('PUT', flow, { conflict: 'manual' });
  product.shop.customers.edit(Number(id), { billing: { phone } });
  const [row] = product.company
    .list('Customer')
    .filter(({ PrimaryEmailAddr }) => JSON.stringify(PrimaryEmailAddr ?? '').includes(email));
  product.company.edit('Customer', String(row?.Id), { PrimaryPhone: { FreeFormNumber: '1' } });
  await product.sync('customers', only, as);
  await call('PUT', flow, {});
}

/** What both sold at a till. */
export const tillSku = 'TILL-1';

/** A sale whose id is that of its event too, so that whoever sees one finds the other. */
function saleAt(id: string) {
  const data = receipt({ id, lines: [{ sku: tillSku }] });
  return { client_id: id, kind: 'sale.completed', occurred_at: '2026-11-20T12:00:00Z', register: 'till-1', data };
}

/** Lets everything come to its end that goes on by itself: jobs, changes of schedules, the balance of stock, the notifier. */
export async function settled({ cloud }: Product): Promise<void> {
  // Stock is balanced twice: what the first look finds may have to be told.
  for (const turn of ['keep-schedules', 'balance-stock', 'balance-stock', 'notify']) {
    await cloud.idle(60_000);
    const name = Object.values(cloud.names).find((each) => each.endsWith(`-${turn}`));
    const outcome = await cloud.invoke(name ?? turn, {});
    if (!outcome.ok) throw new Error(`${turn} failed: ${outcome.errorMessage}`);
  }
}

function firstProduct({ shop }: Product): number {
  const [id] = shop.shop.products.keys();
  if (id === undefined) throw new Error('the shop has no product');
  return id;
}

/** Tokens for the roles of a tenant, made once. */
export async function tokensOf(product: Product, tenant: string): Promise<Readonly<Record<Role, string>>> {
  const issue = (role: Role) => product.cloud.issueToken({ tenant, role, user: `user of ${tenant}` });
  return { viewer: await issue('viewer'), manager: await issue('manager'), admin: await issue('admin') };
}

/** Every item of the table, by address. */
async function scan({ table }: Product): Promise<Item[]> {
  return (await everyItem(table)).sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
}

function addressOf({ pk, sk }: Item): string {
  return `${String(pk)} ${String(sk)}`;
}

/** Names and hashes of everything in the buckets. */
async function objects({ cloud }: Product): Promise<string[]> {
  const client = new S3Client(cloud.clientConfig);
  const buckets = Object.values(cloud.names).filter((name) => /bucket|journal|export/i.test(name));
  const found = await Promise.all(
    buckets.map(async (Bucket) => {
      const names: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
        names.push(...(page.Contents ?? []).map(({ Key, ETag }) => `${Bucket}/${Key} ${ETag}`));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return names;
    }),
  );
  client.destroy();
  return found.flat().sort();
}

/** Names and values of the secrets of a tenant. */
async function secretsOf({ cloud }: Product, tenant: string): Promise<string[]> {
  const client = new SecretsManagerClient(cloud.clientConfig);
  const { SecretList = [] } = await client.send(new ListSecretsCommand({ MaxResults: 100 }));
  const names = SecretList.flatMap(({ Name = '' }) => (Name.includes(tenantSecretName('/', tenant, '')) ? [Name] : []));
  const values = await Promise.all(names.map((SecretId) => client.send(new GetSecretValueCommand({ SecretId }))));
  client.destroy();
  return values.map(({ Name, SecretString }) => `${Name} ${SecretString}`).sort();
}

/** All that is stored of a tenant, in both of its workspaces: rows, objects, secrets. */
export async function stateOf(product: Product, tenant: string) {
  const [items, files, secrets] = await Promise.all([scan(product), objects(product), secretsOf(product, tenant)]);
  return {
    items: items.filter((item) => [item.tenant_id, ownerOf(item)].some((id) => id && tenantOf(String(id)) === tenant)),
    files: files.filter((name) => name.includes(encodeURIComponent(tenant)) || name.includes(`/${tenant}/`)),
    secrets,
  };
}

function ownerOf({ pk }: Item): string | undefined {
  const [, escaped] = /^TENANT#([^#]*)/.exec(String(pk)) ?? [];
  return escaped?.replaceAll('%23', '#').replaceAll('%25', '%');
}

/** Of each kind, a few stand for all: every one of them is asked for wherever any may be given. */
const perKind = 3;

/**
 * Ids a tenant has seen: texts under a name of an id, token or cursor in what its lists and their items answer, followed
 * through paths with one parameter. A few of each kind: of one member of the answers of one path.
 */
export async function idsOf(product: Product, api: OpenApi, tenant: string): Promise<string[]> {
  const kinds = new Map<string, Set<string>>();
  const visit = async (pattern: string, path: string): Promise<void> => {
    const { status, json } = await product.call('GET', path, undefined, { tenant });
    if (status < 300) collect(json, pattern, kinds);
  };
  const seen = (name = '') => {
    const named = [...kinds].filter(([kind]) => kind.endsWith(` ${name}`));
    return [...new Set((named.length > 0 ? named : [...kinds]).flatMap(([, ids]) => [...ids]))];
  };
  const gets = api.operations.filter(({ method, isPublic }) => method === 'GET' && !isPublic);
  for (const { path } of gets.filter((each) => !each.path.includes('{'))) await visit(path, path);
  for (const { path } of gets.filter((each) => each.path.split('{').length === 2)) {
    const [parameter = '', name] = /\{(\w+)\}/.exec(path) ?? [];
    for (const id of seen(name)) await visit(path, path.replace(parameter, encodeURIComponent(id)));
  }
  return seen();
}

function collect(value: unknown, place: string, kinds: Map<string, Set<string>>): void {
  if (Array.isArray(value)) for (const member of value) collect(member, place, kinds);
  else if (value !== null && typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) {
      // What is short is a name that everybody may have: of a platform, or of a record of the shop.
      // Ids of requests are for people who ask us, and taken nowhere.
      const isNamed = /(^|_)(id|token|cursor)$/.test(name) && name !== 'request_id';
      const kind = `${place} ${name}`;
      if (!isNamed || typeof member !== 'string' || member.length < 20) collect(member, kind, kinds);
      else {
        const ids = kinds.get(kind) ?? new Set();
        if (ids.size < perKind) kinds.set(kind, ids.add(member));
      }
    }
  }
}
