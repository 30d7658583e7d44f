import { randomUUID } from 'node:crypto';
import { optionalText, type Props, record } from '#local/cloud/template/types.ts';
import { type Clock, instant } from '#shared/core/clock.ts';
import { nextOccurrence, type Schedule, type SchedulerStore } from './scheduler-store.ts';

/** What a schedule sends when it fires. */
export interface Firing {
  readonly scheduleArn: string;
  readonly targetArn: string;
  readonly roleArn: string;
  /** The JSON or text the target gets, with context placeholders filled in. */
  readonly input: string;
  /** For FIFO queues. */
  readonly messageGroupId: string | undefined;
  readonly deadLetterArn: string | undefined;
}

/**
 * Fires what is due at the clock's now; returns how many fired. After a pause (a suspended machine, a clock moved by a
 * test) a schedule fires once, for its latest missed occurrence: AWS would have fired the others at their time.
 */
export function fireDue(store: SchedulerStore, clock: Clock, fire: (firing: Firing) => void): number {
  const now = clock.now();
  const due = store.all().filter(({ nextAt }) => nextAt !== undefined && nextAt <= now);
  for (const schedule of due) {
    const occurrence = latestOccurrence(schedule, now);
    store.advance(schedule, occurrence);
    fire(toFiring(schedule, occurrence));
  }
  return due.length;
}

function latestOccurrence(schedule: Schedule, now: number): number {
  const first = schedule.nextAt ?? now;
  // After a long pause only the last day is walked through: a schedule of every minute has half a million a year.
  const recent = nextOccurrence(schedule, Math.max(first - 1, now - 86_400_000));
  let occurrence = recent !== undefined && recent <= now ? recent : first;
  for (;;) {
    const following = nextOccurrence(schedule, occurrence);
    if (following === undefined || following > now) return occurrence;
    occurrence = following;
  }
}

function toFiring(schedule: Schedule, occurrence: number): Firing {
  const target = record(schedule.definition, 'Target');
  const executionId = randomUUID();
  const placeholders: Readonly<Record<string, string>> = {
    '<aws.scheduler.schedule-arn>': schedule.arn,
    '<aws.scheduler.scheduled-time>': instant(occurrence).replace('.000Z', 'Z'),
    '<aws.scheduler.execution-id>': executionId,
    '<aws.scheduler.attempt-number>': '1',
  };
  const input = optionalText(target, 'Input') ?? JSON.stringify(defaultInput(schedule, occurrence, executionId));
  return {
    scheduleArn: schedule.arn,
    targetArn: optionalText(target, 'Arn') ?? '',
    roleArn: optionalText(target, 'RoleArn') ?? '',
    input: input.replace(/<aws\.scheduler\.[a-z-]+>/g, (name) => placeholders[name] ?? name),
    messageGroupId: optionalText(record(target, 'SqsParameters'), 'MessageGroupId'),
    deadLetterArn: optionalText(record(target, 'DeadLetterConfig'), 'Arn'),
  };
}

/** What a Lambda target gets when the schedule has no input of its own. */
function defaultInput(schedule: Schedule, occurrence: number, executionId: string): Props {
  const [, , , region, account] = schedule.arn.split(':');
  return {
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account,
    time: instant(occurrence).replace('.000Z', 'Z'),
    region,
    resources: [schedule.arn],
    detail: '{}',
  };
}
