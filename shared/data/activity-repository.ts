import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isFinal, type Leg } from '../model/run.ts';
import type { RunRepository } from '../sync/ports.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const errorSchema = z.object({ route_id: z.string(), failure: z.object({ code: z.string() }), state: z.string() });

/** A record that did not arrive, as far as the health of connections is concerned. */
export interface RecentError {
  readonly route_id: string;
  readonly code: string;
}

/** What a tenant's connections are busy and in trouble with. */
export interface ActivityRepository {
  /** Open failures that happened at or after `since`, latest first, of the newest `limit` failures. */
  recentErrors(tenantId: string, since: string, limit: number): Promise<RecentError[]>;
  /** Legs that wait or are worked on. Leases allow one run per route, so these are few. */
  openLegs(tenantId: string): Promise<Leg[]>;
}

const openStatuses = ['queued', 'running', 'paused'] as const;
/** Above the number of routes. */
const openRunsPerStatus = 25;

export function createActivityRepository(
  { documents, name: TableName }: Table,
  runs: Pick<RunRepository, 'list' | 'legs'>,
): ActivityRepository {
  return {
    async recentErrors(tenantId, since, limit) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: 'gsi1',
          KeyConditionExpression: 'gsi1pk = :pk AND gsi1sk >= :since',
          ExpressionAttributeValues: { ':pk': keys.failures(tenantId).gsi1pk, ':since': since },
          ProjectionExpression: 'route_id, failure, #state',
          ExpressionAttributeNames: { '#state': 'state' },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return Items.map((item) => errorSchema.parse(item))
        .filter(({ state }) => state === 'open')
        .map(({ route_id, failure: { code } }) => ({ route_id, code }));
    },

    async openLegs(tenantId) {
      const pages = await Promise.all(
        openStatuses.map((status) => runs.list(tenantId, { status, limit: openRunsPerStatus })),
      );
      // The index lags: a run that moves may be seen under two statuses.
      const ids = new Set(pages.flatMap((page) => page.runs.map(({ run_id }) => run_id)));
      const legs = await Promise.all([...ids].map((runId) => runs.legs(tenantId, runId)));
      return legs.flat().filter(({ status }) => !isFinal(status));
    },
  };
}
