import { AsyncLocalStorage } from 'node:async_hooks';

type Fields = Readonly<Record<string, unknown>>;

const storage = new AsyncLocalStorage<Fields>();

/** Runs `work` so that every log line written inside, by whatever part, carries these fields too. */
export function withLogContext<T>(fields: Fields, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...fields }, work);
}

/** Fields of the innermost context and those around it. */
export function logContext(): Fields {
  return storage.getStore() ?? {};
}

/** The trace of the work under way: one from the request that asked for a run to the last slice of it. */
export function currentTraceId(): string | undefined {
  const { trace_id } = logContext();
  return typeof trace_id === 'string' ? trace_id : undefined;
}
