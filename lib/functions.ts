import { type ApiGroup, apiGroups } from '#shared/api/contract.ts';

/** Environment variables every function gets. */
export const commonEnv = [
  'STAGE',
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_LOG_LEVEL',
  /** Bundles ship source maps without sources, so that stack traces name our files. */
  'NODE_OPTIONS',
] as const;

/** Environment variables a function gets because its row in {@link functions} asks for them. */
export type EnvKey =
  /** The single table. */
  | 'TABLE_NAME'
  /** The FIFO queue of lanes. */
  | 'LANE_QUEUE_URL'
  /** ARN of that queue, as a target of schedules. */
  | 'LANE_QUEUE_ARN'
  /** Group of the schedules made at run time. */
  | 'SCHEDULE_GROUP'
  /** Role with which a schedule brings a waiting slice back to its lane. */
  | 'RESUME_ROLE_ARN'
  /** The FIFO queue that has pending changes carried soon. */
  | 'CHANGE_QUEUE_URL'
  /** Group of the schedules of tenants. */
  | 'TIMER_GROUP'
  /** Role with which a schedule of a tenant calls start-scheduled. */
  | 'TIMER_ROLE_ARN'
  /** ARN of start-scheduled, as their target. */
  | 'TIMER_TARGET_ARN'
  /** Where calls go that could not be delivered. */
  | 'TIMER_DEAD_LETTERS_ARN'
  /** Plans, before-images and payloads. */
  | 'JOURNAL_BUCKET'
  /** Files a person downloads; each lives for seven days. */
  | 'EXPORT_BUCKET'
  /** `easysale-sync/<stage>/tenants/`: names of the tenants' secrets start with it. */
  | 'SECRET_PREFIX'
  /** Name of the secret with the QuickBooks app's client id and client secret. */
  | 'QUICKBOOKS_APP_SECRET'
  /** `sandbox` or `production`. */
  | 'QUICKBOOKS_ENVIRONMENT'
  /** Address that mails to people come from. */
  | 'MAIL_SENDER'
  /** Base URL of this API without a trailing slash; redirect URIs and webhook addresses are made from it. */
  | 'PUBLIC_URL'
  /** Origins of the web console, comma-separated: pages of these may be led back to. */
  | 'CONSOLE_ORIGINS';

/** What a function may do; lib/parts/grants.ts turns each into statements on exact resources. */
export type Grant =
  /** Read lists of the table, and nothing else. */
  | 'table:query'
  /** Read items and lists of the table, and nothing else. */
  | 'table:read'
  | 'table:read-write'
  | 'lanes:send'
  /** Have pending changes of a tenant carried soon. */
  | 'changes:ring'
  /** Schedule the return of a waiting slice. */
  | 'lanes:resume'
  /** Make and delete schedules of tenants, which may call start-scheduled and nothing else. */
  | 'timers:manage'
  | 'journal:read'
  | 'journal:write'
  /** Store certificates of closed months in the journal's bucket. */
  | 'certificates:write'
  | 'exports:read'
  | 'exports:write'
  /** Create, read, change and delete tenants' secrets: connecting and disconnecting. */
  | 'tenant-secrets:manage'
  /** Read tenants' secrets and store refreshed tokens. */
  | 'tenant-secrets:refresh'
  /** Read tenants' secrets, and nothing else. */
  | 'tenant-secrets:read'
  /** Create, read and change the one secret of a tenant that notifications need, and no platform's. */
  | 'notification-secrets:manage'
  | 'notification-secrets:read'
  /** Send mails from the one sender. */
  | 'mail:send'
  | 'quickbooks-app:read';

export type FunctionId =
  | `api-${ApiGroup}`
  | 'sync-worker'
  | 'dead-letters'
  | 'drain-changes'
  | 'balance-stock'
  | 'keep-connections'
  | 'keep-webhooks'
  | 'retry-failures'
  | 'start-scheduled'
  | 'keep-schedules'
  | 'notify';

/** One Lambda function. Bundling, stack and tests all read this table. */
export interface FunctionSpec {
  readonly id: FunctionId;
  /** Path of the module that exports `handler`, from the repository root. */
  readonly entry: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Beside {@link commonEnv}. */
  readonly env: readonly EnvKey[];
  readonly grants: readonly Grant[];
}

type ApiNeeds = Pick<FunctionSpec, 'env' | 'grants'>;

const timerEnv = ['TIMER_GROUP', 'TIMER_ROLE_ARN', 'TIMER_TARGET_ARN', 'TIMER_DEAD_LETTERS_ARN'] as const;

const apiNeeds: Readonly<Record<ApiGroup, ApiNeeds>> = {
  sync: {
    env: ['TABLE_NAME', 'LANE_QUEUE_URL', 'JOURNAL_BUCKET'],
    grants: ['table:read-write', 'lanes:send', 'journal:read'],
  },
  // Its links to files give no more than its own right to read them.
  history: {
    env: ['TABLE_NAME', 'LANE_QUEUE_URL', 'EXPORT_BUCKET'],
    grants: ['table:read-write', 'lanes:send', 'exports:read'],
  },
  // Of the journal it may write certificates only.
  reconciliation: {
    env: ['TABLE_NAME', 'LANE_QUEUE_URL', 'JOURNAL_BUCKET', 'EXPORT_BUCKET'],
    grants: ['table:read-write', 'lanes:send', 'journal:read', 'certificates:write', 'exports:read', 'exports:write'],
  },
  integrations: {
    env: [
      'TABLE_NAME',
      'LANE_QUEUE_URL',
      'SECRET_PREFIX',
      'QUICKBOOKS_APP_SECRET',
      'QUICKBOOKS_ENVIRONMENT',
      'PUBLIC_URL',
      'CONSOLE_ORIGINS',
    ],
    grants: ['table:read-write', 'lanes:send', 'tenant-secrets:manage', 'quickbooks-app:read'],
  },
  settings: { env: ['TABLE_NAME', 'QUICKBOOKS_ENVIRONMENT'], grants: ['table:read-write'] },
  insights: {
    env: ['TABLE_NAME', 'JOURNAL_BUCKET', 'QUICKBOOKS_ENVIRONMENT'],
    grants: ['table:read', 'journal:read'],
  },
  // It may add nothing to what it shows, nor take anything away.
  audit: { env: ['TABLE_NAME'], grants: ['table:query'] },
  notifications: {
    env: ['TABLE_NAME', 'SECRET_PREFIX', 'MAIL_SENDER'],
    grants: ['table:read-write', 'notification-secrets:manage', 'mail:send'],
  },
  pos: { env: ['TABLE_NAME', 'CHANGE_QUEUE_URL'], grants: ['table:read-write', 'changes:ring'] },
  schedules: {
    env: ['TABLE_NAME', ...timerEnv],
    grants: ['table:read-write', 'timers:manage'],
  },
  // It answers whoever calls it: it reads secrets to compare signatures, and starts nothing itself.
  webhooks: {
    env: ['TABLE_NAME', 'CHANGE_QUEUE_URL', 'SECRET_PREFIX', 'QUICKBOOKS_APP_SECRET', 'QUICKBOOKS_ENVIRONMENT'],
    grants: ['table:read-write', 'changes:ring', 'tenant-secrets:read', 'quickbooks-app:read'],
  },
  // A preview may read a record of the source, which takes its key; nothing is written to a platform.
  mappings: {
    env: [
      'TABLE_NAME',
      'LANE_QUEUE_URL',
      'JOURNAL_BUCKET',
      'SECRET_PREFIX',
      'QUICKBOOKS_APP_SECRET',
      'QUICKBOOKS_ENVIRONMENT',
    ],
    grants: ['table:read-write', 'lanes:send', 'journal:read', 'tenant-secrets:refresh', 'quickbooks-app:read'],
  },
  meta: { env: [], grants: [] },
};

/** 29 s: API Gateway gives up on an HTTP API integration after 30 s. */
const apiFunction = (group: ApiGroup): FunctionSpec => ({
  id: `api-${group}`,
  entry: `functions/api/${group}/index.ts`,
  description: `Answers the endpoints of group ${group}`,
  memoryMb: 512,
  timeoutSeconds: 29,
  ...apiNeeds[group],
});

/** Every function of the application, one row each. */
export const functions: readonly FunctionSpec[] = [
  ...apiGroups.map(apiFunction),
  {
    id: 'sync-worker',
    entry: 'functions/sync/worker.ts',
    description: 'Works on one slice of a run or a job (about a minute) and queues the next',
    memoryMb: 1024,
    timeoutSeconds: 300,
    env: [
      'TABLE_NAME',
      'LANE_QUEUE_URL',
      'CHANGE_QUEUE_URL',
      'LANE_QUEUE_ARN',
      'SCHEDULE_GROUP',
      'RESUME_ROLE_ARN',
      'JOURNAL_BUCKET',
      'EXPORT_BUCKET',
      'SECRET_PREFIX',
      'QUICKBOOKS_APP_SECRET',
      'QUICKBOOKS_ENVIRONMENT',
    ],
    grants: [
      'table:read-write',
      'lanes:send',
      'changes:ring',
      'lanes:resume',
      'journal:read',
      'journal:write',
      'exports:read',
      'exports:write',
      'tenant-secrets:refresh',
      'quickbooks-app:read',
    ],
  },
  {
    id: 'dead-letters',
    entry: 'functions/sync/dead-letters.ts',
    description: 'Marks the run of a dead letter as failed and keeps what the message said',
    memoryMb: 256,
    timeoutSeconds: 60,
    env: ['TABLE_NAME'],
    grants: ['table:read-write'],
  },
  {
    id: 'drain-changes',
    entry: 'functions/sync/drain-changes.ts',
    description: 'Starts runs for the records that somebody said have changed',
    memoryMb: 512,
    timeoutSeconds: 60,
    env: ['TABLE_NAME', 'LANE_QUEUE_URL'],
    grants: ['table:read-write', 'lanes:send'],
  },
  {
    id: 'balance-stock',
    entry: 'functions/schedules/balance-stock.ts',
    description: 'Books what moved stock in shops and at tills, and tells each what the others sold',
    memoryMb: 512,
    timeoutSeconds: 300,
    env: ['TABLE_NAME', 'SECRET_PREFIX', 'QUICKBOOKS_APP_SECRET', 'QUICKBOOKS_ENVIRONMENT'],
    grants: ['table:read-write', 'tenant-secrets:refresh', 'quickbooks-app:read'],
  },
  {
    id: 'keep-connections',
    entry: 'functions/schedules/keep-connections.ts',
    description: 'Refreshes tokens before they expire and checks that connections still work',
    memoryMb: 512,
    timeoutSeconds: 300,
    env: ['TABLE_NAME', 'SECRET_PREFIX', 'QUICKBOOKS_APP_SECRET', 'QUICKBOOKS_ENVIRONMENT'],
    grants: ['table:read-write', 'tenant-secrets:refresh', 'quickbooks-app:read'],
  },
  {
    id: 'keep-webhooks',
    entry: 'functions/schedules/keep-webhooks.ts',
    description: 'Looks at the webhooks of shops: sets up what is missing, switches on what was switched off',
    memoryMb: 512,
    timeoutSeconds: 300,
    env: ['TABLE_NAME', 'SECRET_PREFIX', 'QUICKBOOKS_APP_SECRET', 'QUICKBOOKS_ENVIRONMENT', 'PUBLIC_URL'],
    grants: ['table:read-write', 'tenant-secrets:refresh', 'quickbooks-app:read'],
  },
  {
    id: 'notify',
    entry: 'functions/schedules/notify.ts',
    description: 'Tells people what was announced: makes messages, sends those that are due',
    memoryMb: 512,
    timeoutSeconds: 120,
    env: ['TABLE_NAME', 'SECRET_PREFIX', 'MAIL_SENDER'],
    grants: ['table:read-write', 'notification-secrets:read', 'mail:send'],
  },
  {
    id: 'retry-failures',
    entry: 'functions/schedules/retry-failures.ts',
    description: 'Starts retries of failed records whose time has come',
    memoryMb: 512,
    timeoutSeconds: 120,
    env: ['TABLE_NAME', 'LANE_QUEUE_URL'],
    grants: ['table:read-write', 'lanes:send'],
  },
  {
    id: 'start-scheduled',
    entry: 'functions/schedules/start-scheduled.ts',
    description: 'Starts the sync of a schedule whose time has come',
    memoryMb: 512,
    timeoutSeconds: 60,
    env: ['TABLE_NAME', 'LANE_QUEUE_URL', ...timerEnv],
    grants: ['table:read-write', 'lanes:send', 'timers:manage'],
  },
  {
    id: 'keep-schedules',
    entry: 'functions/schedules/keep-schedules.ts',
    description: 'Finishes changes of schedules, starts what waited or was not called in time',
    memoryMb: 512,
    timeoutSeconds: 120,
    env: ['TABLE_NAME', 'LANE_QUEUE_URL', ...timerEnv],
    grants: ['table:read-write', 'lanes:send', 'timers:manage'],
  },
];

/** The row of one function. */
export function functionSpec(id: FunctionId): FunctionSpec {
  const spec = functions.find((candidate) => candidate.id === id);
  if (!spec) throw new Error(`lib/functions.ts has no row for ${id}`);
  return spec;
}
