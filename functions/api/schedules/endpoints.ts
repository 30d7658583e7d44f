import type { Endpoint } from '#shared/http/endpoint.ts';
import type { SchedulesApiDeps } from './deps.ts';
import { previewSchedule } from './preview.ts';
import {
  createSchedule,
  deleteSchedule,
  getNextRuns,
  getSchedule,
  listSchedules,
  makeDefaultSchedules,
  putSchedule,
  toggleSchedule,
} from './schedules.ts';

/** Every endpoint of this function, bound to what it needs. */
export function schedulesEndpoints(deps: SchedulesApiDeps): Endpoint[] {
  return [
    listSchedules,
    createSchedule,
    previewSchedule,
    makeDefaultSchedules,
    getSchedule,
    putSchedule,
    deleteSchedule,
    toggleSchedule,
    getNextRuns,
  ].map((bind) => bind(deps));
}
