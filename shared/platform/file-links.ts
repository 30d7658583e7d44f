import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

export interface FileLink {
  readonly key: string;
  /** What the browser saves it as: ASCII, no quotes. */
  readonly fileName: string;
  readonly seconds: number;
}

/** Links that let whoever has one download a file for a while, with no other rights than this function's to read it. */
export interface FileLinks {
  link(file: FileLink): Promise<string>;
}

export function createFileLinks(client: S3Client, Bucket: string): FileLinks {
  return {
    link: ({ key, fileName, seconds }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket,
          Key: key,
          ResponseContentDisposition: `attachment; filename="${fileName}"`,
          ResponseCacheControl: 'no-store',
        }),
        { expiresIn: seconds },
      ),
  };
}
