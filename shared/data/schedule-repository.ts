import { DeleteCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { instant } from '../core/clock.ts';
import { type Schedule, type ScheduleDefaults, scheduleDefaultsSchema, scheduleSchema } from '../model/schedule.ts';
import type { ScheduleRepository } from '../schedules/ports.ts';
import { queryDue } from './due.ts';
import { keys } from './keys.ts';
import { cancellationReasons, type Item, isConditionFailure, type Table } from './table.ts';

/** How long after its time a schedule may have been called before somebody looks at why it was not. */
export const callGraceMs = 5 * 60_000;

/** Schedules of tenants, as people made them. */
export function createScheduleRepository(table: Table): ScheduleRepository {
  const { documents, name: TableName } = table;
  return {
    async find(tenantId, scheduleId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.schedule(tenantId, scheduleId), ConsistentRead: true }),
      );
      return Item && scheduleSchema.parse(Item);
    },

    async list(tenantId, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.schedule(tenantId, '').pk, ':prefix': keys.schedulePrefix },
          ...(after === undefined ? {} : { ExclusiveStartKey: keys.schedule(tenantId, after) }),
          ScanIndexForward: false,
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      const schedules = Items.map((item) => scheduleSchema.parse(item));
      const last = schedules.at(-1);
      return LastEvaluatedKey && last ? { schedules, next: last.schedule_id } : { schedules };
    },

    async save(schedule) {
      try {
        await documents.send(
          new PutCommand({ TableName, Item: scheduleItem(schedule), ...unchangedSince(schedule.version - 1) }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async remove({ tenant_id, schedule_id, version }) {
      try {
        await documents.send(
          new DeleteCommand({ TableName, Key: keys.schedule(tenant_id, schedule_id), ...unchangedSince(version) }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async due(now, { limit, after }) {
      const { gsi1pk: pk } = keys.schedulesDue();
      const { items, more } = await queryDue(table, { pk, after, until: `${now}#~`, limit });
      const schedules = items.map((item) => scheduleSchema.parse(item));
      const next = items.at(-1)?.gsi1sk;
      return { schedules, ...(more && typeof next === 'string' ? { next } : {}) };
    },

    async findDefaults(tenantId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.scheduleDefaults(tenantId), ConsistentRead: true }),
      );
      return Item && scheduleDefaultsSchema.parse(Item);
    },

    async makeDefaults(defaults, schedules) {
      const puts = [
        { Item: defaultsItem(defaults), ...unchangedSince(defaults.version - 1) },
        ...schedules.map((schedule) => ({ Item: scheduleItem(schedule), ...unchangedSince(0) })),
      ];
      try {
        await documents.send(
          new TransactWriteCommand({ TransactItems: puts.map((put) => ({ Put: { TableName, ...put } })) }),
        );
        return true;
      } catch (error) {
        if (cancellationReasons(error)?.includes('ConditionalCheckFailed')) return false;
        throw error;
      }
    },
  };
}

function unchangedSince(before: number) {
  return before === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': before },
      };
}

function scheduleItem(schedule: Schedule): Item {
  const lookAt = lookAtOf(schedule);
  return {
    ...keys.schedule(schedule.tenant_id, schedule.schedule_id),
    ...(lookAt === undefined ? {} : keys.schedulesDue(lookAt, schedule.tenant_id, schedule.schedule_id)),
    type: 'schedule',
    ...schedule,
  };
}

/** When somebody has to look at it unless it changes before; undefined where all is well whatever happens. */
function lookAtOf({ removed, revision, applied_revision, enabled, next_at, updated_at }: Schedule): string | undefined {
  if (removed || applied_revision !== revision) return updated_at;
  return enabled && next_at !== undefined ? instant(Date.parse(next_at) + callGraceMs) : undefined;
}

function defaultsItem(defaults: ScheduleDefaults): Item {
  return { ...keys.scheduleDefaults(defaults.tenant_id), type: 'schedule_defaults', ...defaults };
}
