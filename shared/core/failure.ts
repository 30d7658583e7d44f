/** The seven categories of trouble. A platform's own errors become one of these at the connector's edge, nowhere else. */
export const failureCategories = [
  'authentication',
  'rate_limit',
  'validation',
  'not_found',
  'conflict',
  'network',
  'internal',
] as const;
export type FailureCategory = (typeof failureCategories)[number];

/** What went wrong with one record or one call, as a value: enough for a shopkeeper to act on. */
export interface Failure {
  readonly category: FailureCategory;
  /** Stable dotted code of ours, e.g. `quickbooks.duplicate_name`. */
  readonly code: string;
  /** The platform's own code, e.g. `6240`. */
  readonly platform_code?: string | undefined;
  /** The platform's request id, for its support desk. */
  readonly trace_id?: string | undefined;
  /** Path of the field at fault in the payload, e.g. `Line[0].Amount`. */
  readonly field?: string | undefined;
  /** One sentence: what happened and why. */
  readonly reason: string;
  /** One sentence: what to do about it. */
  readonly fix: string;
  /** True when the same request may succeed later without anyone changing anything. */
  readonly retryable: boolean;
  /**
   * True when the request may have taken effect although no answer arrived (time-out or dropped connection after
   * sending). Such a write must be looked up or repeated with its key, never simply repeated.
   */
  readonly ambiguous?: boolean | undefined;
  /** Milliseconds the platform asked to wait. */
  readonly retry_after_ms?: number | undefined;
}

export type Result<T, F = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const fail = (failure: Failure): Result<never, Failure> => ({ ok: false, failure });

/** Carries a failure through code that has no value to return it in. Caught in two places: the API and the worker. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(`${failure.code}: ${failure.reason}`, options);
    this.failure = failure;
  }
}

/** The value of a result, or its failure thrown. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new FailureError(result.failure);
}
