import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';

const loopback = '127.0.0.1';

/** An HTTP server on loopback. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves HTTP on loopback only.
 * @param port 0 takes a free one.
 * @throws Error `port 4000 is in use`
 */
export async function serveHttp(listener: RequestListener, port = 0): Promise<Listening> {
  const server = createHttpServer({ keepAliveTimeout: 60_000 }, listener);
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return { url: `http://${loopback}:${address.port}`, port: address.port, close: () => closeServer(server) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use`, { cause: error }) : error),
    );
    server.listen(port, loopback, resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, loopback, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
