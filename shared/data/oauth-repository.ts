import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { sha256Hex } from '../core/json.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

const stateSchema = z.object({
  tenant_id: z.string(),
  user_id: z.string(),
  platform: z.string(),
  /** Epoch ms. TTL alone would not do: DynamoDB may take days to delete. */
  valid_until_ms: z.number(),
  /** Page of the console to lead back to; undefined: the window is closed. */
  return_to: z.string().optional(),
});
/** Who asked to connect what. */
export type OAuthState = z.infer<typeof stateSchema>;

export interface OAuthRepository {
  saveState(state: string, owner: OAuthState): Promise<void>;
  /** The owner of a state, once: whoever asks again, or for an unknown one, gets undefined. May be out of date. */
  consumeState(state: string): Promise<OAuthState | undefined>;
  /** Takes the right to change a connection's secret until `untilMs`; false while somebody else has it. */
  acquireLock(lock: ConnectionLock, nowMs: number, untilMs: number): Promise<boolean>;
  /** Gives it back; without effect when it expired and somebody else took it. */
  releaseLock(lock: ConnectionLock): Promise<void>;
}

export interface ConnectionLock {
  readonly tenantId: string;
  readonly platform: string;
  /** Unique per attempt. */
  readonly owner: string;
}

/** Only the hash of a state is stored: who can read the table cannot finish somebody's sign-in. */
const stateKey = (state: string) => keys.oauthState(sha256Hex(state));

export function createOAuthRepository(table: Table): OAuthRepository {
  const { documents, name: TableName } = table;
  return {
    async saveState(state, owner) {
      const expires_at = Math.ceil(owner.valid_until_ms / 1000);
      await documents.send(
        new PutCommand({ TableName, Item: { ...stateKey(state), type: 'oauth_state', ...owner, expires_at } }),
      );
    },

    async consumeState(state) {
      try {
        const { Attributes } = await documents.send(
          new DeleteCommand({
            TableName,
            Key: stateKey(state),
            ConditionExpression: 'attribute_exists(pk)',
            ReturnValues: 'ALL_OLD',
          }),
        );
        return stateSchema.parse(Attributes);
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },

    async acquireLock({ tenantId, platform, owner }, nowMs, untilMs) {
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: {
              ...keys.refreshLock(tenantId, platform),
              type: 'refresh_lock',
              owner,
              until_ms: untilMs,
              expires_at: Math.ceil(untilMs / 1000) + 3600,
            },
            ConditionExpression: 'attribute_not_exists(pk) OR until_ms <= :now',
            ExpressionAttributeValues: { ':now': nowMs },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async releaseLock({ tenantId, platform, owner }) {
      try {
        await documents.send(
          new DeleteCommand({
            TableName,
            Key: keys.refreshLock(tenantId, platform),
            ConditionExpression: '#owner = :owner',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':owner': owner },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}
