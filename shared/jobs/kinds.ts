import type { JobKind } from './job-kind.ts';

/** What the kinds of jobs need from outside, together. */
export type KindDeps = Readonly<Record<never, never>>;

/** Every kind of job the worker can do, one row each. */
export function jobKinds(_deps: KindDeps): readonly JobKind[] {
  return [];
}
