import * as z from 'zod';
import { chunks } from '../core/chunks.ts';
import { unwrap } from '../core/failure.ts';
import { fieldDiff } from '../core/field-diff.ts';
import type { JsonObject } from '../core/json.ts';
import type { JobKind, StepResult } from '../jobs/job-kind.ts';
import { applyMapping, type Mapped } from '../mapping/apply.ts';
import { type MappingDocument, mappingDocumentSchema } from '../mapping/document.ts';
import type { Job } from '../model/job.ts';
import type { HistoryRepository, Journal } from '../sync/ports.ts';
import { activeMappings } from './active-mappings.ts';
import type { MappingReader } from './ports.ts';
import { type ScopeDeps, scopesAt } from './scopes.ts';
import { useOf } from './validation.ts';

/** Name of this kind of job, and its lane: it reads the source only, which has no lane of its own. */
export const mappingReplay = { kind: 'mapping-replay', lane: 'mapping-replay' } as const;

export interface ReplayDeps extends ScopeDeps {
  readonly history: Pick<HistoryRepository, 'list'>;
  readonly reader: MappingReader;
  readonly journal: Pick<Journal, 'write'>;
}

export const replayRequestSchema = z.object({
  mapping_id: z.string(),
  document: mappingDocumentSchema,
  records: z.number().int(),
});

export const replayResultSchema = z.object({
  records: z.number().int(),
  different: z.number().int(),
  pages: z.number().int(),
});

/** What a document makes of a record: a payload, or why there is none. */
const outcomeSchema = z.object({
  kind: z.enum(['mapped', 'excluded', 'failed']),
  reason: z.string().nullable(),
  code: z.string().nullable(),
});

/** One record under both documents. */
export const replayChangeSchema = z.object({
  source_id: z.string(),
  label: z.string(),
  change: z.enum(['same', 'different', 'unreadable']),
  active: outcomeSchema,
  draft: outcomeSchema,
  fields: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
});
type ReplayChange = z.infer<typeof replayChangeSchema>;

const cursorSchema = z.object({
  ids: z.array(z.string()),
  /** Records and differing ones so far, and pages of them stored. */
  page: z.number().int(),
  records: z.number().int(),
  different: z.number().int(),
});

/** Records one step reads and maps. */
const perStep = 50;

export function replayKey(tenantId: string, jobId: string, page: number): string {
  return `replays/${encodeURIComponent(tenantId)}/${jobId}/${String(page).padStart(5, '0')}.jsonl.gz`;
}

/** Maps the records synced last by the mapping in use and by a draft, and keeps what comes out differently. */
export function mappingReplayKind(deps: () => Promise<ReplayDeps>): JobKind {
  return { ...mappingReplay, step: async (job) => step(await deps(), job) };
}

async function step(deps: ReplayDeps, job: Job): Promise<StepResult> {
  const { mapping_id, document: draft, records: wanted } = replayRequestSchema.parse(job.request);
  const use = useOf(mapping_id);
  if (!use) throw new Error(`no mapping ${mapping_id}`);
  if (job.cursor === null) {
    const ids = await lastRecords(deps, job.tenant_id, use.route.id, wanted);
    return {
      kind: 'more',
      cursor: { ids, page: 0, records: 0, different: 0 },
      progress: { done: 0, total: ids.length },
    };
  }
  const cursor = cursorSchema.parse(job.cursor);
  const ids = chunks(cursor.ids, perStep)[cursor.page];
  if (!ids) {
    const { records, different, page: pages } = cursor;
    return { kind: 'done', result: { records, different, pages }, progress: { done: records, total: records } };
  }
  const active = (await activeMappings(deps.mappings, job.tenant_id)).get(mapping_id);
  if (!active) throw new Error(`no document ${mapping_id}`);
  const { records, rejected } = unwrap(await deps.reader.read(job.tenant_id, use.route, ids));
  const mappedBy = async (document: MappingDocument): Promise<Mapped[]> => {
    const scopes = await scopesAt(deps, job.tenant_id, use, { document, records, required: false });
    return scopes.map((scope) => applyMapping(document, scope));
  };
  const [was, is] = await Promise.all([mappedBy(active), mappedBy(draft)]);
  const changes = [
    ...records.flatMap((record, index) => {
      const [before, after] = [was[index], is[index]];
      return before && after ? [compare(record, before, after)] : [];
    }),
    ...rejected.map(({ id, label, failure }) => unreadable(id, label, failure.reason)),
  ];
  const different = changes.filter(({ change }) => change !== 'same');
  await deps.journal.write(
    replayKey(job.tenant_id, job.job_id, cursor.page),
    different as unknown as readonly JsonObject[],
  );
  const done = cursor.records + changes.length;
  return {
    kind: 'more',
    cursor: { ...cursor, page: cursor.page + 1, records: done, different: cursor.different + different.length },
    progress: { done, total: cursor.ids.length },
  };
}

/** Ids of the records this route synced last, the latest first. */
async function lastRecords(
  { history }: ReplayDeps,
  tenantId: string,
  routeId: string,
  wanted: number,
): Promise<string[]> {
  const ids = new Set<string>();
  let after: string | undefined;
  do {
    const page = await history.list(tenantId, { routeIds: [routeId], limit: 100, after });
    for (const { source } of page.entries) if (ids.size < wanted) ids.add(source.id);
    after = page.next;
  } while (after !== undefined && ids.size < wanted);
  return [...ids];
}

function compare(
  { id, label }: { readonly id: string; readonly label: string },
  active: Mapped,
  draft: Mapped,
): ReplayChange {
  const fields = fieldDiff(payloadOf(active), payloadOf(draft)).map(({ path, ...sides }) => ({
    path,
    before: sides.before ?? null,
    after: sides.after ?? null,
  }));
  const [was, is] = [outcomeOf(active), outcomeOf(draft)];
  const same = fields.length === 0 && was.kind === is.kind && was.reason === is.reason;
  return { source_id: id, label, change: same ? 'same' : 'different', active: was, draft: is, fields };
}

function payloadOf(mapped: Mapped): unknown {
  return mapped.kind === 'mapped' ? mapped.payload : {};
}

function outcomeOf(mapped: Mapped): ReplayChange['active'] {
  if (mapped.kind === 'mapped') return { kind: 'mapped', reason: null, code: null };
  if (mapped.kind === 'excluded') return { kind: 'excluded', reason: mapped.reason, code: null };
  return { kind: 'failed', reason: mapped.failure.reason, code: mapped.failure.code };
}

function unreadable(source_id: string, label: string, reason: string): ReplayChange {
  const nothing = { kind: 'failed' as const, reason, code: null };
  return { source_id, label, change: 'unreadable', active: nothing, draft: nothing, fields: [] };
}
