import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from './table.ts';

/** A stretch of one partition of the table or an index: from `low` to `high`, both inclusive. */
export interface Partition {
  readonly IndexName?: string;
  readonly pkName: string;
  readonly skName: string;
  readonly pk: string;
  readonly low: string;
  readonly high: string;
}

/** An item with its sort key, which is its place in the order. */
export interface Placed {
  readonly item: Item;
  readonly position: string;
}

/**
 * The items of several partitions in one falling order of their sort keys, behind `after`. Each partition is read `chunk`
 * items at a time, the first chunks at once and further ones only when they are needed.
 */
export async function* newestFirst(
  table: Table,
  partitions: readonly Partition[],
  chunk: number,
  after: string | undefined,
): AsyncGenerator<Placed> {
  const heads = partitions.map((partition) => new Head(table, partition, chunk, after));
  await Promise.all(heads.map((head) => head.fill()));
  for (;;) {
    let first: Head | undefined;
    for (const head of heads) {
      await head.fill();
      if (head.position !== undefined && (first?.position === undefined || head.position > first.position)) {
        first = head;
      }
    }
    const next = first?.take();
    if (!next) return;
    yield next;
  }
}

/** How far one partition has been read. */
class Head {
  private readonly table: Table;
  private readonly partition: Partition;
  private readonly chunk: number;
  private readonly high: string;
  private rows: Item[] = [];
  private index = 0;
  private start: Item | undefined;
  private isRead = false;

  constructor(table: Table, partition: Partition, chunk: number, after: string | undefined) {
    this.table = table;
    this.partition = partition;
    this.chunk = chunk;
    const below = after === undefined ? partition.high : justBelow(after);
    this.high = below < partition.high ? below : partition.high;
    // The service refuses a range whose ends are the wrong way round.
    this.isRead = this.high < partition.low;
  }

  /** Sort key of the next item; undefined when there is none, or none has been read. */
  get position(): string | undefined {
    const row = this.rows[this.index];
    return row && String(row[this.partition.skName]);
  }

  take(): Placed | undefined {
    const { position } = this;
    const item = this.rows[this.index];
    this.index += 1;
    return item && position !== undefined ? { item, position } : undefined;
  }

  /** Reads on when what was read is used up. A query may answer nothing and still have more. */
  async fill(): Promise<void> {
    const { IndexName, pkName, skName, pk, low } = this.partition;
    while (this.index >= this.rows.length && !this.isRead) {
      const { Items = [], LastEvaluatedKey } = await this.table.documents.send(
        new QueryCommand({
          TableName: this.table.name,
          ...(IndexName ? { IndexName } : {}),
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#pk': pkName, '#sk': skName },
          ExpressionAttributeValues: { ':pk': pk, ':low': low, ':high': this.high },
          ...(this.start ? { ExclusiveStartKey: this.start } : {}),
          ScanIndexForward: false,
          Limit: this.chunk,
        }),
      );
      this.rows = Items;
      this.index = 0;
      this.start = LastEvaluatedKey;
      this.isRead = LastEvaluatedKey === undefined;
    }
  }
}

/** The highest key below this one: keys are printable ASCII, and `~` sorts behind all that is used in them. */
function justBelow(key: string): string {
  return `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}~`;
}
