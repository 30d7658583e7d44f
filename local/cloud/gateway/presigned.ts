import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AwsCall, AwsReply } from './call.ts';
import { awsError } from './errors.ts';

/** The secret key of every identity here; access keys tell them apart. */
export const localSecretKey = 'local';

/** A request whose signature is in its query. */
export interface Presigned {
  readonly method: string;
  /** As sent: encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, unknown>>;
}

/**
 * What S3 checks before it follows a presigned URL: its age and its signature. Time is the system's, because functions
 * sign with it. Undefined when the URL is good, or the call is not presigned.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function refusePresigned(call: AwsCall, now: number = Date.now()): AwsReply | undefined {
  const signature = call.query.get('X-Amz-Signature');
  if (call.headers.authorization !== undefined) return undefined;
  if (signature === null) return awsError('s3', 403, 'AccessDenied', 'The request is not signed');
  if (now > expiry(call.query)) return awsError('s3', 403, 'AccessDenied', 'Request has expired');
  const expected = presignedSignature(call, localSecretKey);
  const same = signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  const what = 'The request signature we calculated does not match the signature you provided.';
  return same ? undefined : awsError('s3', 403, 'SignatureDoesNotMatch', what);
}

/** Epoch milliseconds until which a presigned URL is good; a broken date is never good. */
function expiry(query: URLSearchParams): number {
  const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const iso = `${day?.replace(/(....)(..)/, '$1-$2-')}T${time?.replace(/(..)(..)/, '$1:$2:')}Z`;
  const until = Date.parse(iso) + Number(query.get('X-Amz-Expires')) * 1000;
  return Number.isNaN(until) ? 0 : until;
}

/** The `X-Amz-Signature` of a request with all its other parameters in place. */
export function presignedSignature({ method, path, query, headers }: Presigned, secretKey: string): string {
  const [day = '', region = '', service = ''] = (query.get('X-Amz-Credential') ?? '').split('/').slice(1);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const names = (query.get('X-Amz-SignedHeaders') ?? 'host').split(';');
  const canonical = [
    method,
    path,
    canonicalQuery(query),
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', query.get('X-Amz-Date'), scope, digest].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secretKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
