import { randomUUID } from 'node:crypto';

/** W3C Trace Context, level 1: version, trace id, parent id, flags; lower case, no id of zeros only. */
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
/** X-Ray's tracing header: `Root=1-<8 hex>-<24 hex>;Parent=…;Sampled=…`. */
const xrayRoot = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})/i;

/**
 * 32 hex digits: the trace a caller began (`traceparent`), else X-Ray's of this invocation, written without its version and
 * dashes as W3C does, else a new one.
 */
export function traceIdFor(
  header: string | undefined,
  xray: string | undefined = process.env._X_AMZN_TRACE_ID,
): string {
  const given = traceparent.exec(header?.trim() ?? '')?.[1];
  if (given) return given;
  const [, time = '', rest = ''] = xrayRoot.exec(xray ?? '') ?? [];
  return rest ? `${time}${rest}`.toLowerCase() : randomUUID().replaceAll('-', '');
}
