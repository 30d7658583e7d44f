import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type ClosedMonth, closedMonthSchema } from '../model/month.ts';
import type { MonthRepository } from '../reconciliation/ports.ts';
import { keys } from './keys.ts';
import { cancellationReasons, type Table } from './table.ts';

/** Closed months, chained: each follows the one that was closed before it, and none is ever changed. */
export function createMonthRepository({ documents, name: TableName }: Table): MonthRepository {
  const find = async (tenantId: string, month: string): Promise<ClosedMonth | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: keys.month(tenantId, month), ConsistentRead: true }),
    );
    return Item && closedMonthSchema.parse(Item);
  };
  return {
    find,

    async last(tenantId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.lastMonth(tenantId), ConsistentRead: true }),
      );
      return typeof Item?.month === 'string' ? find(tenantId, Item.month) : undefined;
    },

    async close(closed) {
      const { tenant_id, month, previous_hash, hash } = closed;
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: {
                  TableName,
                  Item: { ...keys.month(tenant_id, month), type: 'closed_month', ...closed },
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
              {
                Put: {
                  TableName,
                  Item: { ...keys.lastMonth(tenant_id), type: 'last_month', month, hash },
                  ...(previous_hash === null
                    ? { ConditionExpression: 'attribute_not_exists(pk)' }
                    : {
                        ConditionExpression: '#hash = :previous',
                        ExpressionAttributeNames: { '#hash': 'hash' },
                        ExpressionAttributeValues: { ':previous': previous_hash },
                      }),
                },
              },
            ],
          }),
        );
        return true;
      } catch (error) {
        if (cancellationReasons(error)?.includes('ConditionalCheckFailed')) return false;
        throw error;
      }
    },

    async list(tenantId, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.month(tenantId, '').pk, ':prefix': keys.monthPrefix },
          ...(after === undefined ? {} : { ExclusiveStartKey: keys.month(tenantId, after) }),
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const months = Items.map((item) => closedMonthSchema.parse(item));
      const last = months.at(-1);
      return LastEvaluatedKey && last ? { months, next: last.month } : { months };
    },
  };
}
