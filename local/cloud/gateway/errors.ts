import { randomUUID } from 'node:crypto';
import type { AwsReply } from './call.ts';

/** An error in the protocol of its service, so that SDK clients raise it under its own name. */
export function awsError(service: string, status: number, code: string, message: string): AwsReply {
  const requestId = randomUUID();
  if (service === 's3') {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
    return { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId }, body };
  }
  if (service === 'sns') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
  }
  const headers = {
    'content-type': service === 'secretsmanager' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
    'x-amzn-requestid': requestId,
    'x-amzn-errortype': code,
    ...(service === 'sqs' ? { 'x-amzn-query-error': `${code};Sender` } : {}),
  };
  return { status, headers, body: JSON.stringify({ __type: code, message, Message: message }) };
}

const deniedCodes: Readonly<Record<string, { readonly status: number; readonly code: string }>> = {
  s3: { status: 403, code: 'AccessDenied' },
  sqs: { status: 403, code: 'AccessDenied' },
  sns: { status: 403, code: 'AuthorizationError' },
  scheduler: { status: 403, code: 'AccessDeniedException' },
  lambda: { status: 403, code: 'AccessDeniedException' },
};

/** What AWS answers when the caller's role does not allow the call; it names caller, action and resource. */
export function accessDenied(service: string, caller: string, action: string, resource: string): AwsReply {
  const { status, code } = deniedCodes[service] ?? { status: 400, code: 'AccessDeniedException' };
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  return awsError(service, status, code, message);
}

export function jsonReply(status: number, value: unknown, contentType = 'application/json'): AwsReply {
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(value),
  };
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
