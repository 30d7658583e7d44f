import { readFileSync } from 'node:fs';
import type { Role } from '#shared/api/contract.ts';
import type { Product } from '#test/support/product.ts';
import { type Checks, codesIn, createChecks } from './checks.ts';
import { type OpenApi, type Operation, readOpenApi } from './document.ts';
import { createSender, type RawReply, type RawRequest } from './send.ts';
import {
  closedMonth,
  foreign,
  idsOf,
  mappingId,
  openMonth,
  own,
  settled,
  startTwoTenants,
  stateOf,
  tillSku,
  tokensOf,
} from './two-tenants.ts';

type State = Awaited<ReturnType<typeof stateOf>>;

export interface ContractSetting {
  readonly product: Product;
  readonly api: OpenApi;
  readonly checks: Checks;
  /** Of the tenant that calls. */
  readonly tokens: Readonly<Record<Role, string>>;
  /** Ids that the tenant that calls has. */
  readonly ownIds: readonly string[];
  /** Ids that only the other one has. */
  readonly foreignIds: readonly string[];
  /** A sync of the tenant that wrote something. */
  readonly ownSync: string;
  /** An order of the shop that the tenant has synced, and one that only the other one has. */
  readonly ownOrder: string;
  readonly foreignOrder: string;
  /** What was stored when the test began. */
  readonly before: { readonly own: State; readonly foreign: State };
  send(request: RawRequest): Promise<RawReply>;
  stop(): Promise<void>;
}

/** The whole product with two tenants, and what its own OpenAPI document promises. */
export async function startContract(): Promise<ContractSetting> {
  const { product, belongings } = await startTwoTenants();
  const sender = createSender(product.apiUrl);
  const document = await sender.send({ method: 'GET', target: '/api/openapi.json' });
  const api = readOpenApi({ ...document.json });
  const promised = codesIn(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8'));
  const all = async (tenant: string) => [
    ...(await idsOf(product, api, tenant)),
    belongings[tenant]?.confirmation ?? '',
  ];
  const ownIds = await all(own);
  const foreignIds = (await all(foreign)).filter((id) => !ownIds.includes(id));
  await settled(product);
  return {
    product,
    api,
    checks: createChecks(api, promised),
    tokens: await tokensOf(product, own),
    ownIds,
    foreignIds,
    ownSync: belongings[own]?.sync ?? '',
    ownOrder: belongings[own]?.order ?? '',
    foreignOrder: belongings[foreign]?.order ?? '',
    before: { own: await stateOf(product, own), foreign: await stateOf(product, foreign) },
    send: sender.send,
    stop: async () => {
      console.info(`${sender.sent()} requests with ${foreignIds.length} ids of the other tenant`);
      sender.close();
      await product.stop();
    },
  };
}

/** Names that are the same for every tenant, by the name of their parameter. */
const wellKnown: Readonly<Record<string, readonly string[]>> = {
  entity: ['orders', 'products', 'customers'],
  platform: ['woocommerce', 'quickbooks', 'supabase'],
  connection: ['woocommerce'],
  sku: [tillSku],
  month: [openMonth, closedMonth],
  expression: ['cron(30 3 * * ? *)', '0 4 * * 1', 'rate(7 days)'],
  time_zone: ['Europe/Berlin', 'UTC'],
  mapping_id: [mappingId, 'woocommerce.order-supabase.order'],
  version: ['0', '1'],
};
/** Connectors name records by one of a kind. */
const recordEntities: readonly string[] = ['order', 'product', 'customer'];

/** What a parameter of a path may be called where that is no id; undefined where it is one. */
export function namesFor({ id }: Operation, name: string): readonly string[] | undefined {
  if (id === 'getTimeline' && name === 'entity') return recordEntities;
  // A made-up name may be one that every object has.
  return Object.hasOwn(wellKnown, name) ? wellKnown[name] : undefined;
}

/** An id that nobody has. */
export const missing = '00000000000000000000000000';

/** The operation's path with one value for each parameter. */
export function targetOf({ path }: Operation, value: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => value(name));
}

/** The operation's path with an id, and names where it takes no id. */
export function targetWith(operation: Operation, id: string): string {
  return targetOf(operation, (name) => namesFor(operation, name)?.[0] ?? encodeURIComponent(id));
}

/** A path that leads nowhere or, where names are well known, to what is there. */
export function harmless(operation: Operation): string {
  return targetWith(operation, missing);
}
