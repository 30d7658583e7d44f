import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LimiterState } from '../platform/rate-limiter.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const stateSchema = z.record(z.string(), z.array(z.number()));

/** Recent calls of a connection, handed from one worker of its lane to the next. */
export interface LimiterRepository {
  load(tenantId: string, connection: string): Promise<LimiterState>;
  save(tenantId: string, connection: string, state: LimiterState): Promise<void>;
}

export function createLimiterRepository({ documents, name: TableName }: Table): LimiterRepository {
  return {
    async load(tenantId, connection) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.limiter(tenantId, connection), ConsistentRead: true }),
      );
      return stateSchema.safeParse(Item?.state).data ?? {};
    },
    async save(tenantId, connection, state) {
      await documents.send(
        new PutCommand({ TableName, Item: { ...keys.limiter(tenantId, connection), type: 'limiter', state } }),
      );
    },
  };
}
