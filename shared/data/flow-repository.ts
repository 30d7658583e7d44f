import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type FlowSettings, flowSettingsSchema, noFlowSettings } from '../model/flow-settings.ts';
import type { FlowRepository } from '../sync/ports.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** What a workspace chose for its flows. */
export function createFlowRepository({ documents, name: TableName }: Table): FlowRepository {
  return {
    async settings(tenantId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.flowSettings(tenantId), ConsistentRead: true }),
      );
      return Item ? flowSettingsSchema.parse(Item) : noFlowSettings(tenantId);
    },

    async save(settings: FlowSettings) {
      const { tenant_id, version } = settings;
      const next = { ...settings, version: version + 1 };
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: { ...keys.flowSettings(tenant_id), type: 'flow_settings', ...next },
            ConditionExpression: 'attribute_not_exists(pk) OR #version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          }),
        );
        return next;
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },
  };
}
