import type { SchedulerStore } from '#local/cloud/emulators/scheduler-store.ts';
import type { SecretsStore } from '#local/cloud/emulators/secrets-store.ts';
import type { Blueprint } from '#local/cloud/template/blueprint.ts';
import type { Place } from '#local/cloud/template/place.ts';
import { ensureBucket, ensureTopic } from './buckets-and-topics.ts';
import { ensureQueues } from './queues.ts';
import { ensureSchedules, ensureSecrets } from './secrets-and-schedules.ts';
import { ensureTable } from './tables.ts';

/** Creates what the template names and is not there yet; data that is there stays. */
export async function provision(options: {
  readonly blueprint: Blueprint;
  readonly place: Place;
  readonly dynamodbUrl: string;
  readonly fauxUrl: string;
  readonly secrets: SecretsStore;
  readonly scheduler: SchedulerStore;
}): Promise<void> {
  const { blueprint, dynamodbUrl, fauxUrl } = options;
  const { region } = options.place;
  ensureSecrets(options.secrets, blueprint.secrets);
  ensureSchedules(options.scheduler, blueprint);
  await Promise.all([
    ensureQueues(fauxUrl, region, blueprint.queues),
    ...blueprint.tables.map((table) => ensureTable(dynamodbUrl, region, table)),
    ...blueprint.buckets.map(({ name }) => ensureBucket(fauxUrl, region, name)),
    ...blueprint.topics.map(({ name }) => ensureTopic(fauxUrl, region, name)),
  ]);
}
