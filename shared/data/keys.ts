/**
 * Every key of the single table, in one place. docs/access-patterns.md mirrors it row by row.
 * `#` separates parts; ids that may contain it are escaped.
 */
const part = (text: string): string => text.replaceAll('%', '%25').replaceAll('#', '%23');
const tenant = (tenantId: string): string => `TENANT#${part(tenantId)}`;
/** Partition of a record of the source: its links and its history. */
const record = (tenantId: string, { connection, entity, id }: { connection: string; entity: string; id: string }) =>
  `${tenant(tenantId)}#RECORD#${part(connection)}#${part(entity)}#${part(id)}`;

export const keys = {
  connection: (tenantId: string, platform: string) => ({ pk: tenant(tenantId), sk: `CONNECTION#${part(platform)}` }),
  connectionPrefix: 'CONNECTION#',
  breaker: (tenantId: string, platform: string) => ({ pk: tenant(tenantId), sk: `BREAKER#${part(platform)}` }),
  breakerPrefix: 'BREAKER#',

  run: (tenantId: string, runId: string) => ({ pk: tenant(tenantId), sk: `RUN#${runId}` }),
  runPrefix: 'RUN#',
  runsByEntity: (tenantId: string, entity: string, runId = '') => ({
    gsi1pk: `${tenant(tenantId)}#RUNS#ENTITY#${part(entity)}`,
    gsi1sk: `RUN#${runId}`,
  }),
  runsByStatus: (tenantId: string, status: string, runId = '') => ({
    gsi2pk: `${tenant(tenantId)}#RUNS#STATUS#${status}`,
    gsi2sk: `RUN#${runId}`,
  }),
  runsByEntityAndStatus: (tenantId: string, entity: string, status: string, runId = '') => ({
    gsi3pk: `${tenant(tenantId)}#RUNS#ENTITY#${part(entity)}#STATUS#${status}`,
    gsi3sk: `RUN#${runId}`,
  }),
  leg: (tenantId: string, runId: string, routeId: string) => ({
    pk: `${tenant(tenantId)}#RUN#${runId}`,
    sk: `LEG#${part(routeId)}`,
  }),
  legPrefix: 'LEG#',
  lease: (tenantId: string, routeId: string) => ({ pk: tenant(tenantId), sk: `LEASE#${part(routeId)}` }),
  watermark: (tenantId: string, routeId: string) => ({ pk: tenant(tenantId), sk: `WATERMARK#${part(routeId)}` }),
  idempotency: (tenantId: string, key: string) => ({ pk: tenant(tenantId), sk: `IDEMPOTENCY#${part(key)}` }),

  metric: (tenantId: string, day: string, routeId = '') => ({
    pk: `${tenant(tenantId)}#METRICS`,
    sk: `DAY#${day}#ROUTE#${part(routeId)}`,
  }),

  link: (
    tenantId: string,
    source: { connection: string; entity: string; id: string },
    target: { connection: string; entity: string },
  ) => ({
    pk: record(tenantId, source),
    sk: `LINK#${part(target.connection)}#${part(target.entity)}`,
  }),
  linkByTarget: (tenantId: string, target: { connection: string; entity: string; id: string }) => ({
    gsi1pk: `${tenant(tenantId)}#TARGET#${part(target.connection)}#${part(target.entity)}`,
    gsi1sk: part(target.id),
  }),

  linkPrefix: 'LINK#',
  linkByNumber: (tenantId: string, number: string, source = { connection: '', entity: '', id: '' }) => ({
    gsi2pk: `${tenant(tenantId)}#NUMBER#${part(number)}`,
    gsi2sk: [source.connection, source.entity, source.id].map(part).join('#'),
  }),

  history: (
    tenantId: string,
    source: { connection: string; entity: string; id: string },
    runId: string,
    routeId: string,
  ) => ({ pk: record(tenantId, source), sk: `HISTORY#${runId}#${part(routeId)}` }),
  historyPrefix: 'HISTORY#',
  historyByTime: (tenantId: string, at = '', entryId = '') => ({
    gsi1pk: `${tenant(tenantId)}#HISTORY`,
    gsi1sk: `${at}#${entryId}`,
  }),
  historyByRoute: (tenantId: string, routeId: string, at = '', entryId = '') => ({
    gsi2pk: `${tenant(tenantId)}#HISTORY#ROUTE#${part(routeId)}`,
    gsi2sk: `${at}#${entryId}`,
  }),
  historyByRouteAndStatus: (tenantId: string, routeId: string, status: string, at = '', entryId = '') => ({
    gsi3pk: `${tenant(tenantId)}#HISTORY#ROUTE#${part(routeId)}#STATUS#${status}`,
    gsi3sk: `${at}#${entryId}`,
  }),

  shelfRecord: (tenantId: string, entity: string, id = '') => ({
    pk: `${tenant(tenantId)}#SHELF#${part(entity)}`,
    sk: part(id),
  }),
  shelfRecordByKey: (tenantId: string, entity: string, key: string, id = '') => ({
    gsi1pk: `${tenant(tenantId)}#SHELFKEYS#${part(entity)}`,
    gsi1sk: `${part(key)}#${part(id)}`,
  }),
  /** Fixed width, so that numbers sort as they count. */
  shelfChange: (tenantId: string, sequence: number) => ({
    pk: `${tenant(tenantId)}#SHELFCHANGES`,
    sk: String(sequence).padStart(15, '0'),
  }),

  posEvent: (tenantId: string, clientId: string) => ({
    pk: `${tenant(tenantId)}#POSEVENT#${part(clientId)}`,
    sk: 'RECEIPT',
  }),

  stockItem: (tenantId: string, sku: string) => ({ pk: `${tenant(tenantId)}#STOCK#${part(sku)}`, sk: 'ITEM' }),
  /** Fixed width, so that numbers sort as they count. */
  stockEntry: (tenantId: string, sku: string, number: number) => ({
    pk: `${tenant(tenantId)}#STOCK#${part(sku)}`,
    sk: `ENTRY#${String(number).padStart(16, '0')}`,
  }),
  stockBooking: (tenantId: string, sku: string, key: string) => ({
    pk: `${tenant(tenantId)}#STOCK#${part(sku)}`,
    sk: `BOOKING#${part(key)}`,
  }),
  stockItems: (tenantId: string, sku = '') => ({ gsi1pk: `${tenant(tenantId)}#STOCKITEMS`, gsi1sk: part(sku) }),
  stockOpen: (tenantId: string, sku = '') => ({ gsi2pk: `${tenant(tenantId)}#STOCKOPEN`, gsi2sk: part(sku) }),
  stockDifferent: (tenantId: string, sku = '') => ({
    gsi3pk: `${tenant(tenantId)}#STOCKDIFFERENT`,
    gsi3sk: part(sku),
  }),
  stockDocument: (tenantId: string, document: string) => ({
    pk: `${tenant(tenantId)}#STOCKDOCUMENT#${part(document)}`,
    sk: 'GOODS',
  }),
  stockPlace: (tenantId: string, system: string, item: string) => ({
    pk: `${tenant(tenantId)}#STOCKPLACE#${part(system)}`,
    sk: part(item),
  }),
  stockPosition: (tenantId: string, name: string) => ({ pk: tenant(tenantId), sk: `STOCKPOSITION#${part(name)}` }),

  openBatch: (tenantId: string, connection: string, batchId: string) => ({
    pk: `${tenant(tenantId)}#LANE#${part(connection)}`,
    sk: `BATCH#${batchId}`,
  }),
  openBatchPrefix: 'BATCH#',
  limiter: (tenantId: string, connection: string) => ({
    pk: `${tenant(tenantId)}#LANE#${part(connection)}`,
    sk: 'LIMITER',
  }),

  failure: (tenantId: string, failureId: string) => ({ pk: tenant(tenantId), sk: `FAILURE#${failureId}` }),
  failures: (tenantId: string, lastFailedAt = '', failureId = '') => ({
    gsi1pk: `${tenant(tenantId)}#FAILURES`,
    gsi1sk: `${lastFailedAt}#${failureId}`,
  }),
  failuresByRoute: (tenantId: string, routeId: string, lastFailedAt = '', failureId = '') => ({
    gsi2pk: `${tenant(tenantId)}#FAILURES#ROUTE#${part(routeId)}`,
    gsi2sk: `${lastFailedAt}#${failureId}`,
  }),
  failuresByCause: (tenantId: string, cause: string, lastFailedAt = '', failureId = '') => ({
    gsi3pk: `${tenant(tenantId)}#FAILURES#CAUSE#${part(cause)}`,
    gsi3sk: `${lastFailedAt}#${failureId}`,
  }),
  cause: (tenantId: string, cause: string) => ({ pk: tenant(tenantId), sk: `CAUSE#${part(cause)}` }),
  causes: (tenantId: string, lastSeenAt = '', cause = '') => ({
    gsi1pk: `${tenant(tenantId)}#CAUSES`,
    gsi1sk: `${lastSeenAt}#${cause}`,
  }),
  dependentsByParentRoute: (tenantId: string, routeId: string, cause = '') => ({
    gsi2pk: `${tenant(tenantId)}#CAUSES#PARENT#${part(routeId)}`,
    gsi2sk: cause,
  }),
  /** Entries of one tenant and route stand together, the earliest first, so that a reader can step over them. */
  retry: (shard: number, tenantId: string, routeId: string, at = '', ref = '') => ({
    pk: `RETRIES#${shard}`,
    sk: `${part(tenantId)}#${part(routeId)}#${at}${ref && `#${ref}`}`,
  }),
  retriesByCause: (tenantId: string, cause: string, at = '', ref = '') => ({
    gsi1pk: `${tenant(tenantId)}#RETRIES#CAUSE#${part(cause)}`,
    gsi1sk: `${at}#${ref}`,
  }),

  /** Changes of one tenant and route stand together, so that a reader can step over them. */
  pendingChange: (shard: number, tenantId: string, routeId: string, id = '') => ({
    pk: `PENDING#${shard}`,
    sk: `${part(tenantId)}#${part(routeId)}#${part(id)}`,
  }),
  /** What all pending changes of a tenant begin with. */
  pendingChanges: (shard: number, tenantId: string) => ({ pk: `PENDING#${shard}`, sk: `${part(tenantId)}#` }),

  webhookSettings: (tenantId: string, platform: string) => ({ pk: tenant(tenantId), sk: `WEBHOOKS#${part(platform)}` }),
  webhookAddress: (hook: string) => ({ pk: `HOOK#${part(hook)}`, sk: 'HOOK' }),
  toldRecord: (tenantId: string, of: { connection: string; entity: string; id: string }) => ({
    pk: record(tenantId, of),
    sk: 'TOLD',
  }),
  webhookHour: (tenantId: string, platform: string, hour: string) => ({
    pk: `${tenant(tenantId)}#WEBHOOKS#${part(platform)}`,
    sk: `HOUR#${hour}`,
  }),
  missedChange: (tenantId: string, platform: string, changedAt = '', of = { entity: '', id: '' }) => ({
    pk: `${tenant(tenantId)}#WEBHOOKS#${part(platform)}`,
    sk: `MISSED#${changedAt}#${part(of.entity)}#${part(of.id)}`,
  }),
  connectionsByAccount: (platform: string, account: string, tenantId = '') => ({
    gsi2pk: `ACCOUNT#${part(platform)}#${part(account)}`,
    gsi2sk: tenantId === '' ? '' : part(tenantId),
  }),

  job: (tenantId: string, jobId: string) => ({ pk: tenant(tenantId), sk: `JOB#${jobId}` }),
  jobRequest: (tenantId: string, hash: string) => ({ pk: tenant(tenantId), sk: `JOBREQUEST#${hash}` }),

  reconciliation: (tenantId: string, reportId: string) => ({ pk: tenant(tenantId), sk: `RECONCILIATION#${reportId}` }),
  reconciliationPrefix: 'RECONCILIATION#',
  month: (tenantId: string, month: string) => ({ pk: tenant(tenantId), sk: `MONTH#${month}` }),
  monthPrefix: 'MONTH#',
  lastMonth: (tenantId: string) => ({ pk: tenant(tenantId), sk: 'LASTMONTH' }),

  activeMapping: (tenantId: string, mappingId: string) => ({ pk: tenant(tenantId), sk: `MAPPING#${part(mappingId)}` }),
  activeMappingPrefix: 'MAPPING#',
  mappingVersion: (tenantId: string, mappingId: string, version: number) => ({
    pk: `${tenant(tenantId)}#MAPPING#${part(mappingId)}`,
    sk: `VERSION#${String(version).padStart(6, '0')}`,
  }),

  confirmation: (tenantId: string, tokenHash: string) => ({
    pk: tenant(tenantId),
    sk: `CONFIRMATION#${tokenHash}`,
  }),
  audit: (tenantId: string, auditId: string) => ({ pk: tenant(tenantId), sk: `AUDIT#${auditId}` }),
  auditPrefix: 'AUDIT#',
  auditByAction: (tenantId: string, action: string, auditId = '') => ({
    gsi1pk: `${tenant(tenantId)}#AUDIT#ACTION#${part(action)}`,
    gsi1sk: `AUDIT#${auditId}`,
  }),
  auditByUser: (tenantId: string, user: string, auditId = '') => ({
    gsi2pk: `${tenant(tenantId)}#AUDIT#USER#${part(user)}`,
    gsi2sk: `AUDIT#${auditId}`,
  }),
  auditByUserAndAction: (tenantId: string, user: string, action: string, auditId = '') => ({
    gsi3pk: `${tenant(tenantId)}#AUDIT#USER#${part(user)}#ACTION#${part(action)}`,
    gsi3sk: `AUDIT#${auditId}`,
  }),

  announcement: (tenantId: string, eventId: string) => ({ pk: tenant(tenantId), sk: `ANNOUNCEMENT#${eventId}` }),
  announcementsPending: (at = '', eventId = '') => ({ gsi1pk: 'ANNOUNCEMENTS#PENDING', gsi1sk: `${at}#${eventId}` }),
  delivery: (tenantId: string, deliveryId: string) => ({ pk: tenant(tenantId), sk: `DELIVERY#${deliveryId}` }),
  deliveryPrefix: 'DELIVERY#',
  deliveriesByChannel: (tenantId: string, channel: string, deliveryId = '') => ({
    gsi2pk: `${tenant(tenantId)}#DELIVERIES#CHANNEL#${channel}`,
    gsi2sk: `DELIVERY#${deliveryId}`,
  }),
  deliveriesDue: (dueAt = '', deliveryId = '') => ({ gsi1pk: 'DELIVERIES#DUE', gsi1sk: `${dueAt}#${deliveryId}` }),
  messageThread: (tenantId: string, channel: string, cause: string) => ({
    pk: tenant(tenantId),
    sk: `MESSAGETHREAD#${channel}#${part(cause)}`,
  }),
  notificationSettings: (tenantId: string) => ({ pk: tenant(tenantId), sk: 'NOTIFICATIONSETTINGS' }),
  lagWatch: (tenantId: string) => ({ pk: tenant(tenantId), sk: 'LAGWATCH' }),
  lagWatchesDue: (checkAt = '', tenantId = '') => ({
    gsi1pk: 'LAGWATCHES#DUE',
    gsi1sk: `${checkAt}#${tenantId === '' ? '' : part(tenantId)}`,
  }),

  conflict: (tenantId: string, conflictId: string) => ({ pk: tenant(tenantId), sk: `CONFLICT#${conflictId}` }),
  conflicts: (tenantId: string, at = '', conflictId = '') => ({
    gsi1pk: `${tenant(tenantId)}#CONFLICTS`,
    gsi1sk: `${at}#${conflictId}`,
  }),
  conflictsByState: (tenantId: string, state: string, at = '', conflictId = '') => ({
    gsi2pk: `${tenant(tenantId)}#CONFLICTS#STATE#${state}`,
    gsi2sk: `${at}#${conflictId}`,
  }),
  flowSettings: (tenantId: string) => ({ pk: tenant(tenantId), sk: 'FLOWSETTINGS' }),
  schedule: (tenantId: string, scheduleId: string) => ({ pk: tenant(tenantId), sk: `SCHEDULE#${part(scheduleId)}` }),
  schedulePrefix: 'SCHEDULE#',
  schedulesDue: (lookAt = '', tenantId = '', scheduleId = '') => ({
    gsi1pk: 'SCHEDULES#DUE',
    gsi1sk: `${lookAt}#${part(tenantId)}#${part(scheduleId)}`,
  }),
  scheduleDefaults: (tenantId: string) => ({ pk: tenant(tenantId), sk: 'SCHEDULEDEFAULTS' }),
  waitingStart: (tenantId: string, scheduleId: string) => ({
    pk: tenant(tenantId),
    sk: `WAITINGSTART#${part(scheduleId)}`,
  }),
  waitingStartPrefix: 'WAITINGSTART#',
  waitingStarts: (since = '', tenantId = '', scheduleId = '') => ({
    gsi1pk: 'WAITINGSTARTS',
    gsi1sk: `${since}#${part(tenantId)}#${part(scheduleId)}`,
  }),

  sandboxMode: (tenantId: string) => ({ pk: tenant(tenantId), sk: 'SANDBOX' }),
  oauthState: (state: string) => ({ pk: `OAUTHSTATE#${part(state)}`, sk: 'STATE' }),
  refreshLock: (tenantId: string, platform: string) => ({ pk: tenant(tenantId), sk: `REFRESHLOCK#${part(platform)}` }),
  connectionsByPlatform: (platform: string, tenantId = '') => ({
    gsi1pk: `CONNECTIONS#${part(platform)}`,
    gsi1sk: tenantId === '' ? '' : part(tenantId),
  }),
} as const;
