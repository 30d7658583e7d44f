import { fail, ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { decimal } from '../../core/money.ts';
import type { ConnectionContext } from '../connector.ts';
import type { FindOutcome, TargetWriter, WriteItem, WriteOutcome } from '../target.ts';
import { type Attempt, followUp, isLeaving, refusedWith, resend, send } from './attempt.ts';
import { type BatchAnswer, type BatchItem, createClient, type QuickBooksClient, quoted } from './client.ts';
import { anotherDay, closedBooksOf, refuseClosed } from './closing-date.ts';
import { createExchangeRates } from './exchange-rates.ts';
import { findByName, findExisting, matchOf, textAt } from './find.ts';
import { nameStartDates } from './inventory-start.ts';
import { restoreReferences } from './lost-references.ts';
import { type Books, booksOf, differs, limitFor, withRounding } from './money.ts';
import { type Resource, resourceOf } from './resources.ts';

export function openWriter(context: ConnectionContext, apiUrl: string): TargetWriter {
  const client = createClient(context, apiUrl);
  const books = booksOf(context);
  const closed = closedBooksOf(context);
  const rates = createExchangeRates(client, String(context.profile.home_currency ?? ''));
  return {
    async write(entity, batchId, items) {
      const resource = resourceOf(entity);
      const priced = await rates.complete(items);
      if (!priced.ok) return priced;
      let attempts: Attempt[] = items.map((item, index) => ({
        item,
        payload: priced.value[index] ?? item.payload,
        version: item.target?.version ?? null,
      }));
      refuseClosed(closed, attempts);
      const open = attempts.filter(({ outcome }) => outcome === undefined);
      const first = await send(client, resource, batchId, open);
      if (!first.ok) return first;
      for (const step of [
        freeNames(books),
        freshTokens,
        anotherDay(closed),
        nameStartDates,
        restoreReferences(context),
        makeAnew,
      ]) {
        const next = await step(client, resource, batchId, attempts);
        if (!next.ok) return next;
        attempts = next.value;
      }
      return settle(client, resource, books, batchId, attempts);
    },
  };
}

/** A taken name (6240) or number (6140): the same record is adopted, another one makes way by a suffix. */
const freeNames =
  (books: Books) =>
  async (
    client: QuickBooksClient,
    resource: Resource,
    batchId: string,
    attempts: Attempt[],
  ): Promise<Result<Attempt[]>> => {
    const taken = attempts.filter((attempt) => refusedWith(attempt, '6240') || refusedWith(attempt, '6140'));
    if (taken.length === 0) return ok(attempts);
    const candidates = taken.map(({ item, payload }) => ({ key: item.key, payload, settlement: item.settlement }));
    const found = resource.naming
      ? await findByName(client, resource, candidates, true)
      : await findExisting(client, resource, candidates, books);
    if (!found.ok) return found;
    const replaced = new Map<Attempt, Attempt>();
    taken.forEach((attempt, index) => {
      const answer = found.value[index];
      if (answer?.kind === 'match' && attempt.item.action === 'create') attempt.outcome = matched(answer);
      else if (answer?.kind === 'failed') attempt.outcome = answer;
      else if (answer?.kind === 'renamed' || answer?.kind === 'match') {
        const assigned = answer.kind === 'renamed' ? answer.assigned : keepName(resource);
        replaced.set(attempt, { ...attempt, payload: { ...attempt.payload, ...assigned }, assigned });
      }
    });
    return resend(client, resource, followUp(batchId, 'n'), attempts, replaced);
  };

/** A repeat of the whole write finds what its follow-up made: that was written, not adopted. */
function matched({ match, assigned }: Extract<FindOutcome, { kind: 'match' }>): WriteOutcome {
  return assigned ? { kind: 'written', target: match, assigned } : { kind: 'adopted', target: match };
}

/** An update whose new name is taken keeps the name it has: a sparse update leaves out what is undefined. */
function keepName({ naming }: Resource): JsonObject {
  return naming ? { [naming.name]: undefined } : {};
}

/** A stale sync token (5010): payments, tax jobs and people bump it. Read once for all, then the same update again. */
async function freshTokens(
  client: QuickBooksClient,
  resource: Resource,
  batchId: string,
  attempts: Attempt[],
): Promise<Result<Attempt[]>> {
  const stale = attempts.filter((attempt) => attempt.outcome === undefined && refusedWith(attempt, '5010'));
  if (stale.length === 0) return ok(attempts);
  const ids = stale.map(({ item }) => quoted(item.target?.id ?? '')).join(',');
  const rows = await client.query(
    resource.type,
    `SELECT Id, SyncToken FROM ${resource.type} WHERE Id IN (${ids}) MAXRESULTS 1000`,
  );
  if (!rows.ok) return rows;
  const tokens = new Map(rows.value.map((row) => [String(row.Id), String(row.SyncToken)]));
  const replaced = new Map<Attempt, Attempt>();
  for (const attempt of stale) {
    const version = tokens.get(attempt.item.target?.id ?? '');
    if (version !== undefined) replaced.set(attempt, { ...attempt, version });
  }
  return resend(client, resource, followUp(batchId, 't'), attempts, replaced);
}

/** A document that is to be as it was and that somebody deleted since (610): a new one takes its place. */
async function makeAnew(
  client: QuickBooksClient,
  resource: Resource,
  batchId: string,
  attempts: Attempt[],
): Promise<Result<Attempt[]>> {
  const lost = attempts.filter(
    (attempt) =>
      attempt.outcome === undefined &&
      attempt.item.action === 'restore' &&
      refusedWith(attempt, '610') &&
      !resource.naming,
  );
  if (lost.length === 0) return ok(attempts);
  const ids = lost.map(({ item }) => quoted(item.target?.id ?? '')).join(',');
  const rows = await client.query(
    resource.type,
    `SELECT Id FROM ${resource.type} WHERE Id IN (${ids}) MAXRESULTS 1000`,
  );
  if (!rows.ok) return rows;
  const present = new Set(rows.value.map(({ Id }) => String(Id)));
  const replaced = new Map<Attempt, Attempt>();
  for (const attempt of lost) {
    const { item } = attempt;
    if (present.has(item.target?.id ?? '')) continue;
    replaced.set(attempt, { ...attempt, item: { ...item, action: 'create', target: null } });
  }
  return resend(client, resource, followUp(batchId, 'c'), attempts, replaced);
}

/**
 * Compares what QuickBooks computed with what the shop says. A small difference is booked as rounding at once; with a
 * large one a new document is taken back, so that the books never hold a wrong total.
 */
async function settle(
  client: QuickBooksClient,
  resource: Resource,
  books: Books,
  batchId: string,
  attempts: readonly Attempt[],
): Promise<Result<readonly WriteOutcome[]>> {
  const rounding: Attempt[] = [];
  const wrong: Attempt[] = [];
  for (const attempt of attempts) {
    if (attempt.outcome) continue;
    const { answer, item } = attempt;
    if (!answer) return fail(missingAnswer);
    if (isLeaving(attempt)) attempt.outcome = takenBack(answer);
    else if (!answer.ok) attempt.outcome = { kind: 'failed', failure: answer.failure };
    else {
      attempt.outcome = { kind: 'written', target: matchOf(answer.value), assigned: assignedBy(resource, attempt) };
      const difference = differenceOf(item, answer.value);
      if (difference === undefined || difference.eq(0)) continue;
      const small = item.settlement?.adjustment_id && difference.abs().lte(limitFor(item.settlement, books));
      (small ? rounding : wrong).push(attempt);
    }
  }
  const corrected = await bookRounding(client, resource, books, batchId, rounding);
  if (!corrected.ok) return corrected;
  const back = await takeBack(client, resource, books, batchId, [...wrong, ...corrected.value]);
  if (!back.ok) return back;
  return ok(attempts.map(({ outcome }) => outcome ?? { kind: 'failed', failure: missingAnswer }));
}

/** What was chosen differently, and what a create settles for good. */
function assignedBy({ createOnly = [] }: Resource, { item, payload, assigned }: Attempt): JsonObject | undefined {
  const settled = Object.entries(payload).filter(([name]) => item.action === 'create' && createOnly.includes(name));
  return settled.length > 0 ? { ...Object.fromEntries(settled), ...assigned } : assigned;
}

/** What is inactive or voided is still there. Gone already is gone (610): a repeat must not fail. */
function takenBack(answer: BatchAnswer): WriteOutcome {
  if (answer.ok) return { kind: 'deleted', kept: answer.value.status === 'Deleted' ? null : matchOf(answer.value) };
  return answer.failure.platform_code === '610'
    ? { kind: 'deleted', kept: null }
    : { kind: 'failed', failure: answer.failure };
}

function differenceOf({ settlement }: WriteItem, stored: JsonObject) {
  const total = textAt(stored, 'TotalAmt');
  return settlement && total !== undefined ? decimal(settlement.total).minus(decimal(total)) : undefined;
}

/** @returns those that still differ. */
async function bookRounding(
  client: QuickBooksClient,
  resource: Resource,
  { tax }: Books,
  batchId: string,
  attempts: readonly Attempt[],
): Promise<Result<Attempt[]>> {
  if (attempts.length === 0) return ok([]);
  const items = attempts.flatMap(({ item, payload, answer }): BatchItem[] => {
    const difference = answer?.ok ? differenceOf(item, answer.value) : undefined;
    if (!answer?.ok || !difference || !item.settlement?.adjustment_id) return [];
    const balanced = withRounding(payload, difference, item.settlement.adjustment_id, tax);
    const { id, version } = matchOf(answer.value);
    const body = { ...balanced, Id: id, SyncToken: version ?? '0', sparse: true };
    return [{ bId: item.item_id, operation: 'update', entity: resource.type, body }];
  });
  const answers = await client.batch(followUp(batchId, 'r'), items);
  if (!answers.ok) return answers;
  return ok(
    attempts.filter((attempt, index) => {
      const answer = answers.value[index];
      if (!answer?.ok) return true;
      attempt.answer = answer;
      attempt.outcome = { kind: 'written', target: matchOf(answer.value), assigned: attempt.assigned };
      return !differenceOf(attempt.item, answer.value)?.eq(0);
    }),
  );
}

async function takeBack(
  client: QuickBooksClient,
  resource: Resource,
  books: Books,
  batchId: string,
  attempts: readonly Attempt[],
): Promise<Result<null>> {
  const created = attempts.filter(({ item }) => item.action === 'create');
  if (created.length > 0) {
    const answers = await client.batch(
      followUp(batchId, 'v'),
      created.flatMap(({ item, answer }): BatchItem[] => {
        if (!answer?.ok) return [];
        const { id, version } = matchOf(answer.value);
        return [
          {
            bId: item.item_id,
            operation: 'delete',
            entity: resource.type,
            body: { Id: id, SyncToken: version ?? '0' },
          },
        ];
      }),
    );
    if (!answers.ok) return answers;
  }
  for (const attempt of attempts) {
    const { item, answer } = attempt;
    const total = answer?.ok ? textAt(answer.value, 'TotalAmt') : undefined;
    if (item.settlement && total !== undefined) {
      attempt.outcome = {
        kind: 'failed',
        failure: differs(item.settlement, decimal(total), limitFor(item.settlement, books)),
      };
    }
  }
  return ok(null);
}

const missingAnswer = {
  category: 'internal',
  code: 'quickbooks.no_answer',
  reason: 'The batch had no answer for this record.',
  fix: 'Nothing to do: it is looked up and repeated.',
  retryable: true,
  ambiguous: true,
} as const;
