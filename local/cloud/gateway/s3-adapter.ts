import type { AwsCall, AwsReply } from './call.ts';
import { awsError } from './errors.ts';

/** Headers a presigned URL may set on the answer. */
const overrides = [
  'content-disposition',
  'content-type',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
];

/** The `response-*` query parameters, which the emulator leaves out. */
export function withOverrides(call: AwsCall, reply: AwsReply): AwsReply {
  if (call.method !== 'GET' || reply.status >= 300) return reply;
  const asked = overrides.flatMap((header) => {
    const value = call.query.get(`response-${header}`);
    return value === null ? [] : [[header, value] as const];
  });
  return asked.length === 0 ? reply : { ...reply, headers: { ...reply.headers, ...Object.fromEntries(asked) } };
}

/** Creates that must not replace: `If-None-Match: *` on a PUT. */
export function isCreateOnly(call: AwsCall): boolean {
  return call.method === 'PUT' && call.headers['if-none-match'] === '*';
}

export function preconditionFailed(): AwsReply {
  const what = 'At least one of the pre-conditions you specified did not hold';
  return awsError('s3', 412, 'PreconditionFailed', what);
}
