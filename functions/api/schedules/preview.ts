import * as contract from '#shared/api/schedules.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import { checkTimetable } from '#shared/schedules/check.ts';
import { timeInWords, timetableInWords } from '#shared/schedules/words.ts';
import type { SchedulesApiDeps } from './deps.ts';
import { shownTimes } from './views.ts';

export const previewSchedule = endpoint(contract.previewSchedule, async ({ query }, { clock }: SchedulesApiDeps) => {
  const { time_zone } = query;
  const now = clock.now();
  const checked = checkTimetable(query, { after: now, anchor: now }, shownTimes);
  if (!checked.ok) throw invalidRequest(checked.faults.map((fault) => ({ code: 'custom', ...fault })));
  return answer(200, {
    expression: checked.timetable.text,
    time_zone,
    in_words: timetableInWords(checked.timetable, time_zone),
    next_runs: checked.times.map((at) => timeInWords(at, time_zone)),
  });
});
