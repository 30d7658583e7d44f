/** Body of a worker thread: loads one bundle and handles events one after the other. Imports nothing of ours. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

interface Work {
  readonly event: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly remainingMs: number;
}

type Handler = (event: unknown, context: unknown) => unknown;

const { modulePath, exportName } = workerData as { modulePath: string; exportName: string };
const loading = load();
const tellOfLoading = (): void => parentPort?.postMessage('loaded');
// A failed load is reported with the first event, as Lambda does.
loading.then(tellOfLoading, tellOfLoading);

parentPort?.on('message', (work: Work) => {
  handle(work).then(
    (payload) => parentPort?.postMessage({ ok: true, payload }),
    (error: unknown) => parentPort?.postMessage({ ok: false, ...describe(error) }),
  );
});

async function load(): Promise<Handler> {
  const module = (await import(pathToFileURL(modulePath).href)) as Record<string, unknown>;
  const handler = module[exportName];
  if (typeof handler !== 'function') throw new Error(`${modulePath} has no handler ${exportName}`);
  return handler as Handler;
}

async function handle(work: Work): Promise<string | undefined> {
  const handler = await loading;
  const deadline = performance.now() + work.remainingMs;
  const context = {
    ...work.context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
  return JSON.stringify(await handler(JSON.parse(work.event), context));
}

function describe(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
