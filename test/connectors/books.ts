import type { CompanyHandle } from '#local/platforms/quickbooks/company-handle.ts';
import type { CompanyOptions } from '#local/platforms/quickbooks/settings.ts';
import { type QuickBooksSimulator, startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
import type { ConnectionContext, Credentials } from '#shared/connectors/connector.ts';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import type { QuickBooksApp } from '#shared/connectors/quickbooks/oauth.ts';
import type {
  Candidate,
  FindOutcome,
  TargetConnector,
  TargetWriter,
  WriteItem,
  WriteOutcome,
} from '#shared/connectors/target.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { type TestClock, testClock } from '#test/support/clock.ts';
import { contextOf, opened } from './support.ts';

export const app = { clientId: 'client', clientSecret: 'client-secret', redirectUris: ['http://127.0.0.1/callback'] };

export function appAt(url: string, changes: Partial<QuickBooksApp> = {}): QuickBooksApp {
  return {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    apiUrl: url,
    authorizeUrl: `${url}/connect/oauth2`,
    tokenUrl: `${url}/oauth2/v1/tokens/bearer`,
    revokeUrl: `${url}/v2/oauth2/tokens/revoke`,
    sandboxApiUrl: url,
    ...changes,
  };
}

export interface Platform {
  readonly simulator: QuickBooksSimulator;
  readonly clock: TestClock;
}

export async function startPlatform(): Promise<Platform> {
  const clock = testClock();
  return { simulator: await startQuickBooks({ app, companies: [], clock }), clock };
}

export interface OpenBooks {
  readonly company: CompanyHandle;
  readonly context: ConnectionContext;
  readonly target: TargetConnector;
  readonly writer: TargetWriter;
  /** Account ids and tax codes as proposed when connecting, with the owner's changes. */
  readonly settings: JsonObject;
}

interface Owner {
  readonly settings?: JsonObject;
  readonly renew?: Credentials['renew'];
}

/** A company of its own for one test, connected the way the product does it. */
export async function openBooks(
  platform: Platform,
  company: CompanyOptions = {},
  owner: Owner = {},
): Promise<OpenBooks> {
  const { simulator, clock } = platform;
  const handle = simulator.addCompany(company);
  const connector = createQuickBooks(appAt(simulator.url));
  const base = {
    url: simulator.url,
    clock,
    secret: { access_token: simulator.issueTokens(handle.realmId).accessToken },
    ...(owner.renew ? { renew: owner.renew } : {}),
  };
  const check = unwrap(await connector.check(contextOf({ ...base, profile: { realm_id: handle.realmId } })));
  const settings = {
    ...(connector.settings.parse({ ...check.suggested_settings, ...owner.settings }) as JsonObject),
  };
  const context = contextOf({ ...base, profile: check.profile, settings });
  handle.resetMeters();
  return {
    company: handle,
    context,
    settings,
    target: opened(connector.openTarget, context),
    writer: opened(connector.openWriter, context),
  };
}

export const candidate = (payload: JsonObject, more: Partial<Candidate> = {}): Candidate => ({
  key: '7',
  payload,
  ...more,
});

export function create(payload: JsonObject, more: Partial<WriteItem> = {}): WriteItem {
  return { key: '7', item_id: '1', action: 'create', payload, target: null, ...more };
}

export function update(
  payload: JsonObject,
  id: string,
  version: string | null,
  more: Partial<WriteItem> = {},
): WriteItem {
  return { key: '7', item_id: '1', action: 'update', payload, target: { id, version }, ...more };
}

export async function find(
  books: OpenBooks,
  entity: string,
  ...candidates: Candidate[]
): Promise<readonly FindOutcome[]> {
  return unwrap(await books.target.find(entity, candidates));
}

export async function write(
  books: OpenBooks,
  entity: string,
  batchId: string,
  ...items: WriteItem[]
): Promise<readonly WriteOutcome[]> {
  return unwrap(await books.writer.write(entity, batchId, items));
}

/** An invoice of one untaxed line for customer 1. */
export function invoice(number: string, amount: string, more: JsonObject = {}): JsonObject {
  return {
    DocNumber: number,
    TxnDate: '2026-02-27',
    CustomerRef: { value: '1' },
    Line: [salesLine(amount)],
    ...more,
  };
}

export function salesLine(amount: string, detail: JsonObject = {}): JsonObject {
  return {
    DetailType: 'SalesItemLineDetail',
    Amount: amount,
    SalesItemLineDetail: { ItemRef: { value: '1' }, ...detail },
  };
}

export function ann(books: OpenBooks, more: JsonObject = {}): void {
  const body = { DisplayName: 'Ann', PrimaryEmailAddr: { Address: 'ann@example.com' }, ...more };
  books.company.create('Customer', body as Parameters<CompanyHandle['create']>[1]);
}
