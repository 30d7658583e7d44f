import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ChannelName, type Delivery, type DeliveryStatus, deliverySchema } from '../model/notification.ts';
import { getMany } from './batches.ts';
import { queryDue } from './due.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Most items one listing reads to fill a page when filters leave few of them: bounds the cost of a page. */
const readLimit = 1000;
/** How long what was sent can be looked up. */
const keptSeconds = 90 * 86_400;

/** Messages to channels, those to come and those past. */
export interface DeliveryRepository {
  findMany(tenantId: string, deliveryIds: readonly string[]): Promise<Delivery[]>;
  /** Stores it if its version is still `delivery.version - 1`; false when somebody else was faster. */
  save(delivery: Delivery): Promise<boolean>;
  /** A page over all tenants of those to be sent at or before `now`, longest due first. `next` goes back in as `after`. */
  due(
    now: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ deliveries: Delivery[]; next?: string }>;
  /** Of one tenant, newest first. */
  list(
    tenantId: string,
    query: {
      readonly channel?: ChannelName | undefined;
      readonly status?: DeliveryStatus | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ deliveries: Delivery[]; next?: string }>;
}

export function createDeliveryRepository(table: Table): DeliveryRepository {
  const { documents, name: TableName } = table;
  return {
    async findMany(tenantId, deliveryIds) {
      const items = await getMany(
        table,
        deliveryIds.map((id) => keys.delivery(tenantId, id)),
      );
      return items.flatMap((item) => (item ? [deliverySchema.parse(item)] : []));
    },

    async save(delivery) {
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: deliveryItem(delivery),
            ConditionExpression: delivery.version === 1 ? 'attribute_not_exists(pk)' : '#version = :before',
            ...(delivery.version === 1
              ? {}
              : {
                  ExpressionAttributeNames: { '#version': 'version' },
                  ExpressionAttributeValues: { ':before': delivery.version - 1 },
                }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async due(now, { limit, after }) {
      const { gsi1pk: pk, gsi1sk: until } = keys.deliveriesDue(now, '~');
      const { items, more } = await queryDue(table, { pk, after, until, limit });
      const deliveries = items.map((item) => deliverySchema.parse(item));
      const last = deliveries.at(-1);
      const next = last && keys.deliveriesDue(last.due_at, last.delivery_id).gsi1sk;
      return { deliveries, ...(more && next !== undefined ? { next } : {}) };
    },

    async list(tenantId, { channel, status, limit, after }) {
      const index = channel
        ? {
            IndexName: 'gsi2',
            pkName: 'gsi2pk',
            skName: 'gsi2sk',
            pk: keys.deliveriesByChannel(tenantId, channel).gsi2pk,
          }
        : { pkName: 'pk', skName: 'sk', pk: keys.delivery(tenantId, '').pk };
      const { pkName, skName, pk, ...named } = index;
      const deliveries: Delivery[] = [];
      let before = after ?? '~';
      for (let read = 0; read < readLimit; ) {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            TableName,
            ...named,
            KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
            ExpressionAttributeNames: { '#pk': pkName, '#sk': skName },
            ExpressionAttributeValues: {
              ':pk': pk,
              ':low': keys.deliveryPrefix,
              // BETWEEN is inclusive: the one the page before ended with is passed over below.
              ':high': `${keys.deliveryPrefix}${before}`,
            },
            ScanIndexForward: false,
            Limit: limit + 1,
          }),
        );
        for (const item of Items) {
          const delivery = deliverySchema.parse(item);
          read += 1;
          if (delivery.delivery_id === before) continue;
          before = delivery.delivery_id;
          if (status && delivery.status !== status) continue;
          deliveries.push(delivery);
          if (deliveries.length === limit) return { deliveries, next: before };
        }
        if (!LastEvaluatedKey) return { deliveries };
      }
      return { deliveries, next: before };
    },
  };
}

const open: readonly DeliveryStatus[] = ['waiting', 'sending', 'retrying'];

/** Final ones leave the index of what is due. */
export function deliveryItem(delivery: Delivery): Record<string, unknown> {
  const { tenant_id, delivery_id, channel, status, due_at, created_at } = delivery;
  return {
    ...keys.delivery(tenant_id, delivery_id),
    ...keys.deliveriesByChannel(tenant_id, channel, delivery_id),
    ...(open.includes(status) ? keys.deliveriesDue(due_at, delivery_id) : {}),
    type: 'delivery',
    ...delivery,
    expires_at: Math.floor(Date.parse(created_at) / 1000) + keptSeconds,
  };
}
