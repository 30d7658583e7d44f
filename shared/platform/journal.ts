import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { JsonObject } from '../core/json.ts';
import type { Journal } from '../sync/ports.ts';

/** Gzipped JSON lines in a private bucket, one object per written batch. */
export function createJournal(client: S3Client, bucket: string): Journal {
  return {
    async write(key, lines) {
      const text = lines.map((line) => JSON.stringify(line)).join('\n');
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: gzipSync(text, { level: 1 }),
          ContentType: 'application/x-ndjson',
          ContentEncoding: 'gzip',
        }),
      );
    },
    async list(prefix, after, limit) {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: limit,
          ...(after === null ? {} : { StartAfter: after }),
        }),
      );
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = await Body?.transformToByteArray();
      const text = bytes ? gunzipSync(bytes).toString('utf8') : '';
      return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as JsonObject);
    },
  };
}
