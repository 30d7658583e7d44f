import { pathToFileURL } from 'node:url';
import { runInScope } from './function-scope.ts';
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

type Handler = (event: unknown, context: unknown) => unknown;

let instances = 0;

/** Runs a function in this thread: for tests that want breakpoints, coverage or speed. It cannot be stopped. */
export function createInProcessSandbox(spec: FunctionSpec, log: LogSink): Sandbox {
  const scope = {
    environment: { ...spec.environment },
    write: (stream: 'stdout' | 'stderr', text: string) => {
      for (const line of text.split('\n')) {
        if (line !== '') log({ functionName: spec.name, stream, line });
      }
    },
  };
  instances += 1;
  // The number makes each cloud load a bundle of its own: clients kept by a module know the endpoint of their cloud.
  const address = `${pathToFileURL(spec.modulePath).href}?instance=${instances}`;
  let loading: Promise<Handler> | undefined;
  const closing = Promise.withResolvers<Outcome>();

  const handle = async (loaded: Promise<Handler>, event: string, requestId: string): Promise<Outcome> => {
    try {
      const handler = await loaded;
      const deadline = performance.now() + spec.timeoutMs;
      const context = {
        ...contextData(spec, requestId),
        callbackWaitsForEmptyEventLoop: true,
        getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
      };
      return { ok: true, payload: JSON.stringify(await handler(JSON.parse(event), context)) };
    } catch (error) {
      return failed(error);
    }
  };

  return {
    alive: true,
    run: async (event, requestId) => {
      loading ??= runInScope(scope, () => load(address, spec.exportName));
      const loaded = loading;
      await Promise.race([initialized(loaded), closing.promise]);
      const late = Promise.withResolvers<Outcome>();
      const timer = setTimeout(() => late.resolve(timedOut(spec, requestId)), spec.timeoutMs);
      const outcome = await Promise.race([
        runInScope(scope, () => handle(loaded, event, requestId)),
        late.promise,
        closing.promise,
      ]);
      clearTimeout(timer);
      return outcome;
    },
    close: () => {
      // What runs cannot be stopped, but nobody waits for it any more.
      closing.resolve(failed(new Error('The embedded cloud is closing')));
      return Promise.resolve();
    },
  };
}

async function load(address: string, exportName: string): Promise<Handler> {
  const module = (await import(/* @vite-ignore */ address)) as Record<string, unknown>;
  const handler = module[exportName];
  if (typeof handler !== 'function') throw new Error(`${address} has no handler ${exportName}`);
  return handler as Handler;
}
