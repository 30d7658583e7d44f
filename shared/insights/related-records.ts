import * as z from 'zod';
import type { RecordAddress } from '../data/record-repository.ts';
import type { FailureRecord } from '../model/failure-record.ts';
import type { Link } from '../model/link.ts';
import type { Journal } from '../sync/ports.ts';

/** The part of a journal line that names what a document refers to. */
const lineSchema = z.object({
  source: z.object({ entity: z.string(), id: z.string() }),
  references: z.array(z.object({ source_entity: z.string(), source_id: z.string() })).default([]),
});

/**
 * Records this one needs: those the payloads written last refer to, such as an order's customer and products, and those
 * its failures came from. All are of the same source.
 */
export async function relatedOf(
  journal: Pick<Journal, 'read'>,
  record: RecordAddress,
  links: readonly Link[],
  failures: readonly FailureRecord[],
): Promise<RecordAddress[]> {
  const journals = new Set(links.flatMap(({ journal: key }) => key ?? []));
  const lines = (await Promise.all([...journals].map((key) => readLines(journal, key)))).flat();
  const referred = lines
    .flatMap((line) => lineSchema.safeParse(line).data ?? [])
    .filter(({ source }) => source.entity === record.entity && source.id === record.id)
    .flatMap(({ references }) => references);
  const causes = failures.flatMap(({ caused_by }) =>
    caused_by ? [{ source_entity: caused_by.entity, source_id: caused_by.source_id }] : [],
  );
  const related = [...referred, ...causes]
    .map(({ source_entity: entity, source_id: id }) => ({ connection: record.connection, entity, id }))
    .filter(({ entity, id }) => entity !== record.entity || id !== record.id);
  return [...new Map(related.map((each) => [`${each.entity} ${each.id}`, each])).values()];
}

/** Journals are kept for years, not for ever; links are. */
async function readLines(journal: Pick<Journal, 'read'>, key: string): Promise<readonly unknown[]> {
  try {
    return await journal.read(key);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return [];
    throw error;
  }
}
