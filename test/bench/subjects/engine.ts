import { writeFile } from 'node:fs/promises';
import type { ConnectionDeps } from '#shared/connections/deps.ts';
import { establish, type NewGrant } from '#shared/connections/establish.ts';
import { type Clock, instant } from '#shared/core/clock.ts';
import { unwrap } from '#shared/core/failure.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import type { FetchLike } from '#shared/platform/http-client.ts';
import type { EngineDeps } from '#shared/sync/ports.ts';
import { runSlice } from '#shared/sync/run-slice.ts';
import { startRun } from '#shared/sync/start-run.ts';
import { clockOf } from '../clock.ts';
import { slowFetch } from '../latency.ts';
import { measure } from '../meter.ts';
import { control } from '../platforms/place.ts';
import { seed, shopKeys } from '../settings.ts';
import { answerTask } from './answer.ts';
import { assembleEngine, type Queued } from './engine-deps.ts';
import { recordingFetch } from './recording.ts';
import type { EngineTask, PlatformCall, SyncReport, SyncSpec } from './task.ts';

const sliceMs = 60_000;

/** Our engine: connects a new tenant, then runs the syncs one after the other. Connecting is not measured. */
async function runEngine(task: EngineTask): Promise<SyncReport[]> {
  const clock = clockOf(task.clock);
  const calls: PlatformCall[] = [];
  const recording = task.recordTo === undefined ? undefined : recordingFetch();
  const plain: FetchLike = recording?.fetch ?? (task.slow ? slowFetch(clock, seed) : (url, init) => fetch(url, init));
  const { engine, connectionDeps, queued, takeAwsUse } = assembleEngine({
    ...task,
    clock,
    fetch: noting(plain, clock, calls),
  });
  const tenantId = `tenant-${task.company.realmId}`;
  await connect(connectionDeps, tenantId, task);
  recording?.clear();
  const reports: SyncReport[] = [];
  for (const sync of task.syncs) {
    takeAwsUse();
    calls.length = 0;
    const before = await control.sightings(task.place, task.company.realmId);
    const start = clock.now();
    const { value: runId, cost } = await measure(() => runSync(engine, queued, tenantId, sync));
    const clock_ms = clock.now() - start;
    const aws = takeAwsUse();
    const after = await control.sightings(task.place, task.company.realmId);
    const legs = await engine.runs.legs(tenantId, runId);
    const failures = legs.reduce((sum, { counts }) => sum + counts.failed, 0);
    reports.push({ cost, clock_ms, legs, failures, aws, before, after, calls: [...calls] });
  }
  if (recording && task.recordTo) await writeFile(task.recordTo, JSON.stringify(recording.requests));
  return reports;
}

/** Starts a run and delivers its slices until none is left. @returns the id of the run. */
async function runSync(
  engine: EngineDeps,
  queued: Queued[],
  tenantId: string,
  { entity, mode }: SyncSpec,
): Promise<string> {
  const outcome = await startRun(engine, { tenantId, requestedBy: 'bench', entity, mode, dryRun: false, filters: {} });
  if (outcome.kind !== 'started') throw new Error(`the run did not start: ${outcome.kind}`);
  for (let next = queued.shift(); next; next = queued.shift()) {
    if (next.at > engine.clock.now()) await engine.clock.sleep(next.at - engine.clock.now());
    await runSlice(engine, next.message, { mappings: defaultMappings, until: engine.clock.now() + sliceMs });
  }
  return outcome.run.run_id;
}

function noting(plain: FetchLike, clock: Clock, calls: PlatformCall[]): FetchLike {
  return async (url, init) => {
    const sent_at = clock.now();
    const response = await plain(url, init);
    calls.push({
      platform: url.includes('/wp-json') ? 'woocommerce' : 'quickbooks',
      kind: url.includes('/batch?') ? 'batch' : 'read',
      status: response.status,
      sent_at,
      answered_at: clock.now(),
    });
    return response;
  };
}

async function connect(deps: ConnectionDeps, tenantId: string, { place, company }: EngineTask): Promise<void> {
  const grants: Readonly<Record<string, NewGrant>> = {
    woocommerce: {
      secret: { consumer_key: shopKeys.consumerKey, consumer_secret: shopKeys.consumerSecret },
      identity: { store_url: place.woocommerce },
      masked: {},
    },
    quickbooks: {
      secret: {
        access_token: company.accessToken,
        refresh_token: company.refreshToken,
        access_expires_at: instant(deps.clock.now() + 3_600_000),
      },
      identity: { realm_id: company.realmId },
      masked: {},
    },
  };
  for (const [platform, grant] of Object.entries(grants)) {
    const connector = deps.connectors[platform];
    if (connector) unwrap(await establish(deps, connector, tenantId, grant));
  }
}

answerTask(runEngine);
