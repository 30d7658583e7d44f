import type { Failure } from '#shared/core/failure.ts';
import { createActivityRepository } from '#shared/data/activity-repository.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFailureRepository } from '#shared/data/failure-repository.ts';
import { createLimiterRepository } from '#shared/data/limiter-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import type { Table } from '#shared/data/table.ts';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import type { Link, OpenBatch } from '#shared/model/link.ts';
import { type Leg, noCounts, type Run } from '#shared/model/run.ts';

/** Who calls and with what. Both tenants use the same ids; only the mark tells whose data it is. */
export interface Context {
  readonly tenant: string;
  /** Is in all data this tenant writes, and in nothing else. */
  readonly mark: string;
  readonly id: string;
}

type Call = (context: Context) => Promise<unknown>;
type Calls<Repository> = {
  readonly [Method in keyof Repository]: (repository: Repository, context: Context) => Promise<unknown>;
};

/** One call of each method. A method without one does not compile. */
function row<Repository extends object>(create: (table: Table) => Repository, calls: Calls<Repository>) {
  return (table: Table): Readonly<Record<string, Call>> => {
    const repository = create(table);
    const methods = Object.keys(repository) as (keyof Repository & string)[];
    return Object.fromEntries(
      methods.map((method): [string, Call] => [method, (context) => calls[method](repository, context)]),
    );
  };
}

const at = '2026-03-01T12:00:00.000Z';
const page = { limit: 100 };

const failureOf = ({ mark }: Context): Failure => ({
  category: 'validation',
  code: 'test.failure',
  reason: mark,
  fix: mark,
  retryable: false,
});

const runOf = ({ tenant, mark, id }: Context): Run => ({
  tenant_id: tenant,
  run_id: id,
  entity: id,
  mode: 'full',
  dry_run: false,
  filters: {},
  routes: [id],
  status: 'queued',
  requested_by: mark,
  started_at: at,
});

const legOf = (context: Context): Leg => ({
  tenant_id: context.tenant,
  run_id: context.id,
  route_id: context.id,
  status: 'running',
  version: 1,
  slice: 0,
  window: 0,
  cursor: context.mark,
  since: null,
  latest_modified: null,
  counts: noCounts,
  documents: {},
  calls: {},
  pauses: 0,
});

const failureRecordOf = (context: Context): FailureRecord => ({
  tenant_id: context.tenant,
  failure_id: context.id,
  route_id: context.id,
  entity: context.id,
  source_id: context.id,
  label: context.mark,
  failure: failureOf(context),
  run_id: context.id,
  attempts: 1,
  state: 'open',
  first_failed_at: at,
  last_failed_at: at,
});

const batchOf = ({ tenant, mark, id }: Context): OpenBatch => ({
  tenant_id: tenant,
  target_connection: id,
  target_entity: id,
  batch_id: id,
  window: mark,
  route_id: id,
  run_id: id,
  changes: new Uint8Array([1]),
  created_at: at,
});

const linkOf = ({ tenant, mark, id }: Context): Link => ({
  tenant_id: tenant,
  source_connection: id,
  source_entity: id,
  source_id: id,
  target_connection: id,
  target_entity: id,
  state: 'claiming',
  target_id: id,
  hash: mark,
  batch_id: id,
  updated_at: at,
});

/** By file of shared/data. Every file is here or in {@link noRepositories}. */
export const repositories: Readonly<Record<string, (table: Table) => Readonly<Record<string, Call>>>> = {
  'activity-repository.ts': row((table) => createActivityRepository(table, createRunRepository(table)), {
    recentErrors: (activity, { tenant }) => activity.recentErrors(tenant, '', 100),
    openLegs: (activity, { tenant }) => activity.openLegs(tenant),
  }),
  'audit-repository.ts': row(createAuditRepository, {
    append: (audit, { tenant, mark, id }) =>
      audit.append({
        tenant_id: tenant,
        audit_id: id,
        at,
        actor: { user: id, role: 'admin' },
        action: id,
        target: { type: 'sync', id },
        request_id: mark,
        outcome: 'ok',
        status: 200,
        code: null,
        before: null,
        after: { mark },
      }),
    list: async (audit, { tenant, id }) => [
      await audit.list(tenant, page),
      await audit.list(tenant, { ...page, action: id }),
      await audit.list(tenant, { ...page, user: id }),
      await audit.list(tenant, { ...page, user: id, action: id }),
      await audit.list(tenant, { ...page, after: id }),
    ],
  }),
  'breaker-repository.ts': row(createBreakerRepository, {
    find: (breakers, { tenant, id }) => breakers.find(tenant, id),
    list: (breakers, { tenant }) => breakers.list(tenant),
    store: (breakers, context) => {
      const { tenant, id } = context;
      const state = { state: 'closed', failures: 1, failure: failureOf(context), cooldown_ms: 0, version: 1 } as const;
      return breakers.store({ tenant_id: tenant, platform: id, ...state });
    },
    clear: (breakers, context) => {
      const { tenant, id } = context;
      const state = { state: 'closed', failures: 1, failure: failureOf(context), cooldown_ms: 0, version: 1 } as const;
      return breakers.clear({ tenant_id: tenant, platform: id, ...state });
    },
    reset: (breakers, { tenant, id }) => breakers.reset(tenant, id),
  }),
  'confirmation-repository.ts': row(createConfirmationRepository, {
    create: async (confirmations, context) => {
      // Hashes of tokens are unique within a tenant; a second one would be refused, and rightly.
      if (await confirmations.find(context.tenant, context.id)) return;
      await confirmations.create(confirmationOf(context));
    },
    find: (confirmations, { tenant, id }) => confirmations.find(tenant, id),
    use: (confirmations, context) => confirmations.use(confirmationOf(context), context.mark),
  }),
  'connection-repository.ts': row(createConnectionRepository, {
    find: (connections, { tenant, id }) => connections.find(tenant, id),
    list: (connections, { tenant }) => connections.list(tenant),
    // For schedules: the one list over all tenants. No endpoint has it.
    listByPlatform: async (connections, { id }) => void (await connections.listByPlatform(id, page)),
    save: (connections, { tenant, mark, id }) =>
      connections.save({
        tenant_id: tenant,
        platform: id,
        status: 'connected',
        enabled: true,
        display_name: mark,
        masked: {},
        profile: {},
        settings: {},
        warnings: [],
        version: 1,
      }),
    patch: (connections, { tenant, mark, id }) => connections.patch(tenant, id, { display_name: mark }),
  }),
  'failure-repository.ts': row(createFailureRepository, {
    find: (failures, { tenant, id }) => failures.find(tenant, id),
    findMany: (failures, { tenant, id }) => failures.findMany(tenant, [id]),
    save: (failures, context) => failures.save([failureRecordOf(context)]),
    remove: (failures, { tenant, id }) => failures.remove(tenant, [id]),
    list: async (failures, { tenant, id }) => [
      await failures.list(tenant, page),
      await failures.list(tenant, { ...page, entity: id }),
      await failures.list(tenant, { ...page, runId: id, state: 'open' }),
      await failures.list(tenant, { ...page, after: `${at}#${id}` }),
    ],
    acknowledge: (failures, { tenant, mark, id }) => failures.acknowledge(tenant, id, mark, at),
  }),
  'limiter-repository.ts': row(createLimiterRepository, {
    load: (limiter, { tenant, id }) => limiter.load(tenant, id),
    save: (limiter, { tenant, mark, id }) => limiter.save(tenant, id, { [mark]: [1] }),
  }),
  'link-repository.ts': row(createLinkRepository, {
    findMany: (links, { tenant, id }) =>
      links.findMany(tenant, [{ source: { connection: id, entity: id, id }, target: { connection: id, entity: id } }]),
    claim: (links, context) => links.claim(batchOf(context), [linkOf(context)]),
    save: (links, context) => links.save([{ ...linkOf(context), state: 'linked' }]),
    release: (links, context) => links.release([linkOf(context)]),
    openBatches: (links, { tenant, id }) => links.openBatches(tenant, id),
    closeBatch: (links, context) => links.closeBatch(batchOf(context)),
  }),
  'oauth-repository.ts': row(createOAuthRepository, {
    // A state is a secret of its tenant: unlike the other ids it is never the same for two.
    saveState: (oauth, { tenant, mark, id }) =>
      oauth.saveState(`${mark} ${id}`, { tenant_id: tenant, user_id: mark, platform: id, valid_until_ms: 1 }),
    consumeState: (oauth, { mark, id }) => oauth.consumeState(`${mark} ${id}`),
    acquireLock: (oauth, { tenant, mark, id }) =>
      oauth.acquireLock({ tenantId: tenant, platform: id, owner: mark }, 1000, 2000),
    releaseLock: (oauth, { tenant, mark, id }) => oauth.releaseLock({ tenantId: tenant, platform: id, owner: mark }),
  }),
  'run-repository.ts': row(createRunRepository, {
    start: (runs, context) => runs.start(runOf(context), [legOf(context)], context.id).catch(isRepeated),
    find: (runs, { tenant, id }) => runs.find(tenant, id),
    legs: (runs, { tenant, id }) => runs.legs(tenant, id),
    leg: (runs, { tenant, id }) => runs.leg(tenant, id, id),
    list: async (runs, { tenant, id }) => [
      await runs.list(tenant, page),
      await runs.list(tenant, { ...page, entity: id }),
      await runs.list(tenant, { ...page, status: 'queued' }),
      await runs.list(tenant, { ...page, entity: id, status: 'queued', after: id }),
    ],
    checkpoint: (runs, context) => runs.checkpoint({ ...legOf(context), version: 2 }),
    setStatus: (runs, context) => runs.setStatus(runOf(context), 'running', at),
    requestCancel: (runs, { tenant, id }) => runs.requestCancel(tenant, id),
    releaseLease: (runs, { tenant, id }) => runs.releaseLease(tenant, id, id),
    watermark: (runs, { tenant, id }) => runs.watermark(tenant, id),
    setWatermark: (runs, { tenant, mark, id }) => runs.setWatermark(tenant, id, mark),
  }),
};

/** Files of shared/data that hold nothing of a tenant. */
export const noRepositories: readonly string[] = ['batches.ts', 'keys.ts', 'table.ts'];

const confirmationOf = ({ tenant, mark, id }: Context) => ({
  tenant_id: tenant,
  token_hash: id,
  user_id: mark,
  plan_id: id,
  plan_hash: mark,
  expires: at,
});

/** A run id is never used twice; when a test does, the table refuses it. */
function isRepeated(error: unknown): string {
  if (error instanceof Error && error.name === 'TransactionCanceledException') return 'refused';
  throw error;
}
