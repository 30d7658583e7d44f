import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '#local/cloud/iam/access.ts';
import { needsByService } from '#local/cloud/iam/needs.ts';
import { s3Location } from '#local/cloud/iam/s3-needs.ts';
import { type Listening, serveHttp } from '#local/cloud/ports.ts';
import type { Place } from '#local/cloud/template/place.ts';
import { type AwsCall, type AwsReply, credentialScope } from './call.ts';
import { accessDenied, awsError } from './errors.ts';
import { refusePresigned } from './presigned.ts';
import { isCreateOnly, preconditionFailed, withOverrides } from './s3-adapter.ts';
import type { SqsAdapter } from './sqs-adapter.ts';

/** Answers a call that the caller's role allows. */
export type Service = (call: AwsCall) => Promise<AwsReply> | AwsReply;

export interface GatewayOptions {
  readonly access: Access;
  readonly place: Place;
  readonly services: Readonly<Record<string, Service>>;
}

/** The AWS endpoint of all functions: checks each call against the caller's role, then hands it to its service. */
export function createGateway(options: GatewayOptions): (call: AwsCall) => Promise<AwsReply> {
  const { access, services } = options;
  return async (call) => {
    const service = services[call.service];
    const needsOf = needsByService[call.service];
    if (!service || !needsOf) {
      const known = Object.keys(services).join(', ');
      return awsError(call.service, 400, 'UnknownService', `No ${call.service} in the embedded cloud, only ${known}`);
    }
    const caller = access.caller(call.accessKeyId);
    if (!caller) {
      const what = 'The security token included in the request is invalid.';
      return awsError(call.service, 403, 'InvalidClientTokenId', what);
    }
    const unsound = call.service === 's3' ? refusePresigned(call) : undefined;
    if (unsound) return unsound;
    const refused = access.refused(caller, needsOf(call));
    if (refused) return accessDenied(call.service, caller.arn, refused.action, refused.resource);
    const reply = await service(call);
    return call.service === 's3' ? hideMissing(call, reply, (need) => !access.refused(caller, [need])) : reply;
  };
}

/** Without s3:ListBucket, S3 answers 403 for a key that does not exist, so that callers cannot probe for names. */
function hideMissing(
  call: AwsCall,
  reply: AwsReply,
  allows: (need: { action: string; resource: string }) => boolean,
): AwsReply {
  const { bucket, key } = s3Location(call.path);
  if (reply.status !== 404 || key === '' || !['GET', 'HEAD'].includes(call.method)) return reply;
  if (allows({ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` })) return reply;
  return awsError('s3', 403, 'AccessDenied', `Access Denied: ${key} is missing, or s3:ListBucket on ${bucket} is`);
}

/** S3 with what its emulator lacks. Creates that must not replace run one after the other. */
export function s3Service(forward: Service): Service {
  let turn: Promise<unknown> = Promise.resolve();
  const createOnly = async (call: AwsCall): Promise<AwsReply> => {
    const head = await forward({ ...call, method: 'HEAD', headers: { host: '' }, body: Buffer.alloc(0) });
    return head.status === 200 ? preconditionFailed() : forward(call);
  };
  return async (call) => {
    if (!isCreateOnly(call)) return withOverrides(call, await forward(call));
    const mine = turn.then(() => createOnly(call));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

export function sqsService(forward: Service, adapter: SqsAdapter): Service {
  return async (call) => adapter.reply(call, await forward(adapter.request(call)));
}

/** Serves the gateway on one port. `handle` may be replaced until the first request: names depend on the port. */
export function serveGateway(
  port: number,
  handle: () => { place: Place; gateway: (call: AwsCall) => Promise<AwsReply> } | undefined,
): Promise<Listening> {
  const answer = async (incoming: IncomingMessage): Promise<AwsReply> => {
    const ready = handle();
    const body = await readBody(incoming);
    const target = incoming.url ?? '/';
    const url = new URL(`http://gateway${target}`);
    const scope = credentialScope(incoming.headers.authorization, url.searchParams);
    if (!scope) return awsError('s3', 403, 'AccessDenied', 'The request is not signed');
    if (!ready) return awsError(scope.service, 503, 'ServiceUnavailable', 'The embedded cloud is starting');
    const operation = String(incoming.headers['x-amz-target'] ?? '');
    return ready.gateway({
      ...scope,
      method: incoming.method ?? 'GET',
      target,
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
      operation: operation.slice(operation.lastIndexOf('.') + 1),
      place: ready.place,
    });
  };
  return serveHttp((incoming, outgoing) => {
    answer(incoming)
      .catch((error: Error) => awsError('gateway', 500, 'InternalFailure', error.message))
      .then((reply) => send(outgoing, incoming.method, reply))
      .catch(() => outgoing.destroy());
  }, port);
}

function send(outgoing: ServerResponse, method: string | undefined, reply: AwsReply): void {
  // The answer to HEAD has the length of a body that is not sent.
  const length = method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(reply.body) };
  const own = method === 'HEAD' ? reply.headers : withoutLength(reply.headers);
  outgoing.writeHead(reply.status, { ...own, ...length });
  outgoing.end(method === 'HEAD' ? undefined : reply.body);
}

function withoutLength(headers: AwsReply['headers']): AwsReply['headers'] {
  const { 'content-length': _length, ...rest } = headers;
  return rest;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
