import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Buckets } from './buckets.ts';
import type { MailIdentity } from './mail.ts';
import type { Queues } from './queues.ts';
import type { Resumption } from './resumption.ts';
import type { Secrets } from './secrets.ts';
import type { Timers } from './timers.ts';

/** Everything that holds state; functions get names of and rights on parts of it. */
export interface Cloud {
  readonly table: TableV2;
  readonly queues: Queues;
  readonly buckets: Buckets;
  readonly secrets: Secrets;
  readonly mail: MailIdentity;
  readonly resumption: Resumption;
  readonly timers: Timers;
}
