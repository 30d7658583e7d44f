import { arn, type Place } from '#local/cloud/template/place.ts';
import { number, optionalText, type Props, record } from '#local/cloud/template/types.ts';
import type { Clock } from '#shared/core/clock.ts';
import { jsonFile } from './json-file.ts';
import { parseScheduleExpression } from './schedule-expression.ts';

/** A schedule as the API takes and returns it; dates are epoch seconds. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** ScheduleExpression, Target, State and the rest of the request, as sent. */
  readonly definition: Props;
  /** The occurrence that comes next, epoch milliseconds; undefined when it is over or disabled. */
  readonly nextAt: number | undefined;
}

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
}

/** An error of EventBridge Scheduler under its own name and status. */
export class SchedulerError extends Error {
  override readonly name = 'SchedulerError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Saved {
  readonly groups: readonly ScheduleGroup[];
  readonly schedules: readonly Schedule[];
}

/** Schedules and their groups, kept in `schedules.json` of the data folder. */
export class SchedulerStore {
  readonly #groups: Map<string, ScheduleGroup>;
  readonly #schedules: Map<string, Schedule>;
  readonly #place: Place;
  readonly #clock: Clock;
  readonly #save: () => void;

  constructor(options: { readonly place: Place; readonly clock: Clock; readonly dataDir?: string | undefined }) {
    const file = jsonFile<Saved>(options.dataDir, 'schedules.json');
    const saved = file.load({ groups: [], schedules: [] });
    this.#place = options.place;
    this.#clock = options.clock;
    this.#groups = new Map(saved.groups.map((group) => [group.name, group]));
    this.#schedules = new Map(saved.schedules.map((schedule) => [key(schedule.group, schedule.name), schedule]));
    this.#save = () => file.save({ groups: [...this.#groups.values()], schedules: [...this.#schedules.values()] });
    if (!this.#groups.has('default')) this.createGroup('default');
  }

  all(): readonly Schedule[] {
    return [...this.#schedules.values()];
  }

  groups(): readonly ScheduleGroup[] {
    return [...this.#groups.values()];
  }

  group(name: string): ScheduleGroup {
    const group = this.#groups.get(name);
    if (group) return group;
    throw new SchedulerError(404, 'ResourceNotFoundException', `Schedule group ${name} does not exist.`);
  }

  createGroup(name: string): ScheduleGroup {
    if (this.#groups.has(name)) {
      throw new SchedulerError(409, 'ConflictException', `Schedule group ${name} already exists.`);
    }
    const group = { name, arn: arn(this.#place, 'scheduler', `schedule-group/${name}`), createdAt: this.#clock.now() };
    this.#groups.set(name, group);
    this.#save();
    return group;
  }

  deleteGroup(name: string): void {
    this.group(name);
    if (name === 'default')
      throw new SchedulerError(400, 'ValidationException', 'The default group cannot be deleted.');
    this.#groups.delete(name);
    for (const schedule of this.all()) {
      if (schedule.group === name) this.#schedules.delete(key(name, schedule.name));
    }
    this.#save();
  }

  find(group: string, name: string): Schedule {
    const schedule = this.#schedules.get(key(group, name));
    if (schedule) return schedule;
    throw new SchedulerError(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
  }

  has(group: string, name: string): boolean {
    return this.#schedules.has(key(group, name));
  }

  create(group: string, name: string, definition: Props): Schedule {
    this.group(group);
    const known = this.#schedules.get(key(group, name));
    if (known) {
      const token = optionalText(definition, 'ClientToken');
      if (token !== undefined && token === known.definition.ClientToken) return known;
      throw new SchedulerError(409, 'ConflictException', `Schedule ${name} already exists.`);
    }
    return this.#put(group, name, definition, this.#clock.now());
  }

  /** Replaces the whole definition: what the request leaves out goes back to its default. */
  update(group: string, name: string, definition: Props): Schedule {
    return this.#put(group, name, definition, this.find(group, name).createdAt);
  }

  delete(group: string, name: string): void {
    this.find(group, name);
    this.#schedules.delete(key(group, name));
    this.#save();
  }

  /** Marks an occurrence as done: computes the next one, or removes a schedule that asked for it. */
  advance(schedule: Schedule, occurrence: number): void {
    const nextAt = nextOccurrence(schedule, occurrence);
    const over = nextAt === undefined && schedule.definition.ActionAfterCompletion === 'DELETE';
    if (over) this.#schedules.delete(key(schedule.group, schedule.name));
    else this.#schedules.set(key(schedule.group, schedule.name), { ...schedule, nextAt });
    this.#save();
  }

  #put(group: string, name: string, definition: Props, createdAt: number): Schedule {
    validate(name, definition);
    const now = this.#clock.now();
    const scheduleArn = arn(this.#place, 'scheduler', `schedule/${group}/${name}`);
    const blank = { name, group, arn: scheduleArn, createdAt, changedAt: now, definition, nextAt: undefined };
    // One millisecond back, so that a rate fires at once and an occurrence of this very instant counts.
    const schedule = { ...blank, nextAt: nextOccurrence(blank, now - 1) };
    this.#schedules.set(key(group, name), schedule);
    this.#save();
    return schedule;
  }
}

/** The first occurrence after an instant within StartDate and EndDate; none while disabled. */
export function nextOccurrence(schedule: Schedule, after: number): number | undefined {
  const { definition } = schedule;
  if (definition.State === 'DISABLED') return undefined;
  const expression = expressionOf(definition);
  const start = seconds(definition, 'StartDate');
  const end = seconds(definition, 'EndDate');
  const from = start === undefined || expression.oneTime ? after : Math.max(after, start - 1);
  const next = expression.next(from, start ?? schedule.changedAt);
  return next === undefined || (end !== undefined && !expression.oneTime && next > end) ? undefined : next;
}

function expressionOf(definition: Props): ReturnType<typeof parseScheduleExpression> {
  const zone = optionalText(definition, 'ScheduleExpressionTimezone') ?? 'UTC';
  return parseScheduleExpression(optionalText(definition, 'ScheduleExpression') ?? '', zone);
}

function validate(name: string, definition: Props): void {
  const refuse = (message: string): never => {
    throw new SchedulerError(400, 'ValidationException', message);
  };
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) refuse(`Invalid schedule name ${name}.`);
  try {
    expressionOf(definition);
  } catch (error) {
    refuse((error as Error).message);
  }
  const target = record(definition, 'Target');
  if (!optionalText(target, 'Arn')) refuse('Target.Arn is required.');
  if (!optionalText(target, 'RoleArn')) refuse('Target.RoleArn is required.');
  const mode = optionalText(record(definition, 'FlexibleTimeWindow'), 'Mode');
  if (mode !== 'OFF' && mode !== 'FLEXIBLE') refuse('FlexibleTimeWindow.Mode must be OFF or FLEXIBLE.');
}

/** Dates arrive as epoch seconds from the SDK and as ISO text from a template. */
function seconds(definition: Props, member: string): number | undefined {
  const value = definition[member];
  if (value === undefined) return undefined;
  const asNumber = number(definition, member, Number.NaN);
  return Number.isNaN(asNumber) ? Date.parse(String(value)) : asNumber * 1000;
}

function key(group: string, name: string): string {
  return `${group}/${name}`;
}
