import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Connection, connectionSchema } from '../model/connection.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** Fields that change without the owner changing the connection. */
export type ConnectionPatch = Partial<
  Pick<
    Connection,
    | 'status'
    | 'enabled'
    | 'settings'
    | 'own_settings'
    | 'suggested_settings'
    | 'display_name'
    | 'profile'
    | 'warnings'
    | 'failure'
    | 'last_check_at'
    | 'last_sync_at'
  >
>;

export interface ConnectionRepository {
  find(tenantId: string, platform: string): Promise<Connection | undefined>;
  /** All of a tenant: as many as there are platforms. */
  list(tenantId: string): Promise<Connection[]>;
  /** Connections of a platform over all tenants that are connected, in a stable order. `next` goes back in as `after`. */
  listByPlatform(
    platform: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ connections: Connection[]; next?: string }>;
  /** Workspaces connected to an account, by its name in webhooks. May lag a moment. */
  listByAccount(platform: string, account: string): Promise<string[]>;
  /** Stores the connection if its version is still `connection.version - 1`; false when somebody else was faster. */
  save(connection: Connection): Promise<boolean>;
  /**
   * Changes some fields; an undefined one is removed. With `connectedAt`, only while it is still the same grant: what an
   * old token met must not be held against a new one. Undefined when the condition does not hold.
   */
  patch(
    tenantId: string,
    platform: string,
    fields: ConnectionPatch,
    condition?: { readonly connectedAt: string | undefined },
  ): Promise<Connection | undefined>;
}

export function createConnectionRepository(table: Table): ConnectionRepository {
  const { documents, name: TableName } = table;
  return {
    async find(tenantId, platform) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.connection(tenantId, platform), ConsistentRead: true }),
      );
      return Item && connectionSchema.parse(Item);
    },

    async list(tenantId) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.connection(tenantId, '').pk, ':prefix': keys.connectionPrefix },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => connectionSchema.parse(item));
    },

    async listByPlatform(platform, { limit, after }) {
      const { gsi1pk } = keys.connectionsByPlatform(platform);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'gsi1',
          KeyConditionExpression: after === undefined ? 'gsi1pk = :pk' : 'gsi1pk = :pk AND gsi1sk > :after',
          ExpressionAttributeValues: {
            ':pk': gsi1pk,
            ...(after === undefined ? {} : { ':after': keys.connectionsByPlatform(platform, after).gsi1sk }),
          },
          Limit: limit,
        }),
      );
      const connections = Items.map((item) => connectionSchema.parse(item));
      const last = connections.at(-1);
      return { connections, ...(LastEvaluatedKey && last ? { next: last.tenant_id } : {}) };
    },

    async listByAccount(platform, account) {
      const tenants: string[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            TableName,
            IndexName: 'gsi2',
            KeyConditionExpression: 'gsi2pk = :pk',
            ExpressionAttributeValues: { ':pk': keys.connectionsByAccount(platform, account).gsi2pk },
            ExclusiveStartKey: start,
          }),
        );
        tenants.push(...Items.map((item) => connectionSchema.parse(item).tenant_id));
        start = LastEvaluatedKey;
      } while (start);
      return tenants;
    },

    async save(connection) {
      try {
        await documents.send(
          new PutCommand({
            TableName,
            Item: connectionItem(connection),
            ConditionExpression: 'attribute_not_exists(pk) OR #version = :before',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':before': connection.version - 1 },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async patch(tenantId, platform, fields, condition) {
      const entries = Object.entries(fields);
      const set = entries.filter(([, value]) => value !== undefined);
      const removed = entries.filter(([, value]) => value === undefined);
      const sameGrant = condition?.connectedAt === undefined ? '' : ' AND connected_at = :grant';
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: keys.connection(tenantId, platform),
            UpdateExpression: [
              `SET ${['#version = #version + :one', ...set.map(([name]) => `#${name} = :${name}`)].join(', ')}`,
              ...(removed.length > 0 ? [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`] : []),
            ].join(' '),
            ConditionExpression: `attribute_exists(pk)${sameGrant}`,
            ExpressionAttributeNames: {
              '#version': 'version',
              ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
            },
            ExpressionAttributeValues: {
              ':one': 1,
              ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
              ...(sameGrant ? { ':grant': condition?.connectedAt } : {}),
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes && connectionSchema.parse(Attributes);
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Disconnected ones leave the indexes over platforms and accounts, so that schedules do not read them. */
function connectionItem(connection: Connection): Record<string, unknown> {
  const { tenant_id, platform, status, account } = connection;
  return {
    ...keys.connection(tenant_id, platform),
    ...(status === 'disconnected' ? {} : keys.connectionsByPlatform(platform, tenant_id)),
    ...(status === 'disconnected' || account === undefined
      ? {}
      : keys.connectionsByAccount(platform, account, tenant_id)),
    type: 'connection',
    ...connection,
  };
}
