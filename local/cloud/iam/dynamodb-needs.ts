import { arn, type Place } from '#local/cloud/template/place.ts';
import { isRecord, optionalText, type Props, records } from '#local/cloud/template/types.ts';
import type { Need } from './evaluate.ts';

/** Members of a TransactWriteItems entry and the permission each needs. */
const transactActions = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
const transactPermissions = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
} as const;

/**
 * Permissions of a DynamoDB call. Queries and scans of an index are on the index, transactions need the permission of
 * each member.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dynamodbNeeds(operation: string, body: Props, place: Place): readonly Need[] {
  const action = `dynamodb:${operation}`;
  const of = (table: unknown): string => tableArn(place, String(table));
  if (operation === 'ListTables') return [{ action, resource: '*' }];
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const tables = isRecord(body.RequestItems) ? Object.keys(body.RequestItems) : [];
    return tables.map((table) => ({ action, resource: of(table) }));
  }
  if (operation === 'TransactGetItems') {
    const gets = records(body.TransactItems).map((item) => (isRecord(item.Get) ? item.Get.TableName : undefined));
    return unique(gets.map((table) => ({ action: 'dynamodb:GetItem', resource: of(table) })));
  }
  if (operation === 'TransactWriteItems')
    return unique(records(body.TransactItems).flatMap((item) => writes(item, of)));
  const index = optionalText(body, 'IndexName');
  const table = of(body.TableName);
  return [{ action, resource: index === undefined ? table : `${table}/index/${index}` }];
}

function writes(item: Props, of: (table: unknown) => string): readonly Need[] {
  return transactActions.flatMap((member) => {
    const write = item[member];
    return isRecord(write) ? [{ action: transactPermissions[member], resource: of(write.TableName) }] : [];
  });
}

function unique(needs: readonly Need[]): readonly Need[] {
  return [...new Map(needs.map((need) => [`${need.action} ${need.resource}`, need])).values()];
}

function tableArn(place: Place, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arn(place, 'dynamodb', `table/${nameOrArn}`);
}
