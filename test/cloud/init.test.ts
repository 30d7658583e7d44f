import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLambdaRuntime, type LambdaRuntime } from '#local/cloud/runtime/lambda.ts';

/** Loads for longer than its function may run. */
const slowToLoad = `
await new Promise((resolve) => setTimeout(resolve, 700));
export const answer = (event, context) => ({ remainingMs: context.getRemainingTimeInMillis() });
export const hang = () => new Promise(() => undefined);
`;
const timeoutMs = 500;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-init-'));
  await writeFile(join(folder, 'index.mjs'), slowToLoad);
});
afterAll(() => rm(folder, { recursive: true }));

function runtime(mode: 'workers' | 'in-process'): LambdaRuntime {
  const functions = ['answer', 'hang'].map((name) => ({
    name,
    limit: 1,
    spec: () => ({
      name,
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      modulePath: join(folder, 'index.mjs'),
      exportName: name,
      memoryMb: 128,
      timeoutMs,
      environment: {},
    }),
  }));
  return createLambdaRuntime({ functions, mode, log: () => undefined, retryDelaysMs: [] });
}

describe.concurrent.each(['workers', 'in-process'] as const)('a function in %s', (mode) => {
  it('has its timeout for the event alone: the loading of its code has a limit of its own', async () => {
    const lambda = runtime(mode);
    const outcome = await lambda.invoke('answer', '{}');
    expect(outcome).toMatchObject({ ok: true });
    const { remainingMs } = JSON.parse(outcome.ok ? (outcome.payload ?? '') : '') as { remainingMs: number };
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(timeoutMs);
    await lambda.close();
  });

  it('is cut off when the event takes longer', async () => {
    const lambda = runtime(mode);
    expect(await lambda.invoke('hang', '{}')).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
    await lambda.close();
  });
});
