import type { Problem } from '../api/problem.ts';
import { type Failure, type FailureCategory, FailureError } from '../core/failure.ts';

/** One fault of a request: which field (`filters.status[0]`), what kind, and a sentence for people. */
export interface FieldFault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The one table from problem codes of ours to HTTP. A code is a promise to clients: never reuse one. */
export const problemTable = {
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'request.malformed_json': { status: 400, title: 'The body is not JSON' },
  'auth.unauthenticated': { status: 401, title: 'A valid token is required' },
  'webhook.refused': { status: 401, title: 'The signature is not valid' },
  'auth.forbidden': { status: 403, title: 'Your role does not allow this' },
  'route.not_found': { status: 404, title: 'There is no such endpoint' },
  'sync.not_found': { status: 404, title: 'There is no such sync' },
  'sync.unknown_entity': { status: 404, title: 'There is no such entity' },
  'failure.not_found': { status: 404, title: 'There is no such failure' },
  'export.not_found': { status: 404, title: 'There is no such export' },
  'job.not_found': { status: 404, title: 'There is no such job' },
  'failure.cause_not_found': { status: 404, title: 'There are no failures of this cause' },
  'stock.not_found': { status: 404, title: 'There is no ledger of this SKU' },
  'pos.event_not_found': { status: 404, title: 'There is no such event' },
  'record.not_found': { status: 404, title: 'Nothing is known of such a record' },
  'reconciliation.not_found': { status: 404, title: 'There is no such reconciliation' },
  'reconciliation.not_ready': { status: 409, title: 'The reconciliation has not completed' },
  'reconciliation.required': { status: 409, title: 'No reconciliation has these days' },
  'mapping.not_found': { status: 404, title: 'There is no such mapping' },
  'mapping.version_not_found': { status: 404, title: 'The mapping has no such version' },
  'mapping.record_not_found': { status: 404, title: 'The source has no such record' },
  'mapping.replay_not_found': { status: 404, title: 'There is no such replay' },
  'mapping.changed_since': { status: 409, title: 'Another version of the mapping is in use' },
  'month.not_found': { status: 404, title: 'The month is not closed' },
  'month.not_closable': { status: 409, title: 'The month cannot be closed on this report' },
  'month.closed': { status: 409, title: 'The month is closed already' },
  'confirmation.not_found': { status: 404, title: 'There is no such confirmation' },
  'platform.unknown': { status: 404, title: 'There is no such platform' },
  'platform.no_setup': { status: 404, title: 'Nothing has to be run on this platform' },
  'connection.required': { status: 409, title: 'The platform is not connected' },
  'connection.busy': { status: 409, title: 'The connection is being changed' },
  'connection.oauth_only': { status: 409, title: 'The platform connects by signing in' },
  'webhook.none': { status: 409, title: 'The platform has no webhooks' },
  'sync.already_running': { status: 409, title: 'This sync is running already' },
  'sync.no_route': { status: 409, title: 'No flow fits this request' },
  'sync.not_final': { status: 409, title: 'The sync has not come to its end' },
  confirmation_required: { status: 409, title: 'This has to be confirmed first' },
  'flow.not_found': { status: 404, title: 'There is no such flow' },
  'flow.busy': { status: 409, title: 'The settings are being changed' },
  'conflict.not_found': { status: 404, title: 'There is no such conflict' },
  'conflict.not_open': { status: 409, title: 'The conflict does not wait for a decision' },
  'schedule.not_found': { status: 404, title: 'There is no such schedule' },
  'schedule.too_many': { status: 409, title: 'There are too many schedules' },
  'schedule.busy': { status: 409, title: 'The schedule is being changed' },
  'notifications.busy': { status: 409, title: 'The notification settings are being changed' },
  'notifications.not_set_up': { status: 409, title: 'The channel is not set up' },
  'sandbox.sync_active': { status: 409, title: 'A sync is active' },
  'plan.not_ready': { status: 409, title: 'The plan is not ready' },
  'confirmation.used': { status: 409, title: 'The confirmation was used already' },
  'confirmation.expired': { status: 410, title: 'The confirmation has expired' },
  'request.too_large': { status: 413, title: 'The body is too large' },
  'request.unsupported_media_type': { status: 415, title: 'The body must be JSON' },
  'internal.unexpected': { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;
export type ProblemCode = keyof typeof problemTable;

/**
 * Status of a failure that a platform or a use case reported. A platform that refuses credentials is not a 401: the
 * caller's own token is fine, what it sent is not.
 */
const categoryTable: Readonly<Record<FailureCategory, { readonly status: number; readonly title: string }>> = {
  authentication: { status: 422, title: 'The platform refused the credentials' },
  validation: { status: 422, title: 'The platform or its settings do not accept this' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'This conflicts with the present state' },
  rate_limit: { status: 503, title: 'The platform asks to wait' },
  network: { status: 502, title: 'The platform cannot be reached' },
  internal: { status: 502, title: 'The platform had an error' },
};

/** Members beside those of RFC 9457, e.g. `sync_id`. */
export type ProblemMembers = Readonly<Record<string, unknown>>;

/** An answer other than success, thrown by endpoints and turned into problem+json in one place. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: readonly FieldFault[];
  readonly members: ProblemMembers;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { errors?: readonly FieldFault[]; members?: ProblemMembers } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = more.errors ?? [];
    this.members = more.members ?? {};
  }
}

const typeOf = (code: string): string => `urn:easysale-sync:problem:${code}`;

function problemOf(error: ProblemError, requestId: string): Problem {
  const { status, title } = problemTable[error.code];
  return {
    type: typeOf(error.code),
    title,
    status,
    code: error.code,
    detail: error.message,
    errors: [...error.errors],
    ...error.members,
    request_id: requestId,
  };
}

function problemOfFailure(failure: Failure, requestId: string): Problem {
  const { status, title } = categoryTable[failure.category];
  const fault = failure.field
    ? [{ path: failure.field, code: failure.platform_code ?? failure.code, message: failure.reason }]
    : [];
  return {
    type: typeOf(failure.code),
    title,
    status,
    code: failure.code,
    detail: `${failure.reason} ${failure.fix}`,
    errors: fault,
    category: failure.category,
    retryable: failure.retryable,
    ...(failure.platform_code === undefined ? {} : { platform_code: failure.platform_code }),
    ...(failure.trace_id === undefined ? {} : { trace_id: failure.trace_id }),
    request_id: requestId,
  };
}

/** The problem of whatever an endpoint threw. */
export function problemOfError(error: unknown, requestId: string): Problem {
  if (error instanceof ProblemError) return problemOf(error, requestId);
  if (error instanceof FailureError) return problemOfFailure(error.failure, requestId);
  return opaqueProblem(requestId);
}

/** Says nothing of the cause: that is in the log under the request id. */
function opaqueProblem(requestId: string): Problem {
  const detail = `Try again; if it stays, tell support the request id ${requestId}.`;
  return problemOf(new ProblemError('internal.unexpected', detail), requestId);
}
