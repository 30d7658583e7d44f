import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type LimiterState, notesOf } from '../platform/rate-limiter.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const stateSchema = z.record(z.string(), z.array(z.number()));

/** What is known of the limits of a connection, handed from one worker to the next. */
export interface LimiterRepository {
  load(tenantId: string, connection: string): Promise<LimiterState>;
  /** Recent calls and notes: for the worker whose lane the connection is. */
  save(tenantId: string, connection: string, state: LimiterState): Promise<void>;
  /** Only the notes of a state: for whoever else uses the connection. */
  saveNotes(tenantId: string, connection: string, state: LimiterState): Promise<void>;
}

export function createLimiterRepository({ documents, name: TableName }: Table): LimiterRepository {
  const set = async (
    tenantId: string,
    connection: string,
    members: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const names = Object.keys(members);
    await documents.send(
      new UpdateCommand({
        TableName,
        Key: keys.limiter(tenantId, connection),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, members[name]])),
      }),
    );
  };

  return {
    async load(tenantId, connection) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.limiter(tenantId, connection), ConsistentRead: true }),
      );
      return { ...stateSchema.safeParse(Item?.state).data, ...stateSchema.safeParse(Item?.notes).data };
    },
    save: (tenantId, connection, state) => {
      const notes = notesOf(state);
      const own = Object.entries(state).filter(([name]) => !(name in notes));
      return set(tenantId, connection, { type: 'limiter', state: Object.fromEntries(own), notes });
    },
    saveNotes: (tenantId, connection, state) => set(tenantId, connection, { type: 'limiter', notes: notesOf(state) }),
  };
}
