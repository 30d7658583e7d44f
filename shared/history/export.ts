import * as z from 'zod';
import { exportFormats } from '../api/history.ts';
import type { Failure } from '../core/failure.ts';
import type { JobKind, StepResult } from '../jobs/job-kind.ts';
import type { FileStore } from '../jobs/ports.ts';
import { historyStatuses } from '../model/history-entry.ts';
import type { Job } from '../model/job.ts';
import { type HistoryDeps, type HistoryFilters, walkHistory } from '../sync/read-history.ts';
import { historyFormats } from './formats.ts';

/** What the API needs to ask for an export. */
export const historyExport = { kind: 'history-export', lane: 'history-export' } as const;

export interface HistoryExportDeps extends HistoryDeps {
  readonly files: FileStore;
  /** Bytes after which a part ends. @default 8 MiB; S3 wants 5 MiB of all but the last */
  readonly partBytes?: number;
}

const defaultPartBytes = 8 * 1024 * 1024;
/** S3 takes 10,000 parts; what is known of them must fit into the job's item of 400 KB. */
const maxParts = 4000;
/** Entries read at once; the table answers 1 MB at most. */
const chunk = 500;
/** Rows written at once. */
const rowsAtOnce = 100;

/** What is asked for: the format, and the filters of the history. */
export const exportRequestSchema = z.object({
  format: z.enum(exportFormats),
  filters: z.object({
    entity: z.string().optional(),
    status: z.enum(historyStatuses).optional(),
    connection: z.string().optional(),
    fromMs: z.number().optional(),
    toMs: z.number().optional(),
    runId: z.string().optional(),
    sourceId: z.string().optional(),
  }),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** What came of it. */
export const exportResultSchema = z.object({ key: z.string(), bytes: z.number().int() });

const cursorSchema = z.object({
  upload_id: z.string(),
  parts: z.array(z.object({ etag: z.string(), crc32: z.string().optional() })),
  /** Position in the history behind the last row that was written. */
  after: z.string().optional(),
  rows: z.number().int(),
  bytes: z.number().int(),
  /** All rows are written; the file has yet to be put together. */
  is_read: z.boolean(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** Where the file of an export is kept. */
const keyOf = ({ tenant_id, job_id }: Job, format: ExportRequest['format']): string =>
  `history/${encodeURIComponent(tenant_id)}/${job_id}.${format}`;

/**
 * Writes the history as it was when the job began into a file, a part per step. A part that is written again replaces
 * itself; what the memory holds is one part, whatever the size of the file.
 */
export function historyExportKind(deps: HistoryExportDeps): JobKind {
  return {
    ...historyExport,
    async step(job) {
      const { format, filters } = exportRequestSchema.parse(job.request);
      const key = keyOf(job, format);
      const cursor = job.cursor === null ? await begin(deps, key, format) : cursorSchema.parse(job.cursor);
      const upload = { key, upload_id: cursor.upload_id };
      if (cursor.is_read) {
        await deps.files.complete(upload, cursor.parts);
        const { rows, bytes } = cursor;
        return { kind: 'done', result: { key, bytes }, progress: { done: rows, total: rows } };
      }
      if (cursor.parts.length >= maxParts) return { kind: 'failed', failure: tooLarge };
      const asOf = Date.parse(job.started_at);
      const bounded = { ...filters, toMs: Math.min(filters.toMs ?? asOf, asOf) };
      const { content, ...next } = await readPart(deps, job.tenant_id, format, bounded, cursor);
      const parts =
        content.length === 0
          ? cursor.parts
          : [...cursor.parts, await deps.files.part(upload, cursor.parts.length + 1, content)];
      return more({ ...cursor, ...next, parts, bytes: cursor.bytes + content.length });
    },
    async abandon(job) {
      const cursor = cursorSchema.safeParse(job.cursor).data;
      const request = exportRequestSchema.safeParse(job.request).data;
      if (cursor && request) {
        await deps.files.abort({ key: keyOf(job, request.format), upload_id: cursor.upload_id });
      }
    },
  };
}

async function begin({ files }: HistoryExportDeps, key: string, format: ExportRequest['format']): Promise<Cursor> {
  const upload_id = await files.begin(key, historyFormats[format].contentType);
  return { upload_id, parts: [], rows: 0, bytes: 0, is_read: false };
}

function more(cursor: Cursor): StepResult {
  const { after, ...rest } = cursor;
  return {
    kind: 'more',
    cursor: { ...rest, ...(after === undefined ? {} : { after }) },
    progress: { done: cursor.rows, total: null },
  };
}

/** The next part: full, or up to the end. */
async function readPart(
  deps: HistoryExportDeps,
  tenantId: string,
  format: ExportRequest['format'],
  filters: HistoryFilters,
  cursor: Cursor,
): Promise<Pick<Cursor, 'after' | 'rows' | 'is_read'> & { readonly content: Buffer }> {
  const { partBytes = defaultPartBytes } = deps;
  const { open, rows: write, close } = historyFormats[format];
  const pieces: Buffer[] = [];
  let size = 0;
  let { rows, after } = cursor;
  const add = (text: string): void => {
    const piece = Buffer.from(text);
    pieces.push(piece);
    size += piece.length;
  };
  if (cursor.parts.length === 0) add(open);
  let pending: Parameters<typeof write>[0][number][] = [];
  const flush = (): void => {
    if (pending.length > 0) add(write(pending, rows === 0));
    rows += pending.length;
    pending = [];
  };
  for await (const { entry, position } of walkHistory(deps, tenantId, filters, { chunk, after })) {
    pending.push(entry);
    after = position;
    if (pending.length < rowsAtOnce) continue;
    flush();
    if (size >= partBytes) return { content: Buffer.concat(pieces), rows, after, is_read: false };
  }
  flush();
  add(close);
  return { content: Buffer.concat(pieces), rows, after, is_read: true };
}

const tooLarge: Failure = {
  category: 'validation',
  code: 'export.too_large',
  reason: 'The history is larger than one file may be.',
  fix: 'Export it in parts, by start_date and end_date.',
  retryable: false,
};
