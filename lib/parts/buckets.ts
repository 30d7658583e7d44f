import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

export interface Buckets {
  /** Plans, before-images and payloads of seven years. */
  readonly journal: Bucket;
  /** Files for download, kept for seven days. */
  readonly exports: Bucket;
  /** Where the other buckets, and those that hold no data of tenants, keep who read them. */
  readonly accessLogs: Bucket;
}

export const isPrivate = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
} satisfies BucketProps;

const abandonedUploads = { abortIncompleteMultipartUploadAfter: Duration.days(7) };
const sevenYears = Duration.days(7 * 365 + 2);

/** Bookkeeping must be kept for years; most of it is never read again after the weeks in which people undo things. */
const journalRules = [
  {
    ...abandonedUploads,
    transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
  },
  // Certificates of closed months lie beside these, and no rule lets one of them go.
  ...['journal/', 'reconciliations/'].map((prefix) => ({
    prefix,
    expiration: sevenYears,
    noncurrentVersionExpiration: Duration.days(90),
  })),
  // What a reconciliation read of the platforms; what came of it stays.
  { prefix: 'ledgers/', expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) },
  // What a draft of a mapping would have made.
  { prefix: 'replays/', expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) },
  // A plan that nobody carried out in a month is about another shop.
  { prefix: 'plans/', expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) },
];

/** Three private buckets. */
export function createBuckets(scope: Construct, { isProduction }: Settings): Buckets {
  const removalPolicy = isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  const accessLogs = new Bucket(scope, 'AccessLogs', {
    ...isPrivate,
    removalPolicy,
    lifecycleRules: [{ ...abandonedUploads, expiration: Duration.days(90) }],
  });
  // The CDK's own class does not fit its own interface under exactOptionalPropertyTypes (isWebsite may be undefined).
  const logged = { ...isPrivate, removalPolicy, serverAccessLogsBucket: accessLogs as IBucket };
  return {
    accessLogs,
    journal: new Bucket(scope, 'Journal', {
      ...logged,
      serverAccessLogsPrefix: 'journal/',
      versioned: true,
      lifecycleRules: journalRules,
    }),
    exports: new Bucket(scope, 'Exports', {
      ...logged,
      serverAccessLogsPrefix: 'exports/',
      lifecycleRules: [{ ...abandonedUploads, expiration: Duration.days(7) }],
    }),
  };
}
