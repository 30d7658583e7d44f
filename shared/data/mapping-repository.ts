import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { MappingRepository } from '../mapping-editor/ports.ts';
import { type MappingVersion, mappingVersionSchema } from '../model/mapping-version.ts';
import { keys } from './keys.ts';
import { cancellationReasons, type Table } from './table.ts';

/**
 * Saved versions of mappings. The one in use is kept once more beside the tenant's other settings, with its document, so
 * that a slice finds all of them by one query.
 */
export function createMappingRepository({ documents, name: TableName }: Table): MappingRepository {
  return {
    async listActive(tenantId) {
      const found: MappingVersion[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: {
              ':pk': keys.activeMapping(tenantId, '').pk,
              ':prefix': keys.activeMappingPrefix,
            },
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        );
        found.push(...(page.Items ?? []).map((item) => mappingVersionSchema.parse(item)));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return found;
    },

    async find(tenantId, mappingId, version) {
      const Key = keys.mappingVersion(tenantId, mappingId, version);
      const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item && mappingVersionSchema.parse(Item);
    },

    async list(tenantId, mappingId, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.mappingVersion(tenantId, mappingId, 0).pk },
          ...(after === undefined ? {} : { ExclusiveStartKey: keys.mappingVersion(tenantId, mappingId, after) }),
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      const versions = Items.map((item) => mappingVersionSchema.parse(item));
      const last = versions.at(-1);
      return LastEvaluatedKey && last ? { versions, next: last.version } : { versions };
    },

    async save(versions) {
      try {
        await documents.send(
          new TransactWriteCommand({ TransactItems: versions.flatMap((version) => putsOf(TableName, version)) }),
        );
        return true;
      } catch (error) {
        // Somebody else's transaction over the same mapping, under way or done.
        if (cancellationReasons(error)) return false;
        throw error;
      }
    },
  };
}

function putsOf(TableName: string, saved: MappingVersion) {
  const { tenant_id, mapping_id, version } = saved;
  return [
    {
      Put: {
        TableName,
        Item: { ...keys.mappingVersion(tenant_id, mapping_id, version), type: 'mapping_version', ...saved },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Put: {
        TableName,
        Item: { ...keys.activeMapping(tenant_id, mapping_id), type: 'active_mapping', ...saved },
        ...(version === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :before',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':before': version - 1 },
            }),
      },
    },
  ];
}
