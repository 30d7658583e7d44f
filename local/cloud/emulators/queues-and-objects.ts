import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { localRegion } from '#local/cloud/template/place.ts';

/** SQS, SNS and S3 in this process. */
export interface QueuesAndObjects {
  readonly url: string;
  /** Messages of a queue by state. */
  counts(queue: string): QueueCounts;
  stop(): Promise<void>;
}

export interface QueueCounts {
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** @param dataDir folder of its database; in memory when absent. */
export async function startQueuesAndObjects(dataDir: string | undefined): Promise<QueuesAndObjects> {
  const persistence = dataDir === undefined ? {} : { dataDir };
  const server = await onLoopback(() =>
    startFauxqs({ port: 0, logger: false, defaultRegion: localRegion, ...persistence }),
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    counts: (queue) => {
      const found = server.inspectQueue(queue);
      if (!found) return { ready: 0, delayed: 0, inFlight: 0 };
      const { ready, delayed, inflight } = found.messages;
      return { ready: ready.length, delayed: delayed.length, inFlight: inflight.length };
    },
    stop: () => server.stop(),
  };
}

interface Listener {
  listen(options: { port: number; host: string }): Promise<string>;
}

/**
 * The emulator listens on every interface and has no option for it, and what it holds is nobody's business on the
 * network. Its web framework announces each instance, which is where the address is narrowed.
 */
async function onLoopback(start: () => Promise<FauxqsServer>): Promise<FauxqsServer> {
  const narrow = (message: unknown): void => {
    const { fastify } = message as { fastify: Listener };
    const listen = fastify.listen.bind(fastify);
    fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' });
  };
  subscribe('fastify.initialization', narrow);
  try {
    return await start();
  } finally {
    unsubscribe('fastify.initialization', narrow);
  }
}
