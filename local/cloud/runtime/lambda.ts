import { randomUUID } from 'node:crypto';
import { createInProcessSandbox } from './in-process-sandbox.ts';
import type { FunctionSpec, LogSink, Outcome, Sandbox } from './types.ts';
import { createWorkerSandbox } from './worker-sandbox.ts';

/** Payload limit of a synchronous invocation, each way: 6 MB. */
export const payloadLimit = 6 * 1024 * 1024;

/** The functions of the cloud. Events wait for a free sandbox; a sandbox takes one event at a time. */
export interface LambdaRuntime {
  has(functionName: string): boolean;
  /** @param event JSON */
  invoke(functionName: string, event: string): Promise<Outcome>;
  /** Invokes in the background with Lambda's two retries; `onFailure` gets what is left after them. */
  invokeAsync(functionName: string, event: string, onFailure?: (outcome: Outcome) => void): void;
  /** Events running or waiting, retries included. */
  readonly active: number;
  /** How many events a function can run at once. */
  concurrency(functionName: string): number;
  close(): Promise<void>;
}

export interface RuntimeOptions {
  readonly functions: readonly { readonly spec: () => FunctionSpec; readonly name: string; readonly limit: number }[];
  readonly mode: 'workers' | 'in-process';
  readonly log: LogSink;
  /** Milliseconds before the first and the second retry of a background event. AWS: 60,000 and 120,000. */
  readonly retryDelaysMs: readonly number[];
}

interface BackgroundEvent {
  readonly functionName: string;
  readonly payload: string;
  readonly onFailure: ((outcome: Outcome) => void) | undefined;
}

interface Pool {
  readonly spec: () => FunctionSpec;
  readonly limit: number;
  readonly idle: Sandbox[];
  readonly waiting: PromiseWithResolvers<Sandbox>[];
  size: number;
}

export function createLambdaRuntime(options: RuntimeOptions): LambdaRuntime {
  const create = options.mode === 'workers' ? createWorkerSandbox : createInProcessSandbox;
  const pools = new Map<string, Pool>();
  for (const { name, spec, limit } of options.functions) {
    pools.set(name, { spec, limit, idle: [], waiting: [], size: 0 });
  }
  const open = new Set<Sandbox>();
  const timers = new Set<NodeJS.Timeout>();
  let active = 0;
  let closed = false;

  function start(pool: Pool): Sandbox {
    const sandbox = create(pool.spec(), options.log);
    pool.size += 1;
    open.add(sandbox);
    return sandbox;
  }

  function acquire(pool: Pool): Promise<Sandbox> | Sandbox {
    for (let idle = pool.idle.pop(); idle; idle = pool.idle.pop()) {
      if (idle.alive) return idle;
      discard(pool, idle);
    }
    if (pool.size < pool.limit) return start(pool);
    const turn = Promise.withResolvers<Sandbox>();
    pool.waiting.push(turn);
    return turn.promise;
  }

  function discard(pool: Pool, sandbox: Sandbox): void {
    pool.size -= 1;
    open.delete(sandbox);
  }

  function release(pool: Pool, sandbox: Sandbox): void {
    if (!sandbox.alive) discard(pool, sandbox);
    const next = closed ? undefined : pool.waiting.shift();
    if (next) next.resolve(sandbox.alive ? sandbox : start(pool));
    else if (sandbox.alive) pool.idle.push(sandbox);
  }

  async function invoke(functionName: string, event: string): Promise<Outcome> {
    const pool = pools.get(functionName);
    if (!pool || closed) return refusal(functionName, closed);
    active += 1;
    try {
      const sandbox = await acquire(pool);
      const outcome = await sandbox.run(event, randomUUID());
      release(pool, sandbox);
      return outcome;
    } catch (error) {
      return { ok: false, errorType: 'Runtime.StartError', errorMessage: String((error as Error).message), trace: [] };
    } finally {
      active -= 1;
    }
  }

  async function attempt(event: BackgroundEvent, tries: number): Promise<void> {
    active += 1;
    const outcome = await invoke(event.functionName, event.payload);
    active -= 1;
    if (outcome.ok || closed) return;
    const delay = options.retryDelaysMs[tries];
    if (delay === undefined) event.onFailure?.(outcome);
    else retryLater(event, tries + 1, delay);
  }

  function retryLater(event: BackgroundEvent, tries: number, delayMs: number): void {
    active += 1;
    const timer = setTimeout(() => {
      timers.delete(timer);
      active -= 1;
      inBackground(event, tries);
    }, delayMs);
    timers.add(timer);
  }

  /** `attempt` reports trouble as an outcome; only a failing `onFailure` could reject, and is not ours to handle. */
  function inBackground(event: BackgroundEvent, tries: number): void {
    attempt(event, tries).catch(() => undefined);
  }

  return {
    has: (functionName) => pools.has(functionName),
    invoke,
    invokeAsync: (functionName, payload, onFailure) => inBackground({ functionName, payload, onFailure }, 0),
    get active() {
      return active;
    },
    concurrency: (functionName) => pools.get(functionName)?.limit ?? 0,
    close: async () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const turn of [...pools.values()].flatMap((pool) => pool.waiting)) turn.reject(new Error('closing'));
      await Promise.all([...open].map((sandbox) => sandbox.close()));
    },
  };
}

function refusal(functionName: string, closed: boolean): Outcome {
  const errorMessage = closed ? 'The embedded cloud is closing' : `Function not found: ${functionName}`;
  return { ok: false, errorType: 'ResourceNotFoundException', errorMessage, trace: [] };
}
