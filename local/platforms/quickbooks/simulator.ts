import { systemClock } from '#shared/core/clock.ts';
import { type SimReply, type SimRequest, type SimulatorOptions, type SimulatorServer, startSimulator } from '../kit.ts';
import { readState, StateKeeper } from '../state-file.ts';
import { handleApi } from './api.ts';
import type { Company } from './company.ts';
import { CompanyHandle } from './company-handle.ts';
import { errors, QuickBooksFault } from './faults.ts';
import { Grants } from './grants.ts';
import { type App, accountingScope, handleOAuth } from './oauth.ts';
import { Realm } from './realm.ts';
import { faultReply, forbidden, systemFailure, throttled, unauthorized } from './replies.ts';
import type { CompanyOptions } from './settings.ts';
import { companyState, type QuickBooksState, quickBooksFormat, type RealmState, restoreCompany } from './state.ts';
import { createCompany } from './templates.ts';
import { type WebhookOptions, WebhookSender } from './webhooks.ts';

export interface QuickBooksOptions extends SimulatorOptions {
  readonly app: App;
  /** Created unless the state file has them already. One without a `realmId` is known by its place in the list. */
  readonly companies: readonly CompanyOptions[];
  /** `documented`: 500 calls and 40 batches a minute, 10 calls a second, per company. Default `off`. */
  readonly limits?: 'documented' | 'off';
  /** Form of the 429 body. Only XML was ever recorded; default `xml`. */
  readonly throttleBody?: 'xml' | 'json';
  /** Company that `/connect/oauth2` connects at once, without its page. */
  readonly autoApprove?: string;
  /** Age at which the value of a refresh token changes. Default 24 h. */
  readonly refreshRotationMs?: number;
  /** How long request ids are remembered. Default 24 h. */
  readonly requestIdMs?: number;
  /** Where to announce changes; they are sent by `deliverWebhooks()`. */
  readonly webhook?: WebhookOptions;
  /**
   * Keeps books, tokens and request ids over a restart. What is assigned to `company().settings` is written with the
   * next change or on `close()`; planned failures, limits and `autoApprove` are not kept. Default: nothing is.
   */
  readonly stateFile?: string;
}

interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A running simulator: one app, any number of companies. */
export interface QuickBooksSimulator extends SimulatorServer {
  /** @throws Error for an unknown company. */
  company(realmId: string): CompanyHandle;
  addCompany(options?: CompanyOptions): CompanyHandle;
  /** Tokens for a company without the browser. */
  issueTokens(realmId: string, scope?: string): IssuedTokens;
  /** Disconnects the app from a company, as its owner would. */
  revoke(realmId: string): void;
  setAutoApprove(realmId: string | undefined): void;
  setLimits(limits: 'documented' | 'off'): void;
  /** Where changes are announced from now on; what happened before is not. */
  subscribe(webhook: WebhookOptions): void;
  /** Posts the collected changes, retries that are due included. @returns notifications acknowledged. */
  deliverWebhooks(): Promise<number>;
  /** Resolves when all changes so far are in the state file; at once without one. */
  dataSaved(): Promise<void>;
}

const dayMs = 86_400_000;
const firstRealm = 9_130_340_000;

/** Starts the simulated platform on loopback: consent page, token service and accounting API on one port. */
export async function startQuickBooks(options: QuickBooksOptions): Promise<QuickBooksSimulator> {
  const clock = options.clock ?? systemClock;
  const realms = new Map<string, Realm>();
  const handles = new Map<string, CompanyHandle>();
  const saved = await readState<QuickBooksState>(options.stateFile, quickBooksFormat);
  const grants = new Grants(clock, options.refreshRotationMs, saved?.grants);
  let sender = options.webhook && new WebhookSender(options.webhook, clock, saved?.webhooks);
  let limits = options.limits ?? 'off';
  let autoApprove = options.autoApprove;
  let lastRealm = saved?.lastRealm ?? firstRealm;
  const keeper = new StateKeeper(options.stateFile, quickBooksFormat, (): QuickBooksState => {
    const states = [...realms.values()].map(({ company, replays }): RealmState => {
      return { company: companyState(company), replays: replays.kept };
    });
    return { lastRealm, realms: states, grants: grants.state(), webhooks: sender?.state() };
  });

  const open = (company: Company, replays?: RealmState['replays']): CompanyHandle => {
    const { realmId } = company.identity;
    company.onChange = (event) => {
      sender?.add(event);
      keeper.changed();
    };
    const realm = new Realm(company, options.requestIdMs ?? dayMs, replays);
    const handle = new CompanyHandle(realm);
    realms.set(realmId, realm);
    handles.set(realmId, handle);
    return handle;
  };

  const addCompany = (companyOptions: CompanyOptions = {}): CompanyHandle => {
    lastRealm += 1;
    const realmId = companyOptions.realmId ?? String(lastRealm);
    if (realms.has(realmId)) throw new Error(`company ${realmId} exists already`);
    return open(createCompany(companyOptions, realmId, clock));
  };
  for (const { company, replays } of saved?.realms ?? []) open(restoreCompany(company, clock), replays);
  for (const [index, company] of options.companies.entries()) {
    const known = saved && realms.has(company.realmId ?? String(firstRealm + 1 + index));
    if (!known) addCompany(company);
  }

  const serveApi = (request: SimRequest): Promise<SimReply> | SimReply => {
    const now = clock.now();
    const [, , realmId = '', ...segments] = request.path.split('/').slice(1);
    const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const grant = grants.check(token);
    if (grant === 'revoked') return unauthorized('Token revoked', now);
    if (grant === 'expired') return unauthorized(`Token expired: ${token}`, now);
    const realm = realms.get(realmId);
    if (grant.realmId !== realmId || !realm || !grant.scope.split(/\s+/).includes(accountingScope))
      return forbidden(now);
    const { company, throttle } = realm;
    if (limits === 'documented' && !throttle.admit(segments[0] === 'batch')) {
      company.meters.throttled += 1;
      return throttled(company.time(), now, options.throttleBody ?? 'xml');
    }
    company.meters.calls += 1;
    return handleApi({ realm, request, segments });
  };

  const oauth = {
    app: options.app,
    grants,
    url: (): string => server.url,
    autoApprove: () => autoApprove,
    companies: () => [...realms].map(([realmId, { company }]) => ({ realmId, name: company.identity.companyName })),
  };

  const server = await startSimulator(
    {
      name: 'quickbooks',
      handle: async (request) => {
        try {
          if (request.path.startsWith('/v3/company/')) return await serveApi(request);
          return handleOAuth(oauth, request) ?? notFound(request);
        } finally {
          // Reads change nothing, except that a consent by link gives out a code.
          if (request.method !== 'GET' || request.path === '/connect/oauth2') keeper.changed();
        }
      },
      crash: (error) =>
        systemFailure(error instanceof Error ? error.message : String(error), new Date(clock.now()).toISOString()),
    },
    options,
  );

  const company = (realmId: string): CompanyHandle => {
    const handle = handles.get(realmId);
    if (!handle) throw new Error(`no company ${realmId}`);
    return handle;
  };
  const stopServing = server.close;
  keeper.changed();
  return Object.assign(server, {
    company,
    addCompany: (companyOptions?: CompanyOptions) => {
      const handle = addCompany(companyOptions);
      keeper.changed();
      return handle;
    },
    issueTokens: (realmId: string, scope = accountingScope): IssuedTokens => {
      const { accessToken, refreshToken } = grants.consent(company(realmId).realmId, scope);
      keeper.changed();
      return { accessToken, refreshToken };
    },
    revoke: (realmId: string) => {
      grants.revokeRealm(realmId);
      keeper.changed();
    },
    setAutoApprove: (realmId: string | undefined) => {
      autoApprove = realmId;
    },
    subscribe: (webhook: WebhookOptions) => {
      sender = new WebhookSender(webhook, clock);
    },
    deliverWebhooks: async () => {
      const acknowledged = (await sender?.deliver()) ?? 0;
      keeper.changed();
      return acknowledged;
    },
    setLimits: (next: 'documented' | 'off') => {
      limits = next;
    },
    dataSaved: () => keeper.saved(),
    close: async () => {
      await stopServing();
      await keeper.close();
    },
  });
}

function notFound({ path }: SimRequest): SimReply {
  const fault = new QuickBooksFault([errors.unsupported(`Could not find resource for relative : ${path}`)]);
  return faultReply(fault, new Date().toISOString(), false);
}
