import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Metric, type MetricIncrement, metricSchema } from '../model/metric.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** Counters per day and flow. They are added to by the checkpoint of a leg, in its transaction. */
export interface MetricRepository {
  /** Those of the days from `from` to `to`, both inclusive, in order of day. One item per day and flow, about 1 KB each. */
  list(tenantId: string, from: string, to: string): Promise<Metric[]>;
}

export function createMetricRepository({ documents, name: TableName }: Table): MetricRepository {
  return {
    async list(tenantId, from, to) {
      const { pk, sk: low } = keys.metric(tenantId, from);
      const metrics: Metric[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
            ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': `${keys.metric(tenantId, to).sk}~` },
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        for (const item of page.Items ?? []) metrics.push(parse(item));
        start = page.LastEvaluatedKey;
      } while (start);
      return metrics;
    },
  };
}

/** Counters are attributes of the item itself: only those can be added to. */
function parse(item: Record<string, unknown>): Metric {
  const { tenant_id, day, route_id } = item;
  const counters = Object.fromEntries(Object.entries(item).filter(([, value]) => typeof value === 'number'));
  return metricSchema.parse({ tenant_id, day, route_id, counters });
}

/** The part of a transaction that adds to the counters of a flow and day; makes the item where there is none. */
export function metricUpdate(
  TableName: string,
  { tenant_id, route_id }: { readonly tenant_id: string; readonly route_id: string },
  { day, add }: MetricIncrement,
) {
  const own = { type: 'metric', tenant_id, day, route_id };
  const counters = Object.entries(add);
  const set = Object.keys(own).map((name) => `#${name} = :${name}`);
  return {
    Update: {
      TableName,
      Key: keys.metric(tenant_id, day, route_id),
      UpdateExpression: `SET ${set.join(', ')} ADD ${counters.map((_, n) => `#c${n} :c${n}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries([
        ...Object.keys(own).map((name) => [`#${name}`, name]),
        ...counters.map(([name], n) => [`#c${n}`, name]),
      ]),
      ExpressionAttributeValues: Object.fromEntries([
        ...Object.entries(own).map(([name, value]) => [`:${name}`, value]),
        ...counters.map(([, value], n) => [`:c${n}`, value]),
      ]),
    },
  };
}
