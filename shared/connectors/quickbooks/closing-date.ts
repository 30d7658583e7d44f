import * as z from 'zod';
import { addDays } from '../../core/days.ts';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { truncate } from '../../core/text.ts';
import type { ConnectionContext } from '../connector.ts';
import type { AdmittedChange } from '../target.ts';
import { type Attempt, followUp, refusedWith, resend } from './attempt.ts';
import type { QuickBooksClient } from './client.ts';
import { reopen } from './faults.ts';
import type { Resource } from './resources.ts';

/** The closing date of a company as it was last read, and what the owner wants done about it. */
export interface ClosedBooks {
  /** Last closed day; null while nothing is closed, or the company does not say. */
  readonly closedTo: string | null;
  readonly movesNew: boolean;
}

export function closedBooksOf({ profile, settings }: Pick<ConnectionContext, 'profile' | 'settings'>): ClosedBooks {
  return {
    closedTo: typeof profile.close_date === 'string' ? profile.close_date : null,
    movesNew: settings.closed_period === 'next_open_day',
  };
}

/** Refuses what lies in closed books, or gives a new document the first open day and says so in its note. */
export function admitDay({ closedTo, movesNew }: ClosedBooks, change: AdmittedChange): Result<JsonObject> {
  const day = dayIn(change.payload, closedTo);
  if (day === undefined || closedTo === null) return ok({});
  if (!movesNew || change.action !== 'create') return fail(closedPeriod(day, closedTo, change.action));
  return ok(onFirstOpenDay(change.payload, day, closedTo));
}

/** Whatever is about to be sent: voids and deletions change closed books as much as new documents. */
export function refuseClosed({ closedTo }: ClosedBooks, attempts: readonly Attempt[]): void {
  if (closedTo === null) return;
  for (const attempt of attempts) {
    const day = dayIn(attempt.payload, closedTo);
    if (day === undefined) continue;
    attempt.outcome = { kind: 'failed', failure: closedPeriod(day, closedTo, attempt.item.action) };
  }
}

const preferences = z.object({
  Preferences: z.object({ AccountingInfoPrefs: z.object({ BookCloseDate: z.iso.date().optional() }).optional() }),
});

/**
 * Books that were closed after the company was last read (6200, 6210): the date is read anew, once for all, and new
 * documents move where the owner wants that.
 */
export const anotherDay =
  ({ movesNew }: ClosedBooks) =>
  async (
    client: QuickBooksClient,
    resource: Resource,
    batchId: string,
    attempts: Attempt[],
  ): Promise<Result<Attempt[]>> => {
    const refused = attempts.filter(
      (attempt) => attempt.outcome === undefined && (refusedWith(attempt, '6200') || refusedWith(attempt, '6210')),
    );
    if (refused.length === 0) return ok(attempts);
    const read = await client.read('preferences');
    if (!read.ok) return read;
    const closedTo = preferences.safeParse(read.value).data?.Preferences.AccountingInfoPrefs?.BookCloseDate;
    const replaced = new Map<Attempt, Attempt>();
    for (const attempt of refused) {
      const { item, payload, assigned } = attempt;
      // An update is refused for the day the document has, whatever day it would get.
      const day = closedTo === undefined ? undefined : dayIn(payload, closedTo);
      if (closedTo !== undefined && day !== undefined && movesNew && item.action === 'create') {
        const moved = onFirstOpenDay(payload, day, closedTo);
        replaced.set(attempt, { ...attempt, payload: { ...payload, ...moved }, assigned: { ...assigned, ...moved } });
      } else if (closedTo !== undefined && attempt.answer && !attempt.answer.ok) {
        const { platform_code, trace_id } = attempt.answer.failure;
        const own = closedPeriod(day ?? String(payload.TxnDate ?? ''), closedTo, item.action);
        attempt.outcome = { kind: 'failed', failure: { ...own, platform_code, trace_id } };
      }
    }
    return resend(client, resource, followUp(batchId, 'd'), attempts, replaced);
  };

/** The day of a document that lies in closed books. */
function dayIn({ TxnDate }: JsonObject, closedTo: string | null): string | undefined {
  return typeof TxnDate === 'string' && closedTo !== null && TxnDate <= closedTo ? TxnDate : undefined;
}

const longestNote = 4000;

function onFirstOpenDay({ PrivateNote }: JsonObject, day: string, closedTo: string): JsonObject {
  const open = addDays(closedTo, 1);
  const reason = `Of ${day}; posted on ${open} because the books are closed to ${closedTo}.`;
  const before = typeof PrivateNote === 'string' ? truncate(PrivateNote, longestNote - reason.length - 1) : '';
  return { TxnDate: open, PrivateNote: `${before} ${reason}`.trim() };
}

const deeds: Readonly<Record<string, string>> = {
  create: 'Nothing can be posted on that day',
  delete: 'The document of that day cannot be taken back',
  archive: 'The document of that day cannot be voided',
};

function closedPeriod(day: string, closedTo: string, action: string): Failure {
  return {
    category: 'conflict',
    code: 'quickbooks.closed_period',
    field: 'TxnDate',
    reason: `The books are closed to ${closedTo}, and it is dated ${day}. ${deeds[action] ?? 'The document of that day cannot be changed'}.`,
    fix: reopen,
    retryable: false,
  };
}
