import type { commonEnv, EnvKey, FunctionSpec } from '../functions.ts';
import type { Settings } from '../settings.ts';
import type { Cloud } from './cloud.ts';

export interface EnvironmentSource {
  readonly cloud: Cloud;
  readonly settings: Settings;
  /** Base URL without a trailing slash; may be a CloudFormation token. */
  readonly publicUrl: string;
}

const values: Readonly<Record<EnvKey, (source: EnvironmentSource) => string>> = {
  TABLE_NAME: ({ cloud }) => cloud.table.tableName,
  LANE_QUEUE_URL: ({ cloud }) => cloud.queues.lanes.queueUrl,
  CHANGE_QUEUE_URL: ({ cloud }) => cloud.queues.changes.queueUrl,
  LANE_QUEUE_ARN: ({ cloud }) => cloud.queues.lanes.queueArn,
  SCHEDULE_GROUP: ({ cloud }) => cloud.resumption.group.scheduleGroupName,
  RESUME_ROLE_ARN: ({ cloud }) => cloud.resumption.role.roleArn,
  TIMER_GROUP: ({ cloud }) => cloud.timers.group.scheduleGroupName,
  TIMER_ROLE_ARN: ({ cloud }) => cloud.timers.role.roleArn,
  TIMER_TARGET_ARN: ({ cloud }) => cloud.timers.targetArn,
  TIMER_DEAD_LETTERS_ARN: ({ cloud }) => cloud.queues.scheduleDeadLetters.queueArn,
  JOURNAL_BUCKET: ({ cloud }) => cloud.buckets.journal.bucketName,
  EXPORT_BUCKET: ({ cloud }) => cloud.buckets.exports.bucketName,
  SECRET_PREFIX: ({ cloud }) => cloud.secrets.tenantPrefix,
  QUICKBOOKS_APP_SECRET: ({ cloud }) => cloud.secrets.quickbooksAppName,
  QUICKBOOKS_ENVIRONMENT: ({ settings }) => settings.quickbooksEnvironment,
  MAIL_SENDER: ({ settings }) => settings.mailSender,
  PUBLIC_URL: ({ publicUrl }) => publicUrl,
  CONSOLE_ORIGINS: ({ settings }) => settings.corsOrigins.join(','),
};

/** The environment of one function: what all get, and what its row asks for. */
export function environmentOf(spec: FunctionSpec, source: EnvironmentSource): Record<string, string> {
  const common: Record<(typeof commonEnv)[number], string> = {
    STAGE: source.settings.stage,
    POWERTOOLS_SERVICE_NAME: spec.id,
    POWERTOOLS_LOG_LEVEL: source.settings.logLevel,
    NODE_OPTIONS: '--enable-source-maps',
  };
  return { ...common, ...Object.fromEntries(spec.env.map((key) => [key, values[key](source)])) };
}
