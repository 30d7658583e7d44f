import { isRecord, type Props } from '#local/cloud/template/types.ts';

/** An answer of an emulator that is not a success. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  /** `ResourceNotFoundException`, without its namespace. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

const targets: Readonly<Record<string, { readonly prefix: string; readonly version: string }>> = {
  dynamodb: { prefix: 'DynamoDB_20120810', version: '1.0' },
  sqs: { prefix: 'AmazonSQS', version: '1.0' },
};

/** Calls an emulator of the AWS JSON protocol directly, behind the gateway: for setting up, without any SDK. */
export async function awsJson(
  base: { readonly url: string; readonly service: 'dynamodb' | 'sqs'; readonly region: string },
  operation: string,
  input: Props,
  signal?: AbortSignal,
): Promise<Props> {
  const target = targets[base.service];
  const reply = await fetch(`${base.url}/`, {
    method: 'POST',
    headers: {
      ...signedHeaders(base.service, base.region),
      'content-type': `application/x-amz-json-${target?.version}`,
      'x-amz-target': `${target?.prefix}.${operation}`,
    },
    body: JSON.stringify(input),
    ...(signal ? { signal } : {}),
  });
  const body: unknown = JSON.parse((await reply.text()) || '{}');
  const output = isRecord(body) ? body : {};
  if (reply.ok) return output;
  const type = String(output.__type ?? output.code ?? reply.status);
  throw new AwsCallError(type.slice(type.lastIndexOf('#') + 1), String(output.message ?? output.Message ?? ''));
}

/** Headers of a signed call: emulators want a scope and a date, but check no signature. */
export function signedHeaders(service: string, region: string): Readonly<Record<string, string>> {
  const scope = `local/20260101/${region}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=local`,
    'x-amz-date': '20260101T000000Z',
  };
}
