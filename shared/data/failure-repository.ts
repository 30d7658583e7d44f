import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { FailureCause } from '../model/failure-cause.ts';
import { type FailureRecord, failureRecordSchema } from '../model/failure-record.ts';
import type { FailureRepository, RepositoryPage } from '../sync/ports.ts';
import { getMany } from './batches.ts';
import { createFailureChanges } from './failure-changes.ts';
import { failurePosition, readCause, readFailure } from './failure-items.ts';
import { keys } from './keys.ts';
import { createRetryReads } from './retry-queue.ts';
import type { Table } from './table.ts';

/** Most items one listing reads to fill a page when filters leave few of them: bounds the cost of a page. */
const readLimit = 1000;

/** Records that did not arrive, and why. */
export function createFailureRepository(table: Table): FailureRepository {
  const { documents, name: TableName } = table;

  const latest = async (index: Index, limit: number, before: string): Promise<LatestPage> => {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName,
        IndexName: index.name,
        KeyConditionExpression: '#pk = :pk AND #sk < :before',
        ExpressionAttributeNames: { '#pk': `${index.name}pk`, '#sk': `${index.name}sk` },
        ExpressionAttributeValues: { ':pk': index.pk, ':before': before },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return { records: Items.map((item) => failureRecordSchema.parse(item)), isWhole: LastEvaluatedKey === undefined };
  };

  const causePage = async (
    index: Index,
    { limit, after }: RepositoryPage,
    order: 'latest' | 'by id',
  ): Promise<{ causes: FailureCause[]; next?: string }> => {
    const isLatest = order === 'latest';
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName,
        IndexName: index.name,
        KeyConditionExpression: `#pk = :pk AND #sk ${isLatest ? '<' : '>'} :after`,
        ExpressionAttributeNames: { '#pk': `${index.name}pk`, '#sk': `${index.name}sk` },
        ExpressionAttributeValues: { ':pk': index.pk, ':after': after ?? (isLatest ? '~' : ' ') },
        ScanIndexForward: !isLatest,
        Limit: limit,
      }),
    );
    const causes = Items.flatMap((item) => readCause(item)?.value ?? []);
    const last: unknown = Items.at(-1)?.[`${index.name}sk`];
    return { causes, ...(LastEvaluatedKey && typeof last === 'string' ? { next: last } : {}) };
  };

  return {
    ...createFailureChanges(table),
    ...createRetryReads(table),

    async find(tenantId, failureId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.failure(tenantId, failureId), ConsistentRead: true }),
      );
      return readFailure(Item)?.value;
    },

    async findMany(tenantId, failureIds) {
      const items = await getMany(
        table,
        failureIds.map((id) => keys.failure(tenantId, id)),
      );
      return items.map((item) => readFailure(item)?.value);
    },

    async list(tenantId, { routeIds, cause, state, runId, limit, after }) {
      const indexes = indexesOf(tenantId, routeIds, cause);
      const failures: FailureRecord[] = [];
      let before = after ?? '~';
      for (let read = 0; read < readLimit; ) {
        const pages = await Promise.all(indexes.map((index) => latest(index, limit, before)));
        for (const record of merge(pages)) {
          before = failurePosition(record);
          read += 1;
          if ((state && record.state !== state) || (runId && record.run_id !== runId)) continue;
          if (routeIds && !routeIds.includes(record.route_id)) continue;
          failures.push(record);
          if (failures.length === limit) return { failures, next: before };
        }
        if (pages.every(({ isWhole }) => isWhole)) return { failures };
      }
      return { failures, next: before };
    },

    async findCauses(tenantId, causes) {
      const items = await getMany(
        table,
        causes.map((cause) => keys.cause(tenantId, cause)),
      );
      return items.map((item) => readCause(item)?.value);
    },

    listCauses: (tenantId, page) => causePage({ name: 'gsi1', pk: keys.causes(tenantId).gsi1pk }, page, 'latest'),

    listDependents: (tenantId, routeId, page) =>
      causePage({ name: 'gsi2', pk: keys.dependentsByParentRoute(tenantId, routeId).gsi2pk }, page, 'by id'),
  };
}

interface LatestPage {
  readonly records: readonly FailureRecord[];
  /** False: the list goes on behind them. */
  readonly isWhole: boolean;
}

/** The latest of several lists, as far as each of them was read. A failure has the same position in every list. */
function merge(pages: readonly LatestPage[]): FailureRecord[] {
  const ends = pages.flatMap(({ records, isWhole }) => (isWhole ? [] : records.slice(-1).map(failurePosition)));
  const reach = ends.reduce((latest, end) => (end > latest ? end : latest), '');
  return pages
    .flatMap(({ records }) => records)
    .filter((record) => failurePosition(record) >= reach)
    .sort((a, b) => (failurePosition(a) < failurePosition(b) ? 1 : -1));
}

interface Index {
  readonly name: 'gsi1' | 'gsi2' | 'gsi3';
  readonly pk: string;
}

function indexesOf(tenantId: string, routeIds: readonly string[] | undefined, cause: string | undefined): Index[] {
  if (cause !== undefined) return [{ name: 'gsi3', pk: keys.failuresByCause(tenantId, cause).gsi3pk }];
  if (routeIds) {
    return [...new Set(routeIds)].map((id) => ({ name: 'gsi2', pk: keys.failuresByRoute(tenantId, id).gsi2pk }));
  }
  return [{ name: 'gsi1', pk: keys.failures(tenantId).gsi1pk }];
}
