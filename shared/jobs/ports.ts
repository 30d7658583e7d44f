import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Job } from '../model/job.ts';

/** What jobs need from outside. Implemented in shared/data and shared/platform. */

/** Asks for the next steps of a job; rides the same queue as slices. */
export interface JobMessage {
  readonly kind: 'job';
  readonly tenant_id: string;
  readonly job_id: string;
  /** The job's version this message asks to go on from. */
  readonly version: number;
}

/** The job that answers a request which may be asked again. */
export interface JobRequest {
  readonly tenant_id: string;
  /** Names what was asked for, and by whom. */
  readonly hash: string;
  readonly job_id: string;
  readonly at: string;
}

export interface JobRepository {
  /** Stores a new job; one of this id that is there already is left alone. */
  create(job: Job): Promise<void>;
  find(tenantId: string, jobId: string): Promise<Job | undefined>;
  /** Stores the job if nobody did since `job.version - 1`. False: another worker went on; stop without a trace. */
  save(job: Job): Promise<boolean>;
  /** Id of the job that was last claimed for this request. */
  claimed(tenantId: string, hash: string): Promise<string | undefined>;
  /** Claims the request for its job in the place of `before`. False: somebody else was faster. */
  claim(request: JobRequest, before: string | undefined): Promise<boolean>;
}

/** The queue of jobs; one at a time per tenant and lane. */
export interface JobLane {
  send(message: JobMessage, lane: string): Promise<void>;
  /** Delivers not before `at`. */
  sendAt(message: JobMessage, lane: string, at: string): Promise<void>;
}

export interface JobDeps {
  readonly jobs: JobRepository;
  readonly lane: JobLane;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'next'>;
  readonly log: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
}

/** One part of a file, as it was stored. */
export interface FilePart {
  readonly etag: string;
  readonly crc32?: string | undefined;
}

export interface FileUpload {
  readonly key: string;
  readonly upload_id: string;
}

/** Files a person downloads, made part by part: of any size, with no more than a part in memory. */
export interface FileStore {
  /** Begins a file; answers the id of its upload. Nothing is there to download before it is complete. */
  begin(key: string, contentType: string): Promise<string>;
  /** Stores a part, counted from 1, at least 5 MiB unless it is the last. The same number again replaces it. */
  part(upload: FileUpload, number: number, content: Buffer): Promise<FilePart>;
  /** Makes the file of its parts; once more when it is there already. @throws FailureError when the upload is gone */
  complete(upload: FileUpload, parts: readonly FilePart[]): Promise<void>;
  /** Forgets an upload and its parts; one that is gone is no error. */
  abort(upload: FileUpload): Promise<void>;
}
