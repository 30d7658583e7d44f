import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { JobRepository } from '../jobs/ports.ts';
import { type Job, jobSchema } from '../model/job.ts';
import { keys } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

const keepSeconds = 30 * 24 * 3600;
const requestSchema = z.object({ job_id: z.string() });

/** Jobs, and which job answers a request that may be asked again. Both go 30 days after the job began. */
export function createJobRepository({ documents, name: TableName }: Table): JobRepository {
  const put = async (input: Omit<ConstructorParameters<typeof PutCommand>[0], 'TableName'>): Promise<boolean> => {
    try {
      await documents.send(new PutCommand({ TableName, ...input }));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  };
  const read = async (Key: Record<string, string>) => {
    const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item;
  };
  return {
    async create(job) {
      await put({ Item: jobItem(job), ConditionExpression: 'attribute_not_exists(pk)' });
    },

    async find(tenantId, jobId) {
      const item = await read(keys.job(tenantId, jobId));
      return item && jobSchema.parse(item);
    },

    save: (job) =>
      put({
        Item: jobItem(job),
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': job.version - 1 },
      }),

    async claimed(tenantId, hash) {
      const item = await read(keys.jobRequest(tenantId, hash));
      return item && requestSchema.parse(item).job_id;
    },

    claim: ({ tenant_id, hash, job_id, at }, before) =>
      put({
        Item: { ...keys.jobRequest(tenant_id, hash), type: 'job_request', job_id, expires_at: expiry(at) },
        ...(before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'job_id = :before', ExpressionAttributeValues: { ':before': before } }),
      }),
  };
}

function expiry(startedAt: string): number {
  return Math.floor(Date.parse(startedAt) / 1000) + keepSeconds;
}

function jobItem(job: Job): Record<string, unknown> {
  return {
    ...keys.job(job.tenant_id, job.job_id),
    type: 'job',
    ...job,
    expires_at: expiry(job.started_at),
  };
}
