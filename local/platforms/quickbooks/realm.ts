import type { Company } from './company.ts';
import { type FaultError, QuickBooksFault } from './faults.ts';
import { type Kept, Replays } from './replay.ts';
import type { EntityName, EntitySpec, Operation } from './specs/entity-spec.ts';
import { Throttle } from './throttle.ts';
import { type Row, sameRow } from './values.ts';
import { type WriteRequest, write } from './write.ts';

/** A write made to fail on purpose, alone or inside a batch. */
export interface PlannedFailure {
  readonly entity: EntityName;
  /** Any when absent. */
  readonly operation?: Operation;
  /** Only writes whose body has these property values. */
  readonly match?: Row;
  readonly fault: FaultError & { readonly type?: string };
  /** True: the write is stored and still answered with the fault, as fault 6000 has been seen to do. */
  readonly commit?: boolean;
  /** How many writes; default 1. */
  readonly times?: number;
}

/** A company as the API serves it: the books plus what protects them from the outside. */
export class Realm {
  readonly company: Company;
  readonly replays: Replays;
  readonly throttle: Throttle;
  /** Name-list writes in progress, for the "one name at a time" refusal. */
  nameWrites = 0;
  private readonly failures: { plan: PlannedFailure; left: number }[] = [];

  constructor(company: Company, keepMs: number, kept?: Map<string, Kept>) {
    this.company = company;
    this.replays = new Replays(company.clock, keepMs, kept);
    this.throttle = new Throttle(company.clock);
  }

  failNext(plan: PlannedFailure): void {
    this.failures.push({ plan, left: plan.times ?? 1 });
  }

  clearFailures(): void {
    this.failures.length = 0;
  }

  /** A write with planned failures applied. @returns the entity as JSON text. */
  write(request: WriteRequest): string {
    const plan = this.takeFailure(request);
    const fault =
      plan && new QuickBooksFault([errorOf(plan)], plan.fault.type === undefined ? {} : { type: plan.fault.type });
    if (fault && !plan.commit) throw fault;
    const json = write(this.company, request);
    if (fault) throw fault;
    this.company.meters.writes += 1;
    return json;
  }

  private takeFailure({ spec, operation, body }: WriteRequest): PlannedFailure | undefined {
    const index = this.failures.findIndex(({ plan }) => fits(plan, spec, operation, body));
    const found = this.failures[index];
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.failures.splice(index, 1);
    return found.plan;
  }
}

function fits(plan: PlannedFailure, spec: EntitySpec, operation: Operation | undefined, body: Row): boolean {
  if (plan.entity !== spec.name) return false;
  const asked = operation ?? (body.Id === undefined ? 'create' : 'update');
  if (plan.operation !== undefined && plan.operation !== asked) return false;
  return plan.match === undefined || sameRow(body, plan.match);
}

function errorOf({ fault }: PlannedFailure): FaultError {
  const { type: _type, ...error } = fault;
  return error;
}
