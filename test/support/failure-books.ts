import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '#shared/data/keys.ts';
import { createRetryQueue } from '#shared/data/retry-queue.ts';
import type { Table } from '#shared/data/table.ts';
import { type FailureCause, failureCauseSchema } from '#shared/model/failure-cause.ts';
import { type FailureRecord, failureRecordSchema } from '#shared/model/failure-record.ts';

type Item = Readonly<Record<string, unknown>>;

export interface FailureBooks {
  readonly failures: readonly FailureRecord[];
  readonly causes: readonly FailureCause[];
  /** What the table keeps of them: members by cause and route, and the queue of retries. */
  readonly kept: { readonly members: object; readonly retries: readonly string[] };
  /** The same, added up from the failures themselves. */
  readonly counted: FailureBooks['kept'];
}

/** Everything a tenant's failures have in the table, and what should be there by the failures alone. */
export async function failureBooks(table: Table, tenantId: string): Promise<FailureBooks> {
  const own = await itemsOf(table, tenantId);
  const ofType = (type: string) => own.filter((item) => item.type === type);
  const failures = ofType('failure').map((item) => failureRecordSchema.parse(item));
  const causes = ofType('cause').map((item) => failureCauseSchema.parse(item));
  return {
    failures,
    causes,
    kept: {
      members: Object.fromEntries(causes.map(({ cause, members }) => [cause, members]).sort()),
      retries: ofType('retry')
        .map(({ sk }) => String(sk))
        .sort(),
    },
    counted: { members: countMembers(failures), retries: dueOnes(failures, causes) },
  };
}

async function itemsOf(table: Table, tenantId: string): Promise<Item[]> {
  const partitions = [{ pk: keys.failure(tenantId, '').pk, prefix: '' }];
  for (let shard = 0; shard < createRetryQueue(table).shards; shard += 1) {
    const { pk, sk } = keys.retry(shard, tenantId, '');
    partitions.push({ pk, prefix: sk.slice(0, -1) });
  }
  return (await Promise.all(partitions.map(({ pk, prefix }) => read(table, pk, prefix)))).flat();
}

async function read({ documents, name }: Table, pk: string, prefix: string): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: name,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix ? { ':prefix': prefix } : {}) },
        ExclusiveStartKey,
        ConsistentRead: true,
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

function countMembers(failures: readonly FailureRecord[]): object {
  const members: Record<string, Record<string, { open: number; acknowledged: number }>> = {};
  for (const { cause, route_id, state } of failures) {
    members[cause] ??= {};
    members[cause][route_id] ??= { open: 0, acknowledged: 0 };
    members[cause][route_id][state] += 1;
  }
  return members;
}

function dueOnes(failures: readonly FailureRecord[], causes: readonly FailureCause[]): string[] {
  const own = failures.flatMap(({ tenant_id, route_id, failure_id, next_retry_at: at, state }) =>
    at !== undefined && state === 'open' ? [`${tenant_id}#${route_id}#${at}#${failure_id}`] : [],
  );
  const released = causes.flatMap(({ tenant_id, cause, released_at: at }) => {
    const open = failures.filter((failure) => failure.cause === cause && failure.state === 'open');
    const routes = at === undefined ? [] : [...new Set(open.map(({ route_id }) => route_id))];
    return routes.map((route) => `${tenant_id}#${route}#${at}#${cause}`);
  });
  return [...own, ...released].sort();
}
