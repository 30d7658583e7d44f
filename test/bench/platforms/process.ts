import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startQueuesAndObjects } from '#local/cloud/emulators/queues-and-objects.ts';
import { generateShop } from '#local/platforms/generator/shop.ts';
import { type QuickBooksSimulator, startQuickBooks } from '#local/platforms/quickbooks/simulator.ts';
import { startWooCommerce, type WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import { serve } from '#test/support/http.ts';
import { startSecrets } from '#test/support/secrets.ts';
import { startTable } from '#test/support/table.ts';
import { type ClockSpec, clockOf } from '../clock.ts';
import { app, aws, journalBucket, seed, shopKeys, shopNow } from '../settings.ts';
import type { CompanyGrant, Place, Sightings } from './place.ts';

export interface PlatformsSpec {
  readonly orders: number;
  readonly clock: ClockSpec;
}

/** The whole outside world of a sync in this process; its parent gets the place and ends it by disconnecting. */
async function startPlatforms({ orders, clock: clockSpec }: PlatformsSpec): Promise<Place> {
  const clock = clockOf(clockSpec);
  const shop = generateShop({ seed, orders, style: 'tax_exclusive', now: shopNow });
  const [table, objects, secrets, quickbooks, woocommerce] = await Promise.all([
    startTable(),
    startQueuesAndObjects(undefined),
    startSecrets(),
    startQuickBooks({ app: { ...app, redirectUris: [] }, companies: [], clock }),
    startWooCommerce({ shop, credentials: shopKeys, clock }),
  ]);
  const server = await serve(async (request, _body, response) => {
    const [, resource = '', name = ''] = (request.url ?? '').split('/');
    const answer = controls(quickbooks, woocommerce)[`${request.method} ${resource}`]?.(name);
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? null));
  });
  process.once('disconnect', () => void table.stop().finally(() => process.exit()));
  return {
    woocommerce: woocommerce.url,
    quickbooks: quickbooks.url,
    objects: objects.url,
    secrets: secrets.url,
    dynamodb: table.url,
    table: table.table.name,
    queueUrl: await makeQueueAndBucket(objects.url),
    control: server.url,
  };
}

async function makeQueueAndBucket(endpoint: string): Promise<string> {
  const sqs = new SQSClient({ ...aws, endpoint, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...aws, endpoint });
  await s3.send(new CreateBucketCommand({ Bucket: journalBucket }));
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'lanes.fifo', Attributes }));
  sqs.destroy();
  s3.destroy();
  return QueueUrl;
}

function controls(quickbooks: QuickBooksSimulator, woocommerce: WooCommerceSimulator) {
  const answers: Readonly<Record<string, (name: string) => unknown>> = {
    'POST companies': (): CompanyGrant => {
      const { realmId } = quickbooks.addCompany();
      return { realmId, ...quickbooks.issueTokens(realmId) };
    },
    'GET sightings': (realmId): Sightings => {
      const { user, system } = process.cpuUsage();
      return {
        quickbooks: quickbooks.company(realmId).meters,
        woocommerce_calls: woocommerce.calls.length,
        cpu_ms: (user + system) / 1000,
      };
    },
    'POST limits': (limits) => {
      quickbooks.setLimits(limits === 'documented' ? 'documented' : 'off');
      return {};
    },
  };
  return answers;
}

process.once('message', (spec: PlatformsSpec) => {
  startPlatforms(spec).then(
    (place) => process.send?.({ ok: place }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
