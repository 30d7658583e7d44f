import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { schedulerService } from '#local/cloud/emulators/scheduler-service.ts';
import { SchedulerStore } from '#local/cloud/emulators/scheduler-store.ts';
import { fireDue } from '#local/cloud/emulators/scheduler-ticker.ts';
import { enabledPlatforms } from '#shared/connections/enabled.ts';
import { instant } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { createConnectionRepository } from '#shared/data/connection-repository.ts';
import { createFlowRepository } from '#shared/data/flow-repository.ts';
import { createRunRepository } from '#shared/data/run-repository.ts';
import { createScheduleRepository } from '#shared/data/schedule-repository.ts';
import { openTable } from '#shared/data/table.ts';
import { createWaitingStartRepository } from '#shared/data/waiting-start-repository.ts';
import { createWorkspaceRepository } from '#shared/data/workspace-repository.ts';
import type { Announcement } from '#shared/model/announcement.ts';
import type { Run } from '#shared/model/run.ts';
import { createTimer } from '#shared/platform/timer.ts';
import { type FireOutcome, fireSchedule } from '#shared/schedules/fire.ts';
import { keepSchedules } from '#shared/schedules/keep.ts';
import type { ScheduleRef } from '#shared/schedules/ports.ts';
import { startWhenFreed } from '#shared/schedules/start-waiting.ts';
import { endLeg } from '#shared/sync/finish-leg.ts';
import type { SliceMessage } from '#shared/sync/ports.ts';
import { testClock } from './clock.ts';
import { serve } from './http.ts';
import { connectEverything } from './sync-api.ts';
import { startTable } from './table.ts';
import type { Interceptor } from './world.ts';

const place = {
  account: '000000000000',
  region: 'us-east-1',
  stackName: 'test',
  gatewayUrl: 'http://127.0.0.1',
  apiUrl: 'http://127.0.0.1',
};
const aws = { region: place.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const group = 'tenants';

type Middleware = (
  next: (input: unknown) => Promise<unknown>,
  context: { readonly commandName?: string },
) => (input: unknown) => Promise<unknown>;
interface MiddlewareStack {
  add(middleware: Middleware, options: { readonly step: 'initialize' }): void;
}

export interface Call {
  readonly ref: ScheduleRef;
  readonly scheduledAt: string;
}

/** The table and EventBridge Scheduler in emulators, on one clock that only moves when told. Runs are queued, not worked on. */
export async function startSchedules(begin?: string) {
  const clock = testClock(begin === undefined ? undefined : Date.parse(begin));
  const table = await startTable();
  const store = new SchedulerStore({ place, clock });
  store.createGroup(group);
  const answer = schedulerService(store);
  const server = await serve(async (request, body, response) => {
    const url = new URL(request.url ?? '/', place.apiUrl);
    const reply = answer({
      service: 'scheduler',
      accessKeyId: 'local',
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
      operation: '',
      place,
    });
    response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
  });
  const queued: SliceMessage[] = [];
  const announced: Announcement[] = [];
  const warnings: string[] = [];
  const clients: { destroy(): void }[] = [];
  let tenants = 0;

  /** What the functions have, whose calls may be stopped. */
  const deps = (interceptor?: Interceptor) => {
    const guarded = <Client extends DynamoDBClient | SchedulerClient>(client: Client): Client => {
      clients.push(client);
      if (!interceptor) return client;
      const watched: Middleware =
        (next, { commandName = 'call' }) =>
        (input) =>
          interceptor.around(commandName, () => next(input));
      (client.middlewareStack as unknown as MiddlewareStack).add(watched, { step: 'initialize' });
      return client;
    };
    const own = openTable(table.table.name, guarded(new DynamoDBClient({ ...aws, endpoint: table.url })));
    const scheduler = guarded(new SchedulerClient({ ...aws, endpoint: server.url }));
    const connections = createConnectionRepository(own);
    const send = async (message: SliceMessage): Promise<void> => {
      const keep = async () => {
        const isKnown = queued.some((each) => each.run_id === message.run_id && each.route_id === message.route_id);
        if (!isKnown) queued.push(message);
      };
      await (interceptor ? interceptor.around('SendMessage', keep) : keep());
    };
    return {
      schedules: createScheduleRepository(own),
      waiting: createWaitingStartRepository(own),
      workspaces: createWorkspaceRepository(own),
      flows: createFlowRepository(own),
      runs: createRunRepository(own),
      timer: createTimer({
        scheduler,
        group,
        roleArn: 'arn:aws:iam::000000000000:role/timer',
        targetArn: 'arn:aws:lambda:us-east-1:000000000000:function:start-scheduled',
        deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:dead',
      }),
      lane: { send },
      connections: { enabled: (tenantId: string) => enabledPlatforms(connections, tenantId), list: connections.list },
      announce: async (announcement: Announcement) => void announced.push(announcement),
      clock,
      ids: randomIds(clock),
      log: { warn: (message: string, fields?: object) => void warnings.push(JSON.stringify({ message, ...fields })) },
    };
  };
  const living = deps();

  /** What the timer calls by now, without anybody being called. */
  const callsDue = (): Call[] => {
    const calls: Call[] = [];
    fireDue(store, clock, ({ input }) => {
      const { scheduled_at, ...ref } = JSON.parse(input) as ScheduleRef & { scheduled_at: string };
      calls.push({ ref, scheduledAt: scheduled_at });
    });
    return calls;
  };
  const call = ({ ref, scheduledAt }: Call, own = living): Promise<FireOutcome> => fireSchedule(own, ref, scheduledAt);

  return {
    clock,
    table,
    store,
    living,
    deps,
    queued,
    announced,
    warnings,
    callsDue,
    call,

    /** A tenant with every platform connected. */
    async tenant(name?: string): Promise<string> {
      tenants += 1;
      const id = name ?? `tenant-${tenants}`;
      await connectEverything(table.table, id);
      return id;
    },

    /** Names and states of what the timer has. */
    entries: () =>
      store.all().map(({ name, definition }) => ({
        name,
        expression: definition.ScheduleExpression,
        zone: definition.ScheduleExpressionTimezone,
        state: definition.State,
      })),

    /** Lets the clock go to a time and answers the timer's calls on the way, minute by minute. */
    async goTo(at: string, own = living): Promise<{ at: string; outcome: FireOutcome }[]> {
      const outcomes: { at: string; outcome: FireOutcome }[] = [];
      while (clock.now() < Date.parse(at)) {
        clock.advance(Math.min(60_000, Date.parse(at) - clock.now()));
        for (const due of callsDue()) {
          const outcome = await call(due, own);
          outcomes.push({ at: instant(clock.now()), outcome });
        }
      }
      return outcomes;
    },

    /** The turn of the function of every minute. */
    keep: (own = living) => keepSchedules(own, () => true),

    /** Ends a run as a worker that has nothing left to do would. */
    async end(run: Pick<Run, 'tenant_id' | 'run_id'>, own = living): Promise<void> {
      const { runs } = own;
      const stored = await runs.find(run.tenant_id, run.run_id);
      if (!stored) throw new Error('there is no such run');
      for (const leg of await runs.legs(run.tenant_id, run.run_id)) {
        const done = { ...leg, status: 'completed' as const, version: leg.version + 1 };
        if (leg.status !== 'completed') await runs.checkpoint(done);
        await endLeg({ ...own, freed: startWhenFreed(own) }, stored, done);
      }
    },

    /** Runs of a tenant, oldest first. */
    async runs(tenantId: string): Promise<Run[]> {
      const { runs } = await living.runs.list(tenantId, { limit: 100 });
      return runs.toReversed();
    },

    async stop(): Promise<void> {
      for (const client of clients) client.destroy();
      await server.close();
      await table.stop();
    },
  };
}
export type SchedulesSetting = Awaited<ReturnType<typeof startSchedules>>;
