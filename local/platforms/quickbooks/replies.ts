import { randomBytes } from 'node:crypto';
import type { SimReply } from '../kit.ts';
import type { Company } from './company.ts';
import type { QuickBooksFault } from './faults.ts';
import { jsonToXml, xmlText } from './xml.ts';

const jsonType = { 'content-type': 'application/json;charset=utf-8' };

/** `1-5f733c5a-55d0ff60812923e8b22c622b`: the id support asks for. */
function traceId(): Record<string, string> {
  return { intuit_tid: `1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}` };
}

/** A success. `inside` is the answer without braces; `time` is added unless the endpoint has none. */
export function success(company: Company, inside: string, wantsXml: boolean): SimReply {
  const headers = {
    ...traceId(),
    'qbo-version': '1988.128',
    'service-time': 'total=12, db=6',
    expires: '0',
    'cache-control': 'max-age=0, no-cache, no-store, must-revalidate, private',
  };
  const time = company.time();
  if (wantsXml)
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: jsonToXml(`{${inside}}`, time),
    };
  return { status: 200, headers: { ...headers, ...jsonType }, body: `{${inside},"time":"${time}"}` };
}

/** A text that is already a whole answer, as the tax service gives it. */
export function bare(body: string): SimReply {
  return { status: 200, headers: { ...traceId(), ...jsonType }, body };
}

/** Envelope A: what the accounting service itself refuses. */
export function faultReply(fault: QuickBooksFault, time: string, wantsXml: boolean): SimReply {
  const headers = traceId();
  if (wantsXml) {
    return {
      status: fault.status,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: faultXml(fault, time),
    };
  }
  const body = JSON.stringify(fault.timed ? { Fault: fault.body, time } : { Fault: fault.body });
  return { status: fault.status, headers: { ...headers, 'content-type': 'application/json' }, body };
}

function faultXml(fault: QuickBooksFault, time: string): string {
  const rows = fault.errors.map(({ code, element, Message, Detail }) => {
    const at = element === undefined ? '' : ` element="${xmlText(element)}"`;
    return `<Error code="${code}"${at}><Message>${xmlText(Message)}</Message><Detail>${xmlText(Detail)}</Detail></Error>`;
  });
  return `<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="${time}"><Fault type="${fault.type}">${rows.join('')}</Fault></IntuitResponse>`;
}

interface GatewayError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
}

/** Envelope B: what the gateway in front of the service refuses (401, 403, throttling when JSON is configured). */
function gatewayReply(
  { status, type, code, message, detail }: GatewayError,
  now: number,
  headers: Record<string, string> = {},
): SimReply {
  const body = {
    warnings: null,
    intuitObject: null,
    fault: { error: [{ message, detail, code, element: null }], type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: now,
    status: null,
    cdcresponse: [],
  };
  const all = { ...traceId(), 'content-type': 'application/json', ...headers };
  return { status, headers: all, body: JSON.stringify(body) };
}

export function unauthorized(detail: string, now: number): SimReply {
  const message = 'message=AuthenticationFailed; errorCode=003200; statusCode=401';
  return gatewayReply({ status: 401, type: 'AUTHENTICATION', code: '3200', message, detail }, now, {
    'www-authenticate': 'Bearer realm="Intuit", error="invalid_token"',
  });
}

export function forbidden(now: number): SimReply {
  const message = 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403';
  return gatewayReply({ status: 403, type: 'SERVICE', code: '3100', message, detail: null }, now);
}

/** Recorded as XML even for callers that asked for JSON; the JSON form is inferred and has to be chosen. */
export function throttled(time: string, now: number, format: 'xml' | 'json'): SimReply {
  const message = 'message=ThrottleExceeded; errorCode=003001; statusCode=429';
  const detail = 'The request limit was reached.  Try again later';
  if (format === 'json') return gatewayReply({ status: 429, type: 'SERVICE', code: '3001', message, detail }, now);
  const body = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<IntuitResponse time="${time}" xmlns="http://schema.intuit.com/finance/v3">
  <Fault type="SERVICE">
    <Error code="3001">
      <Message>${message}</Message>
      <Detail>${detail}</Detail>
    </Error>
  </Fault>
</IntuitResponse>
`;
  return { status: 429, headers: { ...traceId(), 'content-type': 'application/xml' }, body };
}

/** A failure of the simulator itself, in the shape the platform gives its own. */
export function systemFailure(detail: string, time: string): SimReply {
  const body = `<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="${time}"><Fault type="SystemFault"><Error code="10000"><Message>An application error has occurred while processing your request</Message><Detail>System Failure Error: ${xmlText(detail)}</Detail></Error></Fault></IntuitResponse>`;
  return { status: 500, headers: { ...traceId(), 'content-type': 'application/xml' }, body };
}
