import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { type Attempt, refusedWith } from './attempt.ts';
import type { QuickBooksClient } from './client.ts';
import { nameIn, rowsById } from './lists.ts';
import type { Resource } from './resources.ts';

/** Names the items behind 6270, which says only that one of them starts later than the sale. */
export async function nameStartDates(
  client: QuickBooksClient,
  _resource: Resource,
  _batchId: string,
  attempts: Attempt[],
): Promise<Result<Attempt[]>> {
  const refused = attempts.filter((attempt) => attempt.outcome === undefined && refusedWith(attempt, '6270'));
  if (refused.length === 0) return ok(attempts);
  const rows = await rowsById(
    client,
    'Item',
    refused.flatMap(({ payload }) => itemsIn(payload)),
  );
  if (!rows.ok) return rows;
  for (const attempt of refused) {
    const { answer, payload } = attempt;
    const day = String(payload.TxnDate ?? '');
    const late = [...new Set(itemsIn(payload))].flatMap((id) => {
      const row = rows.value.get(id);
      const start = row?.InvStartDate;
      return row && typeof start === 'string' && start > day ? [`item ${id} “${nameIn(row)}” starts on ${start}`] : [];
    });
    if (late.length === 0 || !answer || answer.ok) continue;
    attempt.outcome = {
      kind: 'failed',
      failure: {
        ...answer.failure,
        reason: `QuickBooks: the sale is of ${day}, and ${late.join('; ')}.`,
        fix: 'Set an earlier inventory start date for the item in QuickBooks, then retry; new items begin with the day of “Inventory starts on” in the settings of QuickBooks.',
      },
    };
  }
  return ok(attempts);
}

function itemsIn({ Line }: JsonObject): string[] {
  return (Array.isArray(Line) ? Line : []).flatMap((line) => {
    const { SalesItemLineDetail } = line as { SalesItemLineDetail?: { ItemRef?: { value?: unknown } } };
    const id = SalesItemLineDetail?.ItemRef?.value;
    return typeof id === 'string' ? [id] : [];
  });
}
