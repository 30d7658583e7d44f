import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from './table.ts';

/** Items of a partition of gsi1 that are due, the earliest first; `more` says whether a page ended before the last. */
export async function queryDue(
  { documents, name: TableName }: Table,
  due: { readonly pk: string; readonly after: string | undefined; readonly until: string; readonly limit: number },
): Promise<{ items: Item[]; more: boolean }> {
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :pk AND gsi1sk BETWEEN :after AND :until',
      ExpressionAttributeValues: {
        ':pk': due.pk,
        // BETWEEN is inclusive: a space sorts before everything that a key goes on with.
        ':after': due.after === undefined ? '0' : `${due.after} `,
        ':until': due.until,
      },
      Limit: due.limit,
    }),
  );
  return { items: Items, more: LastEvaluatedKey !== undefined };
}
