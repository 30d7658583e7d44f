import * as z from 'zod';
import { type FailureCause, failureCauseSchema } from '../model/failure-cause.ts';
import { type FailureRecord, failureRecordSchema } from '../model/failure-record.ts';
import { keys } from './keys.ts';
import type { Item, Key } from './table.ts';

/** What is stored, with the version that tells whether it still is. */
export interface Stored<T> {
  readonly value: T;
  readonly key: Key;
  readonly version: number;
}

const storedSchema = z.object({ pk: z.string(), sk: z.string(), version: z.number().int() });

function read<T>(item: Item | undefined, schema: z.ZodType<T>): Stored<T> | undefined {
  if (!item) return undefined;
  const { pk, sk, version } = storedSchema.parse(item);
  return { value: schema.parse(item), key: { pk, sk }, version };
}

export const readFailure = (item: Item | undefined) => read<FailureRecord>(item, failureRecordSchema);
export const readCause = (item: Item | undefined) => read<FailureCause>(item, failureCauseSchema);

/** Where a failure stands in every list of failures. */
export function failurePosition({ tenant_id, last_failed_at, failure_id }: FailureRecord): string {
  return keys.failures(tenant_id, last_failed_at, failure_id).gsi1sk;
}

export function failureItem(record: FailureRecord): Item {
  const { tenant_id, failure_id, route_id, cause, last_failed_at } = record;
  return {
    ...keys.failure(tenant_id, failure_id),
    ...keys.failures(tenant_id, last_failed_at, failure_id),
    ...keys.failuresByRoute(tenant_id, route_id, last_failed_at, failure_id),
    ...keys.failuresByCause(tenant_id, cause, last_failed_at, failure_id),
    type: 'failure',
    ...record,
  };
}

export function causeItem(group: FailureCause): Item {
  const { tenant_id, cause, last_seen_at, parent } = group;
  return {
    ...keys.cause(tenant_id, cause),
    ...keys.causes(tenant_id, last_seen_at, cause),
    ...(parent ? keys.dependentsByParentRoute(tenant_id, parent.route_id, cause) : {}),
    type: 'cause',
    ...group,
  };
}
