import type { Failure } from '../core/failure.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Job } from '../model/job.ts';

/** How far a step came. */
export type StepResult =
  /** There is more: the next step begins at `cursor`, in this worker or another. */
  | { readonly kind: 'more'; readonly cursor: Json; readonly progress: Job['progress'] }
  | { readonly kind: 'done'; readonly result: JsonObject; readonly progress: Job['progress'] }
  /** A platform is in trouble: the job comes back by itself, from `cursor`, when the failure is retryable. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * One kind of job. A step is short (seconds) and may be worked on twice: whatever it stores, it stores under names made
 * from the job and the cursor. The last step of a job counts only once.
 */
export interface JobKind {
  readonly kind: string;
  /** The lane its steps queue in: the name of the platform whose limits they share, or the kind itself. */
  readonly lane: string;
  step(job: Job): Promise<StepResult>;
  /** Gives back what a job that failed for good still holds: an unfinished upload. */
  abandon?(job: Job): Promise<void>;
}
