import { sha256Hex } from '#shared/core/json.ts';
import { createAnnouncer } from '#shared/data/announcer.ts';
import { createAuditRepository } from '#shared/data/audit-repository.ts';
import { createBreakerRepository } from '#shared/data/breaker-repository.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createDeliveryRepository } from '#shared/data/delivery-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { createMonthRepository } from '#shared/data/month-repository.ts';
import { createNotificationSettingsRepository } from '#shared/data/notification-settings-repository.ts';
import { createOAuthRepository } from '#shared/data/oauth-repository.ts';
import { createOutboxRepository } from '#shared/data/outbox-repository.ts';
import { createReconciliationRepository } from '#shared/data/reconciliation-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { createWaitingStartRepository } from '#shared/data/waiting-start-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import type { Announcement } from '#shared/model/announcement.ts';
import type { Breaker } from '#shared/model/breaker.ts';
import type { MappingVersion } from '#shared/model/mapping-version.ts';
import type { ClosedMonth } from '#shared/model/month.ts';
import {
  type Delivery,
  defaultSettings,
  type LagWatch,
  type NotificationSettings,
} from '#shared/model/notification.ts';
import type { Reconciliation } from '#shared/model/reconciliation.ts';
import type { Schedule } from '#shared/model/schedule.ts';
import { at, type Context, failureOf, later, ownOf, page, type Rows, row } from './repository-row.ts';

const announcementOf = ({ tenant, mark, id }: Context): Announcement => ({
  tenant_id: tenant,
  event_id: id,
  kind: 'test',
  severity: 'info',
  at,
  title: mark,
  detail: mark,
  fix: null,
  platforms: [id],
  entity: null,
  cause: id,
  subject: null,
  data: { mark },
});

const deliveryOf = ({ tenant, mark, id }: Context): Delivery => ({
  tenant_id: tenant,
  delivery_id: id,
  channel: 'email',
  cause: id,
  status: 'waiting',
  severity: 'info',
  count: 1,
  events: [],
  first_at: at,
  last_at: at,
  created_at: at,
  due_at: at,
  attempts: 0,
  answer_status: null,
  reason: mark,
  delivered_at: null,
  version: 1,
});

const threadOf = ({ tenant, mark, id }: Context) => ({
  tenant_id: tenant,
  channel: 'email' as const,
  cause: id,
  last_due: at,
  last_delivery: mark,
});

const settingsOf = ({ tenant, mark }: Context): NotificationSettings => {
  const { channels, ...rest } = defaultSettings(tenant);
  const email = { enabled: true, recipients: [mark] };
  return { ...rest, channels: { ...channels, email }, lag_hours: 1, version: 1 };
};

/** The second state of the watch that the settings make. */
const watchOf = ({ tenant, mark }: Context): LagWatch => ({
  tenant_id: tenant,
  check_at: at,
  silent: { [mark]: at },
  version: 2,
});

const breakerOf = (context: Context): Breaker => ({
  tenant_id: context.tenant,
  platform: context.id,
  state: 'closed',
  failures: 1,
  failure: failureOf(context),
  cooldown_ms: 0,
  version: 1,
});

const reportOf = ({ tenant, mark, id }: Context): Reconciliation => ({
  tenant_id: tenant,
  report_id: id,
  version: 2,
  status: 'queued',
  start_date: '2026-02-01',
  end_date: '2026-02-28',
  systems: [id],
  time_zone: 'UTC',
  store: mark,
  requested_by: mark,
  started_at: at,
});

const mappingOf = ({ tenant, mark, id }: Context, version: number): MappingVersion => ({
  tenant_id: tenant,
  mapping_id: id,
  version,
  document: { mark },
  comment: mark,
  created_at: at,
  created_by: mark,
  restored_from: null,
});

/** A month that stands for an id. */
function monthNamed(id: string): string {
  const number = Number.parseInt(sha256Hex(id).slice(0, 4), 16);
  return `20${String(number % 100).padStart(2, '0')}-${String((number % 12) + 1).padStart(2, '0')}`;
}

const monthOf = ({ tenant, mark, id }: Context, before: ClosedMonth | undefined): ClosedMonth => ({
  tenant_id: tenant,
  month: monthNamed(id),
  report_id: id,
  hash: sha256Hex(`${mark} ${id}`),
  previous_month: before?.month ?? null,
  previous_hash: before?.hash ?? null,
  accepted_differences: 0,
  note: mark,
  closed_at: at,
  closed_by: mark,
  files: { csv: id, json: id, pdf: id },
});

const scheduleOf = ({ tenant, mark, id }: Context): Schedule => ({
  tenant_id: tenant,
  schedule_id: id,
  name: mark,
  entity: id,
  source: null,
  target: null,
  mode: 'full',
  expression: 'rate(1 hour)',
  time_zone: 'UTC',
  overlap: 'queue',
  enabled: true,
  default_of: null,
  created_by: mark,
  created_at: at,
  updated_by: mark,
  updated_at: at,
  anchor_at: at,
  events: [],
  revision: 1,
  oldest_revision: 1,
  version: 1,
});

const waitingOf = ({ tenant, mark, id }: Context) => ({
  tenant_id: tenant,
  schedule_id: id,
  due_at: at,
  since: at,
  behind: mark,
});

/** Repositories of what a tenant has beside its syncs. */
export const tenantRepositories: Rows = {
  'announcer.ts': row((table) => ({ announce: createAnnouncer(table, { warn: fail }) }), {
    announce: ({ announce }, context) => announce(announcementOf(context)),
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
        sandbox: false,
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
    store: (breakers, context) => breakers.store(breakerOf(context)),
    clear: (breakers, context) => breakers.clear(breakerOf(context)),
    reset: (breakers, { tenant, id }) => breakers.reset(tenant, id),
  }),
  'connection-repository.ts': row(createConnectionRepository, {
    listByAccount: async (connections, { tenant, id }) =>
      (await connections.listByAccount(id, id)).filter((each) => each === tenant),
    find: (connections, { tenant, id }) => connections.find(tenant, id),
    list: (connections, { tenant }) => connections.list(tenant),
    // For schedules: a list over all tenants. No endpoint has it.
    listByPlatform: async (connections, context) =>
      ownOf((await connections.listByPlatform(context.id, page)).connections, context),
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
  'delivery-repository.ts': row(createDeliveryRepository, {
    findMany: (deliveries, { tenant, id }) => deliveries.findMany(tenant, [id]),
    save: (deliveries, context) => deliveries.save(deliveryOf(context)),
    due: async (deliveries, context) => ownOf((await deliveries.due(later, page)).deliveries, context),
    list: async (deliveries, { tenant, id }) => [
      await deliveries.list(tenant, page),
      await deliveries.list(tenant, { ...page, channel: 'email', status: 'waiting' }),
      await deliveries.list(tenant, { ...page, channel: 'email', after: id }),
    ],
  }),
  'mapping-repository.ts': row(createMappingRepository, {
    listActive: (mappings, { tenant }) => mappings.listActive(tenant),
    find: (mappings, { tenant, id }) => mappings.find(tenant, id, 1),
    list: async (mappings, { tenant, id }) => [
      await mappings.list(tenant, id, page),
      await mappings.list(tenant, id, { ...page, after: 2 }),
    ],
    save: async (mappings, context) => {
      const before = (await mappings.listActive(context.tenant)).find(({ mapping_id }) => mapping_id === context.id);
      return mappings.save([mappingOf(context, (before?.version ?? 0) + 1)]);
    },
  }),
  'month-repository.ts': row(createMonthRepository, {
    find: (months, { tenant, id }) => months.find(tenant, monthNamed(id)),
    last: (months, { tenant }) => months.last(tenant),
    close: async (months, context) => months.close(monthOf(context, await months.last(context.tenant))),
    list: async (months, { tenant, id }) => [
      await months.list(tenant, page),
      await months.list(tenant, { ...page, after: monthNamed(id) }),
    ],
  }),
  'notification-settings-repository.ts': row(createNotificationSettingsRepository, {
    find: (settings, { tenant }) => settings.find(tenant),
    save: (settings, context) => settings.save(settingsOf(context), at),
    dueWatches: async (settings, context) => ownOf((await settings.dueWatches(later, page)).watches, context),
    saveWatch: (settings, context) => settings.saveWatch(watchOf(context)),
    removeWatch: (settings, context) => settings.removeWatch(watchOf(context)),
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
  'outbox-repository.ts': row(createOutboxRepository, {
    pending: async (outbox, context) => ownOf((await outbox.pending(page)).announcements, context),
    threads: (outbox, { tenant, id }) => outbox.threads(tenant, [{ channel: 'email', cause: id }]),
    route: (outbox, context) => {
      const delivery = { ...deliveryOf(context), delivery_id: `${context.id} of the outbox` };
      const threads = [{ thread: threadOf(context), before: undefined }];
      return outbox.route({ announcements: [announcementOf(context)], deliveries: [delivery], threads }, at);
    },
  }),
  'reconciliation-repository.ts': row(createReconciliationRepository, {
    create: (reports, context) => reports.create(reportOf(context)),
    find: (reports, { tenant, id }) => reports.find(tenant, id),
    list: async (reports, { tenant, id }) => [
      await reports.list(tenant, page),
      await reports.list(tenant, { ...page, after: id }),
    ],
    save: (reports, context) => reports.save({ ...reportOf(context), status: 'running' }),
  }),
  'schedule-repository.ts': row(createScheduleRepository, {
    find: (schedules, { tenant, id }) => schedules.find(tenant, id),
    list: async (schedules, { tenant, id }) => [
      await schedules.list(tenant, page),
      await schedules.list(tenant, { ...page, after: id }),
    ],
    save: (schedules, context) => schedules.save(scheduleOf(context)),
    remove: (schedules, context) => schedules.remove(scheduleOf(context)),
    due: async (schedules, context) => ownOf((await schedules.due(later, page)).schedules, context),
    findDefaults: (schedules, { tenant }) => schedules.findDefaults(tenant),
    makeDefaults: (schedules, context) =>
      schedules.makeDefaults({ tenant_id: context.tenant, made: [context.mark], version: 1 }, [
        scheduleOf({ ...context, id: `${context.id} by default` }),
      ]),
  }),
  'waiting-start-repository.ts': row(createWaitingStartRepository, {
    create: (starts, context) => starts.create(waitingOf(context)),
    find: (starts, { tenant, id }) => starts.find(tenant, id),
    list: (starts, { tenant }) => starts.list(tenant),
    due: async (starts, context) => ownOf((await starts.due(later, page)).waiting, context),
    remove: (starts, context) => starts.remove(waitingOf(context)),
  }),
  'workspace-repository.ts': row(createWorkspaceRepository, {
    active: (workspaces, { tenant }) => workspaces.active(tenant),
    mode: (workspaces, { tenant }) => workspaces.mode(tenant),
    switchTo: async (workspaces, { tenant, mark }) => {
      const { sandbox } = await workspaces.active(tenant);
      return workspaces.switchTo({ tenant_id: tenant, enabled: !sandbox, changed_at: at, changed_by: mark });
    },
  }),
};

/** The announcer passes over what it cannot store, and says so here. */
function fail(message: string, fields?: Readonly<Record<string, string>>): never {
  throw new Error(`${message} ${JSON.stringify(fields)}`);
}
