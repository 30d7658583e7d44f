import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Leg, legSchema, type Run, type RunStatus, runSchema, runStatuses, runTransitions } from '../model/run.ts';
import type { RunRepository, StartResult } from '../sync/ports.ts';
import { keys } from './keys.ts';
import { metricUpdate } from './metric-repository.ts';
import { cancellationReasons, isConditionFailure, type Table } from './table.ts';

const idempotencySeconds = 24 * 3600;
/** Only a worker that should be dead writes the same items at the same time; one of the two soon loses. */
const maxConflicts = 5;

/** Runs, their legs, leases and watermarks. */
export function createRunRepository(table: Table): RunRepository {
  const { documents, name: TableName } = table;

  const find = async (tenantId: string, runId: string): Promise<Run | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: keys.run(tenantId, runId), ConsistentRead: true }),
    );
    return Item && runSchema.parse(Item);
  };

  const runIdOf = async (tenantId: string, idempotencyKey: string): Promise<string | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: keys.idempotency(tenantId, idempotencyKey), ConsistentRead: true }),
    );
    return typeof Item?.run_id === 'string' ? Item.run_id : undefined;
  };

  /** Who holds what a lost `start` wanted. */
  const holder = async (run: Run, idempotencyKey: string | undefined): Promise<StartResult | undefined> => {
    const known = idempotencyKey === undefined ? undefined : await runIdOf(run.tenant_id, idempotencyKey);
    if (known !== undefined) return { kind: 'repeated', run_id: known };
    for (const routeId of run.routes) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.lease(run.tenant_id, routeId), ConsistentRead: true }),
      );
      if (typeof Item?.run_id === 'string') return { kind: 'busy', route_id: routeId, run_id: Item.run_id };
    }
    return undefined;
  };

  return {
    find,

    async findByIdempotencyKey(tenantId, key) {
      const runId = await runIdOf(tenantId, key);
      return runId === undefined ? undefined : find(tenantId, runId);
    },

    async start(run, legs, idempotencyKey) {
      const absent = 'attribute_not_exists(pk)';
      const put = (Item: Record<string, unknown>) => ({ Put: { TableName, Item, ConditionExpression: absent } });
      const startedSeconds = Math.floor(Date.parse(run.started_at) / 1000);
      const items = [
        put(runItem(run)),
        ...legs.map((leg) => put(legItem(leg))),
        ...run.routes.map((routeId) =>
          put({ ...keys.lease(run.tenant_id, routeId), type: 'lease', run_id: run.run_id }),
        ),
        ...(idempotencyKey === undefined
          ? []
          : [
              put({
                ...keys.idempotency(run.tenant_id, idempotencyKey),
                type: 'idempotency',
                run_id: run.run_id,
                expires_at: startedSeconds + idempotencySeconds,
              }),
            ]),
      ];
      for (let tries = 0; ; tries += 1) {
        try {
          await documents.send(new TransactWriteCommand({ TransactItems: items }));
          return { kind: 'created' };
        } catch (error) {
          if (!cancellationReasons(error)) throw error;
          const held = await holder(run, idempotencyKey);
          if (held) return held;
          if (tries >= 3) throw error;
        }
      }
    },

    async legs(tenantId, runId) {
      const { pk } = keys.leg(tenantId, runId, '');
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': keys.legPrefix },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => legSchema.parse(item));
    },

    async leg(tenantId, runId, routeId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.leg(tenantId, runId, routeId), ConsistentRead: true }),
      );
      return Item && legSchema.parse(Item);
    },

    async list(tenantId, { entity, status, limit, after }) {
      const index = listIndex(tenantId, entity, status);
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName,
          ...(index.name ? { IndexName: index.name } : {}),
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#pk': index.pkName, '#sk': index.skName },
          ExpressionAttributeValues: {
            ':pk': index.pk,
            ':low': keys.runPrefix,
            ':high': after ? `${keys.runPrefix}${after}` : `${keys.runPrefix}~`,
          },
          ScanIndexForward: false,
          // BETWEEN is inclusive: one more for the run the page before ended with.
          Limit: after ? limit + 1 : limit,
        }),
      );
      const runs = Items.map((item) => runSchema.parse(item)).filter((run) => run.run_id !== after);
      const last = runs.at(-1);
      return { runs, ...(LastEvaluatedKey && last ? { next: last.run_id } : {}) };
    },

    async checkpoint(leg, metric) {
      const put = {
        Put: {
          TableName,
          Item: legItem(leg),
          ConditionExpression: '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':before': leg.version - 1 },
        },
      };
      // Also without a metric: a transaction that the SDK sends again after a lost answer still answers that it worked.
      const TransactItems = metric ? [put, metricUpdate(TableName, leg, metric)] : [put];
      for (let tries = 1; ; tries += 1) {
        try {
          await documents.send(new TransactWriteCommand({ TransactItems }));
          return true;
        } catch (error) {
          const reasons = cancellationReasons(error) ?? [];
          if (reasons.includes('ConditionalCheckFailed')) return false;
          if (!reasons.includes('TransactionConflict') || tries === maxConflicts) throw error;
        }
      }
    },

    async setStatus(run, status, at) {
      const allowed = runStatuses.filter((from) => (runTransitions[from] as readonly RunStatus[]).includes(status));
      const next: Run = { ...run, status, ...(runTransitions[status].length === 0 ? { finished_at: at } : {}) };
      const index = statusIndexes(next);
      const names = ['status', ...Object.keys(index), ...(next.finished_at ? ['finished_at'] : [])];
      const values: Record<string, unknown> = { ...index, status, finished_at: next.finished_at };
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: keys.run(run.tenant_id, run.run_id),
            UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
            ConditionExpression: `attribute_exists(pk) AND #status IN (${allowed.map((_, i) => `:from${i}`).join(', ')})`,
            ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
            ExpressionAttributeValues: {
              ...Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
              ...Object.fromEntries(allowed.map((from, i) => [`:from${i}`, from])),
            },
          }),
        );
        return next;
      } catch (error) {
        if (isConditionFailure(error)) return run;
        throw error;
      }
    },

    async requestCancel(tenantId, runId) {
      try {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: keys.run(tenantId, runId),
            UpdateExpression: 'SET cancel_requested = :yes',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':yes': true },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes && runSchema.parse(Attributes);
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },

    async releaseLease(tenantId, routeId, runId) {
      try {
        await documents.send(
          new DeleteCommand({
            TableName,
            Key: keys.lease(tenantId, routeId),
            ConditionExpression: 'run_id = :run',
            ExpressionAttributeValues: { ':run': runId },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async watermark(tenantId, routeId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: keys.watermark(tenantId, routeId), ConsistentRead: true }),
      );
      return typeof Item?.modified_since === 'string' ? Item.modified_since : null;
    },

    async setWatermark(tenantId, routeId, instant) {
      await documents.send(
        new PutCommand({
          TableName,
          Item: { ...keys.watermark(tenantId, routeId), type: 'watermark', modified_since: instant },
        }),
      );
    },
  };
}

function listIndex(tenantId: string, entity: string | undefined, status: RunStatus | undefined) {
  if (entity && status) {
    const { gsi3pk: pk } = keys.runsByEntityAndStatus(tenantId, entity, status);
    return { name: 'gsi3', pk, pkName: 'gsi3pk', skName: 'gsi3sk' };
  }
  if (status)
    return { name: 'gsi2', pk: keys.runsByStatus(tenantId, status).gsi2pk, pkName: 'gsi2pk', skName: 'gsi2sk' };
  if (entity)
    return { name: 'gsi1', pk: keys.runsByEntity(tenantId, entity).gsi1pk, pkName: 'gsi1pk', skName: 'gsi1sk' };
  return { name: undefined, pk: keys.run(tenantId, '').pk, pkName: 'pk', skName: 'sk' };
}

function statusIndexes(run: Run) {
  return {
    ...keys.runsByStatus(run.tenant_id, run.status, run.run_id),
    ...keys.runsByEntityAndStatus(run.tenant_id, run.entity, run.status, run.run_id),
  };
}

function runItem(run: Run): Record<string, unknown> {
  return {
    ...keys.run(run.tenant_id, run.run_id),
    ...keys.runsByEntity(run.tenant_id, run.entity, run.run_id),
    ...statusIndexes(run),
    type: 'run',
    ...run,
  };
}

function legItem(leg: Leg): Record<string, unknown> {
  return { ...keys.leg(leg.tenant_id, leg.run_id, leg.route_id), type: 'leg', ...leg };
}
