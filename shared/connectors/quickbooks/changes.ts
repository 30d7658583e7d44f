import * as z from 'zod';
import { fail, ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { QuickBooksClient } from './client.ts';
import type { Deletion } from './records/convert.ts';

/** Change data capture looks 30 days back (reference section 7); clocks and long runs take their part of it. */
export const lookBackMs = 29 * 86_400_000;
/** Objects in one answer, live and deleted together. */
const mostObjects = 1000;

export interface Changes {
  readonly rows: readonly JsonObject[];
  readonly deleted: readonly Deletion[];
  /** The answer held as many objects as it may: there can be more, and deletions come last. */
  readonly isCut: boolean;
}

const rowSchema = z.looseObject({
  Id: z.union([z.string(), z.number()]).transform(String).optional(),
  status: z.string().optional(),
  MetaData: z.looseObject({ LastUpdatedTime: z.string().optional() }).optional(),
});
const answerSchema = z.object({
  CDCResponse: z.array(z.object({ QueryResponse: z.array(z.record(z.string(), z.unknown())).default([]) })),
});

/** What changed since that instant, in one call, deletions included. */
export async function changesSince(client: QuickBooksClient, type: string, since: number): Promise<Result<Changes>> {
  const from = encodeURIComponent(new Date(since).toISOString());
  const answer = await client.read(`cdc?entities=${type}&changedSince=${from}`);
  if (!answer.ok) return answer;
  const parsed = answerSchema.safeParse(answer.value);
  if (!parsed.success) return fail(unexpectedAnswer);
  const objects = parsed.data.CDCResponse.flatMap(({ QueryResponse }) => QueryResponse)
    .flatMap((response) => response[type] ?? [])
    .filter((row): row is JsonObject => row !== null && typeof row === 'object');
  const rows: JsonObject[] = [];
  const deleted: Deletion[] = [];
  for (const row of objects) {
    const { status, Id, MetaData } = rowSchema.safeParse(row).data ?? {};
    if (status !== 'Deleted') rows.push(row);
    else if (Id !== undefined) deleted.push({ id: Id, at: MetaData?.LastUpdatedTime });
  }
  return ok({ rows, deleted, isCut: objects.length >= mostObjects });
}

const unexpectedAnswer = {
  category: 'network',
  code: 'quickbooks.unexpected_reply',
  reason: 'The answer is not what QuickBooks sends for changes.',
  fix: 'Nothing to do: it is asked again.',
  retryable: true,
} as const;
