import { BatchGetCommand, BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { chunks } from '../core/chunks.ts';
import type { Item, Key, Table } from './table.ts';

type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Key } };

/** DynamoDB answers a batch in part when it is busy; the rest is asked for again, at most this often. */
const maxRounds = 8;

/** Items in the order of the keys; undefined where there is none. Duplicate keys are read once. */
export async function getMany(table: Table, wanted: readonly Key[]): Promise<(Item | undefined)[]> {
  const address = ({ pk, sk }: Key): string => `${pk}\u0000${sk}`;
  const unique = [...new Map(wanted.map((key) => [address(key), key])).values()];
  const found = new Map<string, Item>();
  await Promise.all(
    chunks(unique, 100).map(async (chunk) => {
      let rest: Item[] = chunk.map(({ pk, sk }) => ({ pk, sk }));
      for (let round = 0; rest.length > 0; round += 1) {
        if (round === maxRounds) throw new Error('the table did not answer a batch read completely');
        const { Responses, UnprocessedKeys } = await table.documents.send(
          new BatchGetCommand({ RequestItems: { [table.name]: { Keys: rest, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[table.name] ?? []) found.set(address(item as unknown as Key), item);
        rest = UnprocessedKeys?.[table.name]?.Keys ?? [];
      }
    }),
  );
  return wanted.map((key) => found.get(address(key)));
}

/** Puts and deletes without conditions: for items this worker owns, safe to repeat. */
export async function writeMany(table: Table, requests: readonly WriteRequest[]): Promise<void> {
  await Promise.all(
    chunks(requests, 25).map(async (chunk) => {
      let rest: WriteRequest[] = chunk;
      for (let round = 0; rest.length > 0; round += 1) {
        if (round === maxRounds) throw new Error('the table did not take a batch write completely');
        const { UnprocessedItems } = await table.documents.send(
          new BatchWriteCommand({ RequestItems: { [table.name]: rest } }),
        );
        rest = (UnprocessedItems?.[table.name] ?? []) as WriteRequest[];
      }
    }),
  );
}
