import { Agent, type IncomingMessage, request } from 'node:http';
import type { AwsCall, AwsReply } from './call.ts';

/** Sends calls on to an emulator over kept connections. */
export interface Forwarder {
  (call: AwsCall): Promise<AwsReply>;
  close(): void;
}

/** Headers of one hop. */
const hopHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect']);

export function createForwarder(baseUrl: string): Forwarder {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname, port } = new URL(baseUrl);
  const forward = (call: AwsCall): Promise<AwsReply> =>
    new Promise((resolve, reject) => {
      const headers = { ...withoutHop(call.headers), host: `${hostname}:${port}`, 'content-length': call.body.length };
      const options = { agent, hostname, port, method: call.method, path: call.target, headers };
      const outgoing = request(options, (incoming) => read(incoming).then(resolve, reject));
      outgoing.once('error', reject);
      outgoing.end(call.body);
    });
  return Object.assign(forward, { close: () => agent.destroy() });
}

async function read(incoming: IncomingMessage): Promise<AwsReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    status: incoming.statusCode ?? 502,
    headers: withoutHop(incoming.headers),
    body: Buffer.concat(chunks),
  };
}

function withoutHop(headers: Readonly<Record<string, string | string[] | undefined>>): AwsReply['headers'] {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopHeaders.has(name)) kept[name] = value;
  }
  return kept;
}
