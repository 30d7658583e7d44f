import * as contract from '#shared/api/schedules.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import type { Schedule } from '#shared/model/schedule.ts';
import { mostSchedules } from '#shared/schedules/check.ts';
import { makeDefaults } from '#shared/schedules/defaults.ts';
import {
  changeSchedule,
  createSchedule as create,
  findSchedule,
  removeSchedule,
  type ScheduleChange,
} from '#shared/schedules/manage.ts';
import type { SchedulesApiDeps } from './deps.ts';
import { detailView, nextRuns, scheduleView } from './views.ts';

const targetOf = (scheduleId: string) => ({ type: 'schedule', id: scheduleId });

const unknown = (scheduleId: string) => new ProblemError('schedule.not_found', `There is no schedule ${scheduleId}.`);

/** What a person changes of a schedule, for the audit log. */
function definitionOf(schedule: Schedule) {
  const { name, entity, source, target, mode, expression, time_zone, overlap, enabled } = schedule;
  return { name, entity, source, target, mode, expression, time_zone, overlap, enabled };
}

/** The answer to a change that was made. @throws ProblemError for one that was not. */
async function changed(deps: SchedulesApiDeps, change: ScheduleChange, scheduleId: string) {
  switch (change.kind) {
    case 'unknown':
      throw unknown(scheduleId);
    case 'invalid':
      throw invalidRequest(change.faults.map((fault) => ({ code: 'custom', ...fault })));
    case 'too_many':
      throw new ProblemError('schedule.too_many', `There are ${mostSchedules} schedules: delete one first.`);
    case 'busy':
      throw new ProblemError('schedule.busy', 'Somebody else is changing it. Try again in a few seconds.');
    case 'saved': {
      const { before, schedule } = change;
      const waiting = before && (await deps.waiting.find(schedule.tenant_id, schedule.schedule_id));
      const note = changesOf(before && definitionOf(before), definitionOf(schedule));
      return {
        body: detailView(schedule, waiting, deps.clock.now()),
        note: { target: targetOf(schedule.schedule_id), ...note },
      };
    }
  }
}

async function found(deps: SchedulesApiDeps, tenantId: string, scheduleId: string): Promise<Schedule> {
  const schedule = await findSchedule(deps, tenantId, scheduleId);
  if (!schedule) throw unknown(scheduleId);
  return schedule;
}

export const listSchedules = endpoint(
  contract.listSchedules,
  async ({ query, caller: { tenantId } }, deps: SchedulesApiDeps) => {
    const [page, waiting] = await Promise.all([
      readPage(query, [tenantId, 'schedules'], async (limit, after) => {
        const { schedules, next } = await deps.schedules.list(tenantId, { limit, after });
        return { items: schedules.filter(({ removed }) => !removed), next };
      }),
      deps.waiting.list(tenantId),
    ]);
    const waits = new Map(waiting.map((each) => [each.schedule_id, each]));
    const items = page.items.map((schedule) => scheduleView(schedule, waits.get(schedule.schedule_id)));
    return answer(200, { ...page, items });
  },
);

export const createSchedule = endpoint(
  contract.createSchedule,
  async ({ body, caller: { tenantId, userId } }, deps: SchedulesApiDeps) => {
    const { body: made, note } = await changed(deps, await create(deps, { tenantId, userId }, body), '');
    return answer(201, made, note);
  },
);

export const putSchedule = endpoint(
  contract.putSchedule,
  async ({ params: { schedule_id: scheduleId }, body, caller: { tenantId, userId } }, deps: SchedulesApiDeps) => {
    const change = await changeSchedule(deps, { tenantId, userId, scheduleId }, body);
    const { body: schedule, note } = await changed(deps, change, scheduleId);
    return answer(200, schedule, note);
  },
);

export const toggleSchedule = endpoint(
  contract.toggleSchedule,
  async ({ params: { schedule_id: scheduleId }, body, caller: { tenantId, userId } }, deps: SchedulesApiDeps) => {
    const change = await changeSchedule(deps, { tenantId, userId, scheduleId }, body);
    const { body: schedule, note } = await changed(deps, change, scheduleId);
    return answer(200, schedule, note);
  },
);

export const deleteSchedule = endpoint(
  contract.deleteSchedule,
  async ({ params: { schedule_id: scheduleId }, caller: { tenantId, userId } }, deps: SchedulesApiDeps) => {
    const schedule = await removeSchedule(deps, { tenantId, userId, scheduleId });
    if (!schedule) throw unknown(scheduleId);
    return answer(200, scheduleView(schedule, undefined), {
      target: targetOf(scheduleId),
      before: definitionOf(schedule),
      after: {},
    });
  },
);

export const getSchedule = endpoint(
  contract.getSchedule,
  async ({ params: { schedule_id: scheduleId }, caller: { tenantId } }, deps: SchedulesApiDeps) => {
    const schedule = await found(deps, tenantId, scheduleId);
    return answer(200, detailView(schedule, await deps.waiting.find(tenantId, scheduleId), deps.clock.now()));
  },
);

export const getNextRuns = endpoint(
  contract.getNextRuns,
  async ({ params: { schedule_id: scheduleId }, query: { count }, caller: { tenantId } }, deps: SchedulesApiDeps) => {
    const schedule = await found(deps, tenantId, scheduleId);
    return answer(200, { items: nextRuns(schedule, deps.clock.now(), count) });
  },
);

export const makeDefaultSchedules = endpoint(
  contract.makeDefaultSchedules,
  async ({ body: { again }, caller: { tenantId } }, deps: SchedulesApiDeps) => {
    const made = await makeDefaults(deps, tenantId, { again });
    const items = made.map((schedule) => scheduleView(schedule, undefined));
    return answer(200, { items }, { target: targetOf('defaults'), after: { made: made.map(({ name }) => name) } });
  },
);
