import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import {
  contextData,
  type FunctionSpec,
  failed,
  initialized,
  type LogSink,
  type Outcome,
  type Sandbox,
  timedOut,
} from './types.ts';

const workerFile = new URL('./lambda-worker.ts', import.meta.url);

/** Starts a worker thread with the function's own environment, memory limit and output. */
export function createWorkerSandbox(spec: FunctionSpec, log: LogSink): Sandbox {
  const worker = new Worker(workerFile, {
    name: spec.name,
    workerData: { modulePath: spec.modulePath, exportName: spec.exportName },
    env: { ...spec.environment },
    // Nothing of how the parent was started (a test runner's loader, an inspector) belongs into a function.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb },
    stdout: true,
    stderr: true,
  });
  let alive = true;
  const loading = Promise.withResolvers<void>();
  const init = initialized(loading.promise);
  let settle: ((outcome: Outcome) => void) | undefined;
  const finish = (outcome: Outcome): void => {
    loading.resolve();
    const waiting = settle;
    settle = undefined;
    waiting?.(outcome);
  };
  forwardLines(worker.stdout, (line) => log({ functionName: spec.name, stream: 'stdout', line }));
  forwardLines(worker.stderr, (line) => log({ functionName: spec.name, stream: 'stderr', line }));
  worker.on('message', (message: Outcome | 'loaded') => {
    if (message === 'loaded') loading.resolve();
    else finish(message);
  });
  worker.on('error', (error) => {
    alive = false;
    finish(failed(error));
  });
  worker.on('exit', (code) => {
    alive = false;
    finish({ ok: false, errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with code ${code}`, trace: [] });
  });
  return {
    get alive() {
      return alive;
    },
    run: async (event, requestId) => {
      const outcome = Promise.withResolvers<Outcome>();
      settle = outcome.resolve;
      worker.postMessage({ event, context: contextData(spec, requestId), remainingMs: spec.timeoutMs });
      await init;
      const timer = setTimeout(() => {
        alive = false;
        finish(timedOut(spec, requestId));
        worker.terminate().catch(() => undefined);
      }, spec.timeoutMs);
      try {
        return await outcome.promise;
      } finally {
        clearTimeout(timer);
      }
    },
    close: async () => {
      alive = false;
      await worker.terminate();
    },
  };
}

/** Whole lines only: a structured line must reach the sink in one piece. */
function forwardLines(stream: Readable, emit: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(emit);
  });
  stream.on('end', () => {
    if (rest !== '') emit(rest);
  });
}
