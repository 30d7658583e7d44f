import type { IncomingHttpHeaders } from 'node:http';
import type { Place } from '#local/cloud/template/place.ts';
import { isRecord, type Props } from '#local/cloud/template/types.ts';

/** One AWS API call on its way through the gateway. */
export interface AwsCall {
  /** Service name of the credential scope: `dynamodb`, `sqs`, `s3`, `secretsmanager`, `scheduler`, `lambda`. */
  readonly service: string;
  readonly accessKeyId: string;
  readonly method: string;
  /** Raw path and query, as sent. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Operation of the JSON protocols, from `X-Amz-Target`; empty for REST calls. */
  readonly operation: string;
  readonly place: Place;
}

export interface AwsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string;
}

/** The JSON body of a call; anything else is an empty record, which then fails in the service itself. */
export function jsonBody(call: AwsCall): Props {
  if (call.body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(call.body.toString('utf8'));
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

const scopePattern = /Credential=([^/,\s]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;

/** Access key and service of a signed request: from the header, or from the query of a presigned URL. */
export function credentialScope(
  authorization: string | undefined,
  query: URLSearchParams,
): { accessKeyId: string; service: string } | undefined {
  const presigned = query.get('X-Amz-Credential');
  const found = scopePattern.exec(authorization ?? (presigned ? `Credential=${presigned}` : ''));
  return found?.[1] && found[2] ? { accessKeyId: found[1], service: found[2] } : undefined;
}
