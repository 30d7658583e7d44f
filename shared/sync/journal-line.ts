import * as z from 'zod';
import type { WriteOutcome } from '../connectors/target.ts';
import type { JsonObject } from '../core/json.ts';
import type { OpenBatch } from '../model/link.ts';
import type { StoredChange } from './change.ts';
import type { Journal, LinkAddress } from './ports.ts';

const content = z.custom<JsonObject>((value) => value !== null && typeof value === 'object' && !Array.isArray(value));

/** One written change as it is journaled: what an undo, a plan and a person need to know of it later. */
export const journalLineSchema = z.object({
  at: z.string(),
  run_id: z.string(),
  route_id: z.string(),
  action: z.enum(['create', 'update', 'restore', 'delete', 'archive']),
  source: z.object({
    connection: z.string(),
    entity: z.string(),
    id: z.string(),
    label: z.string(),
    modified_at: z.string().nullable(),
  }),
  target: z.object({ connection: z.string(), entity: z.string(), id: z.string().nullable() }),
  /** As it was sent; of a delete or archive: as it was written last. */
  payload: content,
  /** What the source wanted, where a merge wrote something else. */
  intended: content.optional(),
  /** Of a document that flows back: its record as the source had it. */
  source_content: content.optional(),
  /** Content hash kept with the link after this write. */
  hash: z.string().optional(),
  /** Fields the target forced us to choose differently. */
  assigned: content.optional(),
  mapping: z.string(),
  settlement: z.object({ total: z.string(), currency: z.string(), adjustment_id: z.string().nullable() }).optional(),
  /** Ids in the payload that belong to documents of ours. */
  references: z
    .array(z.object({ path: z.string(), source_entity: z.string(), source_id: z.string(), entity: z.string() }))
    .optional(),
  /** Where the payload written before this one is: the before-image. */
  before: z.string().nullable(),
  /** The before-image of a document that was not as we wrote it last: the fields this write took the place of. */
  overwritten: content.optional(),
  outcome: z.enum(['written', 'adopted', 'deleted', 'failed']),
  failure: z.looseObject({}).optional(),
});
export type JournalLine = z.infer<typeof journalLineSchema>;

/** The line of one change of a batch. */
export function journalLine(
  batch: OpenBatch,
  change: StoredChange['change'],
  outcome: WriteOutcome,
  written: { readonly at: string; readonly hash?: string | undefined; readonly assigned?: JsonObject | undefined },
): JournalLine {
  return {
    at: written.at,
    run_id: batch.run_id,
    route_id: batch.route_id,
    action: change.action,
    source: { ...change.address.source, label: change.record.label, modified_at: change.record.modified_at },
    target: { ...change.address.target, id: targetIdOf(change, outcome) },
    payload: change.payload,
    intended: change.intended,
    source_content: change.record.content,
    hash: written.hash,
    assigned: written.assigned,
    mapping: change.mapping,
    settlement: change.settlement ? { ...change.settlement } : undefined,
    references: change.references && [...change.references],
    before: change.link?.journal ?? null,
    overwritten: change.overwritten,
    outcome: outcome.kind,
    failure: outcome.kind === 'failed' ? { ...outcome.failure } : undefined,
  };
}

function targetIdOf({ link }: StoredChange['change'], outcome: WriteOutcome): string | null {
  return outcome.kind === 'written' || outcome.kind === 'adopted' ? outcome.target.id : (link?.target_id ?? null);
}

/** Ids of two platforms may be the same. */
const isAt = (
  end: { readonly connection: string; readonly entity: string; readonly id: string | null },
  { connection, entity, id }: LinkAddress['source'],
): boolean => end.connection === connection && end.entity === entity && end.id === id;

/** Reads journal objects, each once. */
export function journalReader(journal: Pick<Journal, 'read'>) {
  const objects = new Map<string, Promise<readonly JournalLine[]>>();
  const read = (key: string): Promise<readonly JournalLine[]> => {
    const known = objects.get(key);
    if (known) return known;
    const reading = journal.read(key).then((lines) => lines.map((line) => journalLineSchema.parse(line)));
    objects.set(key, reading);
    return reading;
  };
  return {
    read,
    /** The line of one document in an object. */
    async find(key: string, { source, target }: LinkAddress): Promise<JournalLine | undefined> {
      const lines = await read(key);
      return lines.find((line) => isAt(line.source, source) && line.target.entity === target.entity);
    },
    /** The line of the way back that wrote the record of this address. */
    async findTwin(key: string, { source, target }: LinkAddress): Promise<JournalLine | undefined> {
      const lines = await read(key);
      return lines.find((line) => isAt(line.target, source) && line.source.entity === target.entity);
    },
  };
}
export type JournalReader = ReturnType<typeof journalReader>;
