/** Where the functions' own metrics are in CloudWatch. */
export const metricNamespace = 'EasySaleSync';

/**
 * Every metric the functions write, with its unit. Each carries the dimensions `service` (the function) and `stage`, and a
 * second time those named here; none names a tenant, because each combination of values is a metric that costs.
 */
export const emittedMetrics = {
  /** By platform (the target), entity and outcome. */
  Records: 'Count',
  RecordsRead: 'Count',
  RecordsFailed: 'Count',
  /** Documents created or updated on the target, by platform and entity. */
  DocumentsWritten: 'Count',
  /** By platform. */
  PlatformCalls: 'Count',
  /** Calls refused as too many, by platform. */
  PlatformThrottles: 'Count',
  /** Flows that had to wait for a platform, by platform and entity. */
  Pauses: 'Count',
  /** Ends of flows, by platform and entity. */
  FlowsCompleted: 'Count',
  FlowsFailed: 'Count',
  FlowsCancelled: 'Count',
  /** By platform. */
  BreakersOpened: 'Count',
  /** One slice or step of a job. */
  SliceDuration: 'Milliseconds',
  /** By route and status class (`2xx`). */
  Requests: 'Count',
  RequestDuration: 'Milliseconds',
  /** Calls that took effect and whose audit entry is in the log only. */
  AuditEntriesLost: 'Count',
  /** Runs started for changes somebody told of, and tenants and routes for which that did not work. */
  ChangeRunsStarted: 'Count',
  ChangeRunsFailed: 'Count',
  /** Deliveries of webhooks by platform: taken, refused for their signature or address, and events of accounts nobody connected. */
  WebhooksTaken: 'Count',
  WebhooksRefused: 'Count',
  WebhookStrangers: 'Count',
  WebhooksDropped: 'Count',
  WebhooksUnreadable: 'Count',
  WebhooksRevived: 'Count',
  WebhooksNotKept: 'Count',
  ConnectionsRenewed: 'Count',
  ConnectionsLost: 'Count',
  ConnectionsNotRenewed: 'Count',
  /** Times at which EventBridge Scheduler did not call a schedule of a tenant. */
  SchedulesLate: 'Count',
  SchedulesNotKept: 'Count',
} as const;
export type EmittedMetric = keyof typeof emittedMetrics;
