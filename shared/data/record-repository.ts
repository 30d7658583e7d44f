import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Link, linkSchema } from '../model/link.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

/** A record of a source. */
export interface RecordAddress {
  readonly connection: string;
  readonly entity: string;
  readonly id: string;
}

/** What is known of single records. */
export interface RecordRepository {
  /** Its links: one for each document it may have, so these are few. */
  links(tenantId: string, record: RecordAddress): Promise<Link[]>;
  /** Whether anything was ever stored about it: a link or an entry of its history. */
  isKnown(tenantId: string, record: RecordAddress): Promise<boolean>;
  /** Records people call by this number, where that is not their id: at most as many as one read of 50 links names. */
  byNumber(tenantId: string, number: string): Promise<RecordAddress[]>;
}

const mostNumbered = 50;

export function createRecordRepository({ documents, name: TableName }: Table): RecordRepository {
  return {
    async links(tenantId, record) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': partitionOf(tenantId, record), ':prefix': keys.linkPrefix },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => linkSchema.parse(item));
    },

    async isKnown(tenantId, record) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partitionOf(tenantId, record) },
          ProjectionExpression: 'pk',
          Limit: 1,
        }),
      );
      return Items.length > 0;
    },

    async byNumber(tenantId, number) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'gsi2',
          KeyConditionExpression: 'gsi2pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.linkByNumber(tenantId, number).gsi2pk },
          Limit: mostNumbered,
        }),
      );
      const records = Items.map((item) => linkSchema.parse(item)).map(
        ({ source_connection: connection, source_entity: entity, source_id: id }) => ({ connection, entity, id }),
      );
      return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
    },
  };
}

function partitionOf(tenantId: string, record: RecordAddress): string {
  return keys.link(tenantId, record, { connection: '', entity: '' }).pk;
}
