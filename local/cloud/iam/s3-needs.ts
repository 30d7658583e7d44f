import type { AwsCall } from '#local/cloud/gateway/call.ts';
import type { Need } from './evaluate.ts';

/** Sub-resources that change the permission, by method; the first that is in the query decides. */
const objectActions: readonly { readonly query: string; readonly methods: Readonly<Record<string, string>> }[] = [
  { query: 'tagging', methods: { GET: 'GetObjectTagging', PUT: 'PutObjectTagging', DELETE: 'DeleteObjectTagging' } },
  { query: 'attributes', methods: { GET: 'GetObjectAttributes' } },
  { query: 'uploadId', methods: { GET: 'ListMultipartUploadParts', DELETE: 'AbortMultipartUpload' } },
  {
    query: '',
    methods: { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject', POST: 'PutObject', DELETE: 'DeleteObject' },
  },
];

const bucketActions: typeof objectActions = [
  { query: 'location', methods: { GET: 'GetBucketLocation' } },
  { query: 'versions', methods: { GET: 'ListBucketVersions' } },
  { query: 'uploads', methods: { GET: 'ListBucketMultipartUploads' } },
  { query: 'lifecycle', methods: { GET: 'GetLifecycleConfiguration', PUT: 'PutLifecycleConfiguration' } },
  { query: '', methods: { GET: 'ListBucket', HEAD: 'ListBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' } },
];

/** Bucket and key of a path-style request, decoded; the key of a bucket request is empty. */
export function s3Location(path: string): { bucket: string; key: string } {
  const [, bucket = '', ...key] = path.split('/');
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key.join('/')) };
}

/** Permissions of an S3 call: https://docs.aws.amazon.com/AmazonS3/latest/API/security_iam_service-with-iam.html */
export function s3Needs(call: AwsCall): readonly Need[] {
  const { bucket, key } = s3Location(call.path);
  if (bucket === '') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const bucketArn = `arn:aws:s3:::${bucket}`;
  if (key === '' && call.method === 'POST' && call.query.has('delete')) return deletions(call, bucketArn);
  if (key === '') {
    const prefix = call.query.get('prefix');
    const context = prefix === null ? {} : { 's3:prefix': [prefix] };
    return [{ action: `s3:${actionOf(bucketActions, call)}`, resource: bucketArn, context }];
  }
  const own = { action: `s3:${actionOf(objectActions, call)}`, resource: `${bucketArn}/${key}` };
  const source = call.headers['x-amz-copy-source'];
  if (typeof source !== 'string') return [own];
  const from = s3Location(source.startsWith('/') ? source : `/${source}`);
  return [own, { action: 's3:GetObject', resource: `arn:aws:s3:::${from.bucket}/${from.key.split('?')[0]}` }];
}

function actionOf(table: typeof objectActions, call: AwsCall): string {
  const row = table.find(({ query, methods }) => (query === '' || call.query.has(query)) && call.method in methods);
  return row?.methods[call.method] ?? 'Unsupported';
}

function deletions(call: AwsCall, bucketArn: string): readonly Need[] {
  const keys = call.body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g);
  return [...keys].map(([, key]) => ({ action: 's3:DeleteObject', resource: `${bucketArn}/${key}` }));
}
