import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '#shared/core/clock.ts';

/** One request as a simulator sees it. `path` has no query; `body` is the raw text. */
export interface SimRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Raw request target, for signatures. */
  readonly target: string;
}

/** A reply. An object body is sent as JSON, text as it is. */
export interface SimReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Trouble on demand. The first fault that matches a request is used.
 * - `reply`: answer `status`/`headers`/`body` instead of doing the work
 * - `drop_before`: cut the connection without doing the work
 * - `drop_after`: do the work, then cut the connection: the caller cannot know
 * - `cut`: do the work, send the first half of the answer, then cut the connection
 * - `delay`: wait `delay_ms`, then go on
 */
export interface Fault {
  readonly kind: 'reply' | 'drop_before' | 'drop_after' | 'cut' | 'delay';
  readonly method?: string;
  /** Regular expression on path and query. */
  readonly path?: string;
  /** Regular expression on the raw request body. */
  readonly body_matches?: string;
  /** Hits only where the answer would be longer than this many bytes: weak hosting. The work is done first. */
  readonly longer_than?: number;
  /** How many matching requests it hits; 0 = until cleared. Default 1. */
  readonly times?: number;
  /** How many matching requests pass first. Default 0. */
  readonly after?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delay_ms?: number;
}

export interface CallRecord {
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
}

export interface SimulatorOptions {
  readonly port?: number;
  readonly clock?: Clock;
  /** Milliseconds of the clock each request takes before it is handled. Default 0. */
  readonly latencyMs?: (request: SimRequest) => number;
}

export interface SimulatorServer {
  readonly url: string;
  readonly port: number;
  /** Every request answered or cut since the start or the last `resetCalls()`. */
  readonly calls: readonly CallRecord[];
  resetCalls(): void;
  addFault(fault: Fault): void;
  /** Faults that still wait for a request, and how many they have hit. */
  armedFaults(): readonly { readonly fault: Fault; readonly hits: number }[];
  clearFaults(): void;
  close(): Promise<void>;
}

export interface SimulatorDefinition {
  readonly name: string;
  handle(request: SimRequest): Promise<SimReply> | SimReply;
  /** What an unexpected exception in `handle` answers: in the platform's own shape. */
  crash(error: unknown): SimReply;
}

interface ArmedFault {
  readonly fault: Fault;
  seen: number;
}

const maxCalls = 200_000;

/**
 * Serves one platform on loopback with faults and latency. The control API lives on the same port under
 * `/__control/`: `POST faults` (a fault or an array), `DELETE faults`, `GET calls`, `DELETE calls`.
 */
export async function startSimulator(
  definition: SimulatorDefinition,
  options: SimulatorOptions = {},
): Promise<SimulatorServer> {
  const clock = options.clock ?? systemClock;
  const faults: ArmedFault[] = [];
  const calls: CallRecord[] = [];

  const record = (request: SimRequest, status: number): void => {
    if (calls.length < maxCalls)
      calls.push({ at: clock.now(), method: request.method, target: request.target, status });
  };

  const control = (request: SimRequest): SimReply => {
    const resource = request.path.slice('/__control/'.length);
    if (resource === 'faults' && request.method === 'POST') {
      const input = JSON.parse(request.body) as Fault | Fault[];
      for (const fault of Array.isArray(input) ? input : [input]) faults.push({ fault, seen: 0 });
      return { status: 201, body: { faults: faults.map(({ fault }) => fault) } };
    }
    if (resource === 'faults' && request.method === 'DELETE') {
      faults.length = 0;
      return { status: 200, body: { faults: [] } };
    }
    if (resource === 'calls' && request.method === 'GET') return { status: 200, body: { calls } };
    if (resource === 'calls' && request.method === 'DELETE') {
      calls.length = 0;
      return { status: 200, body: { calls: [] } };
    }
    return { status: 404, body: { message: `no control ${request.method} ${resource}` } };
  };

  const pickFault = async (request: SimRequest, length: () => Promise<number>): Promise<Fault | undefined> => {
    for (const armed of [...faults]) {
      const { fault } = armed;
      if (fault.method && fault.method !== request.method) continue;
      if (fault.path && !new RegExp(fault.path).test(request.target)) continue;
      if (fault.body_matches && !new RegExp(fault.body_matches).test(request.body)) continue;
      if (fault.longer_than !== undefined && (await length()) <= fault.longer_than) continue;
      armed.seen += 1;
      const skip = fault.after ?? 0;
      const times = fault.times ?? 1;
      if (armed.seen <= skip) continue;
      if (times > 0 && armed.seen - skip >= times) faults.splice(faults.indexOf(armed), 1);
      return fault;
    }
    return undefined;
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (request.path.startsWith('/__control/')) {
      send(outgoing, control(request));
      return;
    }
    const latency = options.latencyMs?.(request) ?? 0;
    if (latency > 0) await clock.sleep(latency);
    let done: SimReply | undefined;
    const work = async (): Promise<SimReply> => {
      try {
        done ??= await definition.handle(request);
      } catch (error) {
        done = definition.crash(error);
      }
      return done;
    };
    const fault = await pickFault(request, async () => Buffer.byteLength(textOf(await work())));
    if (fault?.kind === 'delay') await clock.sleep(fault.delay_ms ?? 0);
    if (fault?.kind === 'drop_before') {
      record(request, 0);
      outgoing.destroy();
      return;
    }
    const reply: SimReply =
      fault?.kind === 'reply'
        ? { status: fault.status ?? 500, headers: fault.headers ?? {}, body: fault.body ?? '' }
        : await work();
    if (fault?.kind === 'drop_after') {
      record(request, 0);
      outgoing.destroy();
      return;
    }
    record(request, reply.status);
    if (fault?.kind === 'cut') {
      const whole = Buffer.from(textOf(reply));
      outgoing.writeHead(reply.status, { ...headersOf(reply), 'content-length': whole.length });
      outgoing.write(whole.subarray(0, Math.floor(whole.length / 2)), () => outgoing.destroy());
      return;
    }
    send(outgoing, reply);
  }

  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    resetCalls: () => {
      calls.length = 0;
    },
    addFault: (fault) => faults.push({ fault, seen: 0 }),
    armedFaults: () => faults.map(({ fault, seen }) => ({ fault, hits: Math.max(0, seen - (fault.after ?? 0)) })),
    clearFaults: () => {
      faults.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function readRequest(incoming: IncomingMessage): Promise<SimRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const target = incoming.url ?? '/';
  const url = new URL(`http://localhost${target}`);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    target,
  };
}

function send(outgoing: ServerResponse, reply: SimReply): void {
  outgoing.writeHead(reply.status, headersOf(reply));
  outgoing.end(textOf(reply));
}

function textOf({ body }: SimReply): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function headersOf({ headers = {}, body }: SimReply): Readonly<Record<string, string>> {
  return { ...(typeof body === 'string' ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...headers };
}
