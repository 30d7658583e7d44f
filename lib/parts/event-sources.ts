import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Settings } from '../settings.ts';
import type { Functions } from './node-function.ts';
import type { Queues } from './queues.ts';

/** Which queue starts which function. */
export function connectQueues(functions: Functions, queues: Queues, { workerConcurrency }: Settings): void {
  functions['sync-worker'].addEventSource(
    new SqsEventSource(queues.lanes, {
      // One slice takes about a minute: two in a batch would make the second wait inside its visibility timeout.
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: workerConcurrency,
    }),
  );
  functions['dead-letters'].addEventSource(
    new SqsEventSource(queues.laneDeadLetters, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 2 }),
  );
  functions['drain-changes'].addEventSource(
    new SqsEventSource(queues.changes, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 5 }),
  );
}
