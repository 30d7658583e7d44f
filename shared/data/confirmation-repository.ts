import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Confirmation, confirmationSchema } from '../model/confirmation.ts';
import type { ConfirmationRepository } from '../sync/ports.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** A used or expired one is still recognised for a day. */
const keepSeconds = 24 * 3600;

export function createConfirmationRepository({ documents, name: TableName }: Table): ConfirmationRepository {
  const keyOf = ({ tenant_id, token_hash }: Confirmation) => keys.confirmation(tenant_id, token_hash);
  return {
    async create(confirmation) {
      const expires_at = Math.floor(Date.parse(confirmation.expires) / 1000) + keepSeconds;
      await documents.send(
        new PutCommand({
          TableName,
          Item: { ...keyOf(confirmation), type: 'confirmation', ...confirmation, expires_at },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    },
    async find(tenantId, tokenHash) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.confirmation(tenantId, tokenHash), ConsistentRead: true }),
      );
      return Item && confirmationSchema.parse(Item);
    },
    async use(confirmation, runId) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(confirmation),
            UpdateExpression: 'SET run_id = :run',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(run_id)',
            ExpressionAttributeValues: { ':run': runId },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}
