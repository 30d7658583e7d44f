import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Reconciliation, storedReconciliationSchema } from '../model/reconciliation.ts';
import type { ReconciliationRepository } from '../reconciliation/ports.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Reports of reconciliations, without their days. */
export function createReconciliationRepository({ documents, name: TableName }: Table): ReconciliationRepository {
  return {
    async create(report) {
      try {
        await documents.send(
          new PutCommand({ TableName, Item: itemOf(report), ConditionExpression: 'attribute_not_exists(pk)' }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async find(tenantId, reportId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.reconciliation(tenantId, reportId), ConsistentRead: true }),
      );
      return Item && storedReconciliationSchema.parse(Item);
    },

    async list(tenantId, { limit, after }) {
      const { pk } = keys.reconciliation(tenantId, '');
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': keys.reconciliationPrefix },
          ...(after === undefined ? {} : { ExclusiveStartKey: keys.reconciliation(tenantId, after) }),
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const reports = Items.map((item) => storedReconciliationSchema.parse(item));
      const last = reports.at(-1);
      return LastEvaluatedKey && last ? { reports, next: last.report_id } : { reports };
    },

    async save(report) {
      await documents.send(new PutCommand({ TableName, Item: itemOf(report) }));
    },
  };
}

function itemOf(report: Reconciliation): Record<string, unknown> {
  return { ...keys.reconciliation(report.tenant_id, report.report_id), type: 'reconciliation', ...report };
}
