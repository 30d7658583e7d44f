import { type AwsCall, type AwsReply, jsonBody } from '#local/cloud/gateway/call.ts';
import { awsError, jsonReply } from '#local/cloud/gateway/errors.ts';
import { optionalText, type Props, record } from '#local/cloud/template/types.ts';
import { type Schedule, type ScheduleGroup, SchedulerError, type SchedulerStore } from './scheduler-store.ts';

/** Answers one EventBridge Scheduler call (REST JSON). */
export function schedulerService(store: SchedulerStore): (call: AwsCall) => AwsReply {
  return (call) => {
    try {
      return route(store, call);
    } catch (error) {
      if (error instanceof SchedulerError) return awsError('scheduler', error.status, error.code, error.message);
      throw error;
    }
  };
}

function route(store: SchedulerStore, call: AwsCall): AwsReply {
  const [kind, name] = call.path.split('/').filter(Boolean).map(decodeURIComponent);
  if (kind === 'schedule-groups') return name === undefined ? listGroups(store, call) : groupCall(store, call, name);
  if (kind === 'schedules') return name === undefined ? listSchedules(store, call) : scheduleCall(store, call, name);
  return awsError('scheduler', 404, 'UnknownOperationException', `No operation ${call.method} ${call.path} here`);
}

function scheduleCall(store: SchedulerStore, call: AwsCall, name: string): AwsReply {
  const body = jsonBody(call);
  const group = call.query.get('groupName') ?? optionalText(body, 'GroupName') ?? 'default';
  switch (call.method) {
    case 'POST':
      return jsonReply(200, { ScheduleArn: store.create(group, name, body).arn });
    case 'PUT':
      return jsonReply(200, { ScheduleArn: store.update(group, name, body).arn });
    case 'GET':
      return jsonReply(200, described(store.find(group, name)));
    case 'DELETE':
      store.delete(group, name);
      return jsonReply(200, {});
    default:
      return awsError('scheduler', 405, 'UnknownOperationException', `No ${call.method} on a schedule`);
  }
}

function groupCall(store: SchedulerStore, call: AwsCall, name: string): AwsReply {
  switch (call.method) {
    case 'POST':
      return jsonReply(200, { ScheduleGroupArn: store.createGroup(name).arn });
    case 'GET':
      return jsonReply(200, groupSummary(store.group(name)));
    case 'DELETE':
      store.deleteGroup(name);
      return jsonReply(200, {});
    default:
      return awsError('scheduler', 405, 'UnknownOperationException', `No ${call.method} on a schedule group`);
  }
}

function listSchedules(store: SchedulerStore, call: AwsCall): AwsReply {
  const group = call.query.get('ScheduleGroup');
  const prefix = call.query.get('NamePrefix') ?? '';
  const state = call.query.get('State');
  const shown = store
    .all()
    .filter((schedule) => group === null || schedule.group === group)
    .filter((schedule) => schedule.name.startsWith(prefix))
    .filter((schedule) => state === null || (schedule.definition.State ?? 'ENABLED') === state)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, next } = paged(shown, call);
  return jsonReply(200, { Schedules: items.map(summary), ...next });
}

function listGroups(store: SchedulerStore, call: AwsCall): AwsReply {
  const { items, next } = paged(store.groups(), call);
  return jsonReply(200, { ScheduleGroups: items.map(groupSummary), ...next });
}

function paged<T>(all: readonly T[], call: AwsCall): { items: readonly T[]; next: { NextToken?: string } } {
  const from = Number(call.query.get('NextToken') ?? 0);
  const to = from + Number(call.query.get('MaxResults') ?? 100);
  return { items: all.slice(from, to), next: to < all.length ? { NextToken: String(to) } : {} };
}

function summary(schedule: Schedule): Props {
  return {
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.group,
    State: schedule.definition.State ?? 'ENABLED',
    CreationDate: schedule.createdAt / 1000,
    LastModificationDate: schedule.changedAt / 1000,
    Target: { Arn: record(schedule.definition, 'Target').Arn },
  };
}

function described(schedule: Schedule): Props {
  const { ClientToken: _token, ...definition } = schedule.definition;
  return {
    ScheduleExpressionTimezone: 'UTC',
    ActionAfterCompletion: 'NONE',
    ...definition,
    ...summary(schedule),
    Target: definition.Target,
  };
}

function groupSummary(group: ScheduleGroup): Props {
  const created = group.createdAt / 1000;
  return { Arn: group.arn, Name: group.name, State: 'ACTIVE', CreationDate: created, LastModificationDate: created };
}
