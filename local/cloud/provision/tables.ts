import type { Named } from '#local/cloud/template/blueprint.ts';
import { isRecord, type Props, records } from '#local/cloud/template/types.ts';
import { AwsCallError, awsJson } from './aws-client.ts';

interface Endpoint {
  readonly url: string;
  readonly service: 'dynamodb';
  readonly region: string;
}

/**
 * Creates a table with its indexes and its time to live, or adds missing indexes to one that is there.
 * @throws Error when a table of that name has other keys.
 */
export async function ensureTable(url: string, region: string, table: Named): Promise<void> {
  const endpoint: Endpoint = { url, service: 'dynamodb', region };
  const existing = await describe(endpoint, table.name);
  if (existing) await align(endpoint, table, existing);
  else await awsJson(endpoint, 'CreateTable', createInput(table));
  await ensureTimeToLive(endpoint, table);
}

async function describe(endpoint: Endpoint, name: string): Promise<Props | undefined> {
  try {
    const { Table: table } = await awsJson(endpoint, 'DescribeTable', { TableName: name });
    return isRecord(table) ? table : undefined;
  } catch (error) {
    if (error instanceof AwsCallError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function createInput({ name, props }: Named): Props {
  const globals = records(props.GlobalSecondaryIndexes).map(createIndex);
  const locals = records(props.LocalSecondaryIndexes).map(createIndex);
  return {
    TableName: name,
    AttributeDefinitions: props.AttributeDefinitions,
    KeySchema: props.KeySchema,
    BillingMode: 'PAY_PER_REQUEST',
    ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
  };
}

/** Capacity settings of an index are left behind: locally everything is on demand. */
function createIndex(index: Props): Props {
  return { IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection };
}

async function align(endpoint: Endpoint, { name, props }: Named, existing: Props): Promise<void> {
  if (keysOf(existing.KeySchema) !== keysOf(props.KeySchema)) {
    throw new Error(`table ${name} has other keys than the template: remove the data folder to start afresh`);
  }
  const present = new Set(records(existing.GlobalSecondaryIndexes).map((index) => index.IndexName));
  for (const index of records(props.GlobalSecondaryIndexes)) {
    if (present.has(index.IndexName)) continue;
    await awsJson(endpoint, 'UpdateTable', {
      TableName: name,
      AttributeDefinitions: props.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: createIndex(index) }],
    });
  }
}

function keysOf(schema: unknown): string {
  return records(schema)
    .map((key) => `${key.KeyType}=${key.AttributeName}`)
    .sort()
    .join();
}

async function ensureTimeToLive(endpoint: Endpoint, { name, props }: Named): Promise<void> {
  const wanted = props.TimeToLiveSpecification;
  if (!isRecord(wanted) || wanted.Enabled !== true) return;
  const { TimeToLiveDescription: current } = await awsJson(endpoint, 'DescribeTimeToLive', { TableName: name });
  if (isRecord(current) && current.TimeToLiveStatus === 'ENABLED') return;
  await awsJson(endpoint, 'UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: wanted });
}
