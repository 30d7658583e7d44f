import { eventRepositories } from './event-repository-calls.ts';
import { posRepositories } from './pos-repository-calls.ts';
import type { Rows } from './repository-row.ts';
import { syncRepositories } from './sync-repository-calls.ts';
import { tenantRepositories } from './tenant-repository-calls.ts';

/** By file of shared/data. Every file is here or in {@link noRepositories}. */
export const repositories: Rows = {
  ...syncRepositories,
  ...tenantRepositories,
  ...eventRepositories,
  ...posRepositories,
};

/** Files of shared/data that are no repository, each with why. */
export const noRepositories: Readonly<Record<string, string>> = {
  'batches.ts': 'reads and writes by keys that repositories made',
  'change-shelf.ts': 'the transaction of the shelf and event repositories',
  'cause-changes.ts': 'computes what the failure repository stores',
  'due.ts': 'queries a partition that a repository names',
  'failure-changes.ts': 'the change method of the failure repository',
  'failure-items.ts': 'the shape of what the failure repository stores',
  'history-partitions.ts': 'reads partitions that the history repository names',
  'keys.ts': 'names only; the next test cuts them in every way',
  'table.ts': 'the table itself',
};
