import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The single table and the client that reaches it. Only repositories hold one. */
export interface Table {
  readonly name: string;
  readonly documents: DynamoDBDocumentClient;
}

export type Item = Record<string, unknown>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export function openTable(name: string, client: DynamoDBClient): Table {
  return {
    name,
    documents: DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
      unmarshallOptions: { wrapNumbers: false },
    }),
  };
}

/** True when a conditional write lost: the item was not as the condition demanded. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** Why each item of a cancelled transaction failed, in its order; undefined when the error is another one. */
export function cancellationReasons(error: unknown): readonly (string | undefined)[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const reasons = (error as { CancellationReasons?: readonly { Code?: string }[] }).CancellationReasons ?? [];
  return reasons.map(({ Code }) => (Code === 'None' ? undefined : Code));
}

/** Somebody else changed an item of the transaction first, or is at it at this moment. */
export function isLostRace(error: unknown): boolean {
  const reasons = cancellationReasons(error);
  return reasons?.some((reason) => reason === 'ConditionalCheckFailed' || reason === 'TransactionConflict') ?? false;
}
