import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { startDynamoDb } from '#local/cloud/emulators/dynamodb.ts';
import { type Item, openTable, type Table } from '#shared/data/table.ts';

const indexes = ['gsi1', 'gsi2', 'gsi3'] as const;
const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface TestTable {
  readonly table: Table;
  /** For functions that make their own client. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Everything in a table: an answer to a scan ends at 1 MB, so there may be several. */
export async function everyItem({ name: TableName, documents: client }: Table): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

/** The single table in an emulator of its own, empty. */
export async function startTable(): Promise<TestTable> {
  const emulator = await startDynamoDb(undefined);
  const client = new DynamoDBClient({ endpoint: emulator.url, region: 'us-east-1', credentials: localCredentials });
  const TableName = 'easysale-sync-test';
  const attributes = ['pk', 'sk', ...indexes.flatMap((index) => [`${index}pk`, `${index}sk`])];
  const key = (prefix: string) => [
    { AttributeName: `${prefix}pk`, KeyType: 'HASH' as const },
    { AttributeName: `${prefix}sk`, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: key(''),
      GlobalSecondaryIndexes: indexes.map((IndexName) => ({
        IndexName,
        KeySchema: key(IndexName),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  );
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    }),
  );
  return {
    table: openTable(TableName, client),
    url: emulator.url,
    stop: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
}
