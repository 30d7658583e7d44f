import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { WriteItem, WriteOutcome } from '../target.ts';
import type { BatchAnswer, BatchItem, QuickBooksClient } from './client.ts';
import type { Resource } from './resources.ts';

/**
 * Follow-up batches derive their request id from the first one's, so that a redelivery of the whole write replays each:
 * `n` free names, `t` fresh sync tokens, `d` another day, `a` reactivation, `r` rounding,
 * `v` taking back, `c` a new document in place of a deleted one.
 */
type FollowUp = 'n' | 't' | 'd' | 'a' | 'r' | 'v' | 'c';

export interface Attempt {
  readonly item: WriteItem;
  /** What is sent now; differs from the item's payload after a follow-up. */
  readonly payload: JsonObject;
  readonly version: string | null;
  readonly assigned?: JsonObject | undefined;
  outcome?: WriteOutcome;
  answer?: BatchAnswer;
}

export async function send(
  client: QuickBooksClient,
  resource: Resource,
  requestId: string,
  attempts: readonly Attempt[],
): Promise<Result<null>> {
  if (attempts.length === 0) return ok(null);
  const answers = await client.batch(
    requestId,
    attempts.map((attempt) => batchItem(resource, attempt)),
  );
  if (!answers.ok) return answers;
  attempts.forEach((attempt, index) => {
    const answer = answers.value[index];
    if (answer) attempt.answer = answer;
  });
  return ok(null);
}

function batchItem(
  { type, naming, voids, createOnly = [] }: Resource,
  { item, payload: whole, version }: Attempt,
): BatchItem {
  const base = { bId: item.item_id, entity: type };
  if (item.action === 'create' || !item.target) return { ...base, operation: 'create', body: whole };
  const payload = Object.fromEntries(Object.entries(whole).filter(([name]) => !createOnly.includes(name)));
  const known = { Id: item.target.id, SyncToken: version ?? '0' };
  switch (item.action) {
    case 'archive':
      if (voids) return { ...base, operation: 'update', body: { ...known, sparse: true }, options: 'void' };
      return takingBack(naming !== undefined, base, known);
    case 'delete':
      return takingBack(naming !== undefined, base, known);
    case 'restore': {
      const active = naming ? { Active: true } : {};
      const body = { ...blanks(item.cleared), ...payload, ...active, ...known, sparse: true };
      return { ...base, operation: 'update', body };
    }
    default:
      return { ...base, operation: 'update', body: { ...payload, ...known, sparse: true } };
  }
}

/** Name lists know no delete (reference section 4). */
function takingBack(isName: boolean, base: Pick<BatchItem, 'bId' | 'entity'>, known: JsonObject): BatchItem {
  return isName
    ? { ...base, operation: 'update', body: { ...known, sparse: true, Active: false } }
    : { ...base, operation: 'delete', body: known };
}

/** What a sparse update empties a property with. */
function blanks(cleared: JsonObject = {}): JsonObject {
  return Object.fromEntries(
    Object.entries(cleared).map(([name, value]) => [name, typeof value === 'string' ? '' : null]),
  );
}

/** An item that takes its document out of the books, in whatever way. */
export const isLeaving = ({ item: { action } }: Attempt): boolean => action === 'delete' || action === 'archive';

export const refusedWith = (attempt: Attempt, code: string): boolean =>
  attempt.answer !== undefined && !attempt.answer.ok && attempt.answer.failure.platform_code === code;

export async function resend(
  client: QuickBooksClient,
  resource: Resource,
  requestId: string,
  attempts: readonly Attempt[],
  replaced: ReadonlyMap<Attempt, Attempt>,
): Promise<Result<Attempt[]>> {
  const sent = await send(client, resource, requestId, [...replaced.values()]);
  if (!sent.ok) return sent;
  return ok(attempts.map((attempt) => replaced.get(attempt) ?? attempt));
}

export const followUp = (batchId: string, step: FollowUp): string => `${batchId}-${step}`;
