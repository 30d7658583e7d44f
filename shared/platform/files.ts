import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type Failure, FailureError } from '../core/failure.ts';
import type { FileStore, FileUpload } from '../jobs/ports.ts';

const ChecksumAlgorithm = 'CRC32';

/** Files in a private bucket, by multipart upload. */
export function createFileStore(client: S3Client, Bucket: string): FileStore {
  const address = ({ key, upload_id }: FileUpload) => ({ Bucket, Key: key, UploadId: upload_id });
  const exists = async (Key: string): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand({ Bucket, Key }));
      return true;
    } catch (error) {
      if (isNamed(error, 'NotFound')) return false;
      throw error;
    }
  };
  return {
    async begin(key, contentType) {
      const input = { Bucket, Key: key, ContentType: contentType, ChecksumAlgorithm } as const;
      const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand(input));
      return UploadId;
    },

    async part(upload, number, content) {
      try {
        const { ETag = '', ChecksumCRC32 } = await client.send(
          new UploadPartCommand({ ...address(upload), PartNumber: number, Body: content, ChecksumAlgorithm }),
        );
        return { etag: ETag, ...(ChecksumCRC32 === undefined ? {} : { crc32: ChecksumCRC32 }) };
      } catch (error) {
        throw isNamed(error, 'NoSuchUpload') ? new FailureError(lost, { cause: error }) : error;
      }
    },

    async complete(upload, parts) {
      const Parts = parts.map(({ etag, crc32 }, index) => ({
        PartNumber: index + 1,
        ETag: etag,
        ...(crc32 === undefined ? {} : { ChecksumCRC32: crc32 }),
      }));
      try {
        await client.send(new CompleteMultipartUploadCommand({ ...address(upload), MultipartUpload: { Parts } }));
      } catch (error) {
        if (!isNamed(error, 'NoSuchUpload')) throw error;
        // An earlier try completed it, and its answer was lost.
        if (!(await exists(upload.key))) throw new FailureError(lost, { cause: error });
      }
    },

    async abort(upload) {
      try {
        await client.send(new AbortMultipartUploadCommand(address(upload)));
      } catch (error) {
        if (!isNamed(error, 'NoSuchUpload')) throw error;
      }
    },
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

const lost: Failure = {
  category: 'internal',
  code: 'export.lost',
  reason: 'The unfinished file was removed before it was complete.',
  fix: 'Ask for it again.',
  retryable: false,
};
