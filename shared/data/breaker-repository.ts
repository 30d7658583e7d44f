import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Breaker, breakerSchema } from '../model/breaker.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Circuit breakers, shared by all workers. A connection that works has none. */
export interface BreakerRepository {
  find(tenantId: string, platform: string): Promise<Breaker | undefined>;
  /** All of a tenant: at most as many as there are platforms. */
  list(tenantId: string): Promise<Breaker[]>;
  /** Stores it if its version is still `breaker.version - 1`; false when somebody else was faster. */
  store(breaker: Breaker): Promise<boolean>;
  /** Forgets it if it is still this one; false when somebody else was faster. */
  clear(breaker: Breaker): Promise<boolean>;
  /** Forgets it whatever it is. */
  reset(tenantId: string, platform: string): Promise<void>;
}

export function createBreakerRepository({ documents, name: TableName }: Table): BreakerRepository {
  const won = async (write: Promise<unknown>): Promise<boolean> => {
    try {
      await write;
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  };
  const unchanged = (version: number) => ({
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version },
  });

  return {
    async find(tenantId, platform) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.breaker(tenantId, platform), ConsistentRead: true }),
      );
      return Item && breakerSchema.parse(Item);
    },

    async list(tenantId) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.breaker(tenantId, '').pk, ':prefix': keys.breakerPrefix },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => breakerSchema.parse(item));
    },

    store(breaker) {
      const { tenant_id, platform, version } = breaker;
      const Item = { ...keys.breaker(tenant_id, platform), type: 'breaker', ...breaker };
      const condition = version === 1 ? { ConditionExpression: 'attribute_not_exists(pk)' } : unchanged(version - 1);
      return won(documents.send(new PutCommand({ TableName, Item, ...condition })));
    },

    clear({ tenant_id, platform, version }) {
      const Key = keys.breaker(tenant_id, platform);
      return won(documents.send(new DeleteCommand({ TableName, Key, ...unchanged(version) })));
    },

    async reset(tenantId, platform) {
      await documents.send(new DeleteCommand({ TableName, Key: keys.breaker(tenantId, platform) }));
    },
  };
}
