import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Role } from '#shared/api/contract.ts';
import { tenantSecretName } from '#shared/platform/secrets.ts';
import { type Product, startProduct } from '#test/support/product.ts';
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

export interface TwoTenants {
  readonly product: Product;
  /** A token for a confirmed plan of each, by tenant. */
  readonly confirmations: Readonly<Record<string, string>>;
}

/** The product with two tenants that have connections, syncs, failures, plans and an audit log. */
export async function startTwoTenants(): Promise<TwoTenants> {
  const product = await startProduct({ orders: 6, keys: productKeys });
  const confirmations: Record<string, string> = {};
  for (const tenant of [own, foreign]) {
    const as = { tenant };
    // In books without multicurrency it fails alone; ids of failures follow from the record, so each has one of its own.
    const line_items = [{ product_id: firstProduct(product), quantity: 1 }];
    product.shop.orders.create({ status: 'processing', currency: 'EUR', line_items });
    await product.connect(as);
    await product.sync('orders', { mode: 'full' }, as);
    const { json } = await product.sync('dry-run/orders', { mode: 'full' }, as);
    const leave = await product.call('POST', '/api/sync/check-confirmation', { sync_id: json.sync_id }, as);
    confirmations[tenant] = String(leave.json.token);
  }
  return { product, confirmations };
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

/** Every item of the table. */
async function scan({ cloud }: Product): Promise<Item[]> {
  const client = new DynamoDBClient(cloud.clientConfig);
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = Object.values(cloud.names).find((name) => /table/i.test(name)) ?? '';
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: start }));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  client.destroy();
  return items.sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
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
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key, ETag }) => `${Bucket}/${Key} ${ETag}`);
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

/** All that is stored of a tenant: rows, objects, secrets. */
export async function stateOf(product: Product, tenant: string) {
  const [items, files, secrets] = await Promise.all([scan(product), objects(product), secretsOf(product, tenant)]);
  return {
    items: items.filter((item) => item.tenant_id === tenant || ownerOf(item) === tenant),
    files: files.filter((name) => name.includes(encodeURIComponent(tenant)) || name.includes(`/${tenant}/`)),
    secrets,
  };
}

function ownerOf({ pk }: Item): string | undefined {
  const [, escaped] = /^TENANT#([^#]*)/.exec(String(pk)) ?? [];
  return escaped?.replaceAll('%23', '#').replaceAll('%25', '%');
}

/**
 * Ids a tenant has seen: every text under a name of an id, token or cursor in what its lists and their items answer,
 * followed through paths with one parameter.
 */
export async function idsOf(product: Product, api: OpenApi, tenant: string): Promise<string[]> {
  const ids = new Set<string>();
  const visited = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (visited.has(path)) return;
    visited.add(path);
    const { status, json } = await product.call('GET', path, undefined, { tenant });
    if (status === 200) collect(json, ids);
  };
  const gets = api.operations.filter(({ method, isPublic }) => method === 'GET' && !isPublic);
  for (const { path } of gets.filter((each) => !each.path.includes('{'))) await visit(path);
  for (const { path } of gets.filter((each) => each.path.split('{').length === 2)) {
    for (const id of [...ids].slice(0, 12)) await visit(path.replace(/\{\w+\}/, encodeURIComponent(id)));
  }
  return [...ids];
}

function collect(value: unknown, ids: Set<string>): void {
  if (Array.isArray(value)) for (const member of value) collect(member, ids);
  else if (value !== null && typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) {
      // What is short is a name that everybody may have: of a platform, or of a record of the shop.
      const named = /(^|_)(id|token|cursor)$/.test(name) && typeof member === 'string' && member.length >= 20;
      if (named) ids.add(member);
      else collect(member, ids);
    }
  }
}
