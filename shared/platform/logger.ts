import { Logger } from '@aws-lambda-powertools/logger';
import { logContext } from './log-context.ts';
import { redactor } from './redaction.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log lines. Log ids, codes and counts; payloads and credentials have no place here. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields, e.g. `tenant_id`, `run_id`, `request_id`. */
  with(fields: LogFields): Log;
}

/**
 * JSON lines on standard output, one per call, with secrets removed and the fields of the context they are written in.
 * Service name and level come from the POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL variables.
 */
export function createLogger(fields: LogFields = {}): Log {
  const logger = new Logger({ jsonReplacerFn: redactor.replacer });
  const wrap = (own: LogFields): Log => ({
    info: (message, more) => logger.info(redactor.text(message), { ...logContext(), ...own, ...more }),
    warn: (message, more) => logger.warn(redactor.text(message), { ...logContext(), ...own, ...more }),
    error: (message, more) => logger.error(redactor.text(message), { ...logContext(), ...own, ...more }),
    with: (more) => wrap({ ...own, ...more }),
  });
  return wrap(fields);
}
