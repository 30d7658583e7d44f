import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Failure, FailureError } from '#shared/core/failure.ts';
import type { JobKind } from '#shared/jobs/job-kind.ts';
import type { JobMessage } from '#shared/jobs/ports.ts';
import { abandonJob, runJob } from '#shared/jobs/run-job.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import type { Job } from '#shared/model/job.ts';
import { type JobWorld, startJobWorld } from '#test/support/job-world.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';

let world: JobWorld;
beforeAll(async () => {
  world = await startJobWorld();
});
afterAll(() => world.stop());

const minute = 60_000;
const down: Failure = {
  category: 'network',
  code: 'x.down',
  reason: 'It is down.',
  fix: 'Nothing to do.',
  retryable: true,
};
let tenants = 0;
const aTenant = () => {
  tenants += 1;
  return `tenant-${tenants}`;
};

/** Adds up the numbers from 1 to `request.last`, one a step, each step taking 25 seconds. */
const adder: JobKind = {
  kind: 'adder',
  lane: 'adder',
  async step({ cursor, request }) {
    world.clock.advance(25_000);
    const { next, sum } = (cursor as { next: number; sum: number } | null) ?? { next: 1, sum: 0 };
    const last = Number(request.last);
    const progress = { done: next, total: last };
    if (next > last) return { kind: 'done', result: { sum }, progress };
    return { kind: 'more', cursor: { next: next + 1, sum: sum + next }, progress };
  },
};

const failing = (failure: () => Failure | undefined, abandoned: string[] = []): JobKind => ({
  ...adder,
  async step(job) {
    const found = failure();
    if (found) throw new FailureError(found);
    return adder.step(job);
  },
  abandon: async ({ job_id }) => void abandoned.push(job_id),
});

async function start(tenantId: string, reuseMs?: number): Promise<{ job: Job; isNew: boolean }> {
  const asked = { tenantId, requestedBy: 'ann', request: { last: 5 }, ...(reuseMs === undefined ? {} : { reuseMs }) };
  return startJob(world.worker().deps, adder, asked);
}

const run = (kind: JobKind, kill?: KillSwitch) => {
  return (message: JobMessage) => {
    const { deps } = world.worker(kill?.killed ? undefined : kill);
    return runJob(deps, message, { kinds: [kind], until: world.clock.now() + minute });
  };
};

const stored = ({ tenant_id, job_id }: Job) => world.worker().deps.jobs.find(tenant_id, job_id);

describe('a job', () => {
  it('is worked on for a minute at a time until it is done', async () => {
    const { job } = await start(aTenant());
    expect(await world.drain(run(adder))).toBe(2);
    expect(await stored(job)).toMatchObject({
      status: 'completed',
      result: { sum: 15 },
      version: 6,
      progress: { done: 6, total: 5 },
    });
  });

  it('comes to the same end when its worker dies at any call, before or after it took effect', async () => {
    const lived = killSwitch();
    await start(aTenant());
    await world.drain(run(adder, lived));
    expect(lived.calls.length).toBeGreaterThan(8);
    for (const { call, when } of deaths(lived)) {
      const kill = killSwitch({ call, when });
      const { job } = await start(aTenant());
      await world.drain(run(adder, kill));
      expect(kill.killed).toBe(true);
      const why = `died ${when} call ${call}, ${kill.calls.at(-1)}`;
      expect(await stored(job), why).toMatchObject({ status: 'completed', result: { sum: 15 }, version: 6 });
    }
  });

  it('is finished once when its message comes twice', async () => {
    const { job } = await start(aTenant());
    const message = { kind: 'job', tenant_id: job.tenant_id, job_id: job.job_id, version: 0 } as const;
    await world.drain(run(adder));
    const before = await stored(job);
    await run(adder)(message);
    expect(await stored(job)).toEqual(before);
  });

  it('stops without a trace when another worker was faster', async () => {
    const { job } = await start(aTenant());
    let steps = 0;
    const overtaken: JobKind = {
      ...adder,
      async step(current) {
        steps += 1;
        if (steps === 1) await world.drain(run(adder));
        return adder.step(current);
      },
    };
    await run(overtaken)({ kind: 'job', tenant_id: job.tenant_id, job_id: job.job_id, version: 0 });
    expect(steps).toBe(1);
    expect(await stored(job)).toMatchObject({ status: 'completed', result: { sum: 15 }, version: 6 });
  });
});

describe('a job whose platform is down', () => {
  it('waits, longer each time, shows why, and goes on where it was', async () => {
    const { job } = await start(aTenant());
    let left = 3;
    const seen: Job[] = [];
    const kind = failing(() => {
      left -= 1;
      return left >= 0 ? down : undefined;
    });
    await world.drain(async (message) => {
      await run(kind)(message);
      const now = await stored(job);
      if (now) seen.push(now);
    });
    expect(seen.slice(0, 3)).toMatchObject([1, 2, 3].map((tries) => ({ status: 'queued', tries, failure: down })));
    const waits = seen.slice(0, 3).map(({ resume_at = '' }) => Date.parse(resume_at));
    expect(waits.map((at, index) => at - (waits[index - 1] ?? at)).slice(1)).toEqual([30_000, 60_000]);
    const done = await stored(job);
    expect(done).toMatchObject({ status: 'completed', result: { sum: 15 } });
    expect(done).not.toHaveProperty('failure');
    expect(done).not.toHaveProperty('resume_at');
  });

  it('fails after a number of tries, and gives back what it holds', async () => {
    const { job } = await start(aTenant());
    const abandoned: string[] = [];
    expect(await world.drain(run(failing(() => down, abandoned)))).toBe(15);
    expect(await stored(job)).toMatchObject({ status: 'failed', failure: down, finished_at: expect.any(String) });
    expect(abandoned).toEqual([job.job_id]);
  });

  it('fails at once when waiting does not help', async () => {
    const { job } = await start(aTenant());
    expect(await world.drain(run(failing(() => ({ ...down, retryable: false }))))).toBe(1);
    expect(await stored(job)).toMatchObject({ status: 'failed' });
  });
});

describe('a job that nobody can do', () => {
  it('fails when its message was given up, and stays as it is when it was done', async () => {
    const { deps } = world.worker();
    const [lost, done] = [(await start(aTenant())).job, (await start(aTenant())).job];
    await world.drain((message) => (message.job_id === lost.job_id ? Promise.resolve() : run(adder)(message)));
    for (const { tenant_id, job_id } of [lost, done]) await abandonJob(deps, tenant_id, job_id);
    expect(await stored(lost)).toMatchObject({ status: 'failed', failure: { code: 'job.given_up' } });
    expect(await stored(done)).toMatchObject({ status: 'completed' });
  });

  it('fails when there is no such kind', async () => {
    const { job } = await start(aTenant());
    await world.drain(run({ ...adder, kind: 'other' }));
    expect(await stored(job)).toMatchObject({ status: 'failed', failure: { code: 'job.unknown_kind' } });
  });
});

describe('asking again', () => {
  it('answers the same job until some time after its end, then starts another', async () => {
    const tenant = aTenant();
    const first = await start(tenant, minute);
    expect(first.isNew).toBe(true);
    expect(await start(tenant, minute)).toMatchObject({ isNew: false, job: { job_id: first.job.job_id } });
    await world.drain(run(adder));
    world.clock.advance(minute);
    expect((await start(tenant, minute)).job).toMatchObject({ job_id: first.job.job_id, status: 'completed' });
    world.clock.advance(1);
    const other = await start(tenant, minute);
    expect(other).toMatchObject({ isNew: true });
    expect(other.job.job_id).not.toBe(first.job.job_id);
    await world.drain(run(adder));
  });

  it('at the same moment starts one job', async () => {
    const tenant = aTenant();
    const jobs = await Promise.all(Array.from({ length: 3 }, () => start(tenant, minute)));
    expect(new Set(jobs.map(({ job }) => job.job_id)).size).toBe(1);
    await world.drain(run(adder));
    expect(await stored(jobs[0]?.job ?? ({} as Job))).toMatchObject({ status: 'completed' });
  });

  it('heals a start that died at any call', async () => {
    const asking = async (kill: KillSwitch) => {
      const asked = { tenantId: aTenant(), requestedBy: 'ann', request: { last: 5 }, reuseMs: minute };
      await startJob(world.worker(kill).deps, adder, asked).catch(() => undefined);
      const { job } = await startJob(world.worker().deps, adder, asked);
      await world.drain(run(adder));
      return stored(job);
    };
    const lived = killSwitch();
    await asking(lived);
    expect(lived.calls.length).toBeGreaterThan(3);
    for (const { call, when } of deaths(lived)) {
      expect(await asking(killSwitch({ call, when })), `${when} ${call}`).toMatchObject({ status: 'completed' });
    }
  });
});
