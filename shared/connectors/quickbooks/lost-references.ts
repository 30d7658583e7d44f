import { chunks } from '../../core/chunks.ts';
import { type Failure, ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { LostDocument, WriteOutcome } from '../target.ts';
import { type Attempt, followUp, isLeaving, resend } from './attempt.ts';
import type { BatchItem, QuickBooksClient } from './client.ts';
import { matchOf } from './find.ts';
import { isInactive, type ListName, listNouns, nameIn, rowsById } from './lists.ts';
import { type Resource, resources } from './resources.ts';
import { chosenReferences } from './verify-settings.ts';

/** What QuickBooks says of a reference it does not take, without saying of which (reference section 12). */
const codes = new Set(['610', '2500', '6250']);

/** Lists by the members that refer to them. */
const members: Readonly<Record<string, ListName>> = {
  AssetAccountRef: 'Account',
  ClassRef: 'Class',
  CustomerRef: 'Customer',
  DepartmentRef: 'Department',
  DepositToAccountRef: 'Account',
  ExpenseAccountRef: 'Account',
  IncomeAccountRef: 'Account',
  ItemRef: 'Item',
  PaymentMethodRef: 'PaymentMethod',
  SalesTermRef: 'Term',
  TaxCodeRef: 'TaxCode',
  TxnTaxCodeRef: 'TaxCode',
  VendorRef: 'Vendor',
};
/** Made by us out of records of the source, so that they may be made active again, or anew. */
const ours: Readonly<Partial<Record<ListName, string>>> = { Customer: 'customer', Item: 'item', Vendor: 'vendor' };
/** Codes of lines that are no rows of the list (reference section 3.3). */
const pseudoCodes = new Set(['TAX', 'NON']);

interface NamedReference {
  /** `Line[0].SalesItemLineDetail.ItemRef`. */
  readonly path: string;
  readonly list: ListName;
  readonly id: string;
}

/** References in a payload, by where they stand. */
function referencesIn(value: unknown, path = ''): NamedReference[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((element, index) => referencesIn(element, `${path}[${index}]`));
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path ? `${path}.${name}` : name;
    const list = members[name];
    if (list === undefined) return referencesIn(member, at);
    const { value: id } = (member ?? {}) as { value?: unknown };
    return typeof id === 'string' && !pseudoCodes.has(id) ? [{ path: at, list, id }] : [];
  });
}

interface Missed extends NamedReference {
  /** Absent where the company does not have it at all. */
  readonly row?: JsonObject | undefined;
}

/**
 * Finds out what a refusal was about, says it in words, and makes customers and items active again where the owner wants
 * that. Costs nothing while nothing is refused.
 */
export const restoreReferences =
  ({ settings }: Pick<ConnectionContext, 'settings'>) =>
  async (
    client: QuickBooksClient,
    resource: Resource,
    batchId: string,
    attempts: Attempt[],
  ): Promise<Result<Attempt[]>> => {
    // What is taken back needs no reference: there 610 says that the document is gone.
    const refused = attempts.filter(
      (attempt) => attempt.outcome === undefined && isRefusal(attempt.answer) && !isLeaving(attempt),
    );
    if (refused.length === 0) return ok(attempts);
    const missed = await missedBy(client, resource, refused);
    if (!missed.ok) return missed;
    const reactivates = settings.inactive_references === 'reactivate';
    const inactive = [...missed.value.values()].flat().filter(({ list, row }) => row !== undefined && list in ours);
    const active = reactivates ? await reactivate(client, followUp(batchId, 'a'), inactive) : ok(new Set<string>());
    if (!active.ok) return active;
    const again = new Map<Attempt, Attempt>();
    for (const attempt of refused) {
      const all = missed.value.get(attempt) ?? [];
      const left = all.filter((one) => !active.value.has(keyOf(one)));
      if (left.length === 0 && all.length > 0) again.set(attempt, { ...attempt });
      else if (left.length > 0) attempt.outcome = outcomeOf(attempt, left, settings);
    }
    // Under its first request id: were the whole write repeated now, nothing would be refused and the first batch would run.
    return resend(client, resource, batchId, attempts, again);
  };

function isRefusal(answer: Attempt['answer']): boolean {
  return answer !== undefined && !answer.ok && codes.has(answer.failure.platform_code ?? '');
}

const keyOf = ({ list, id }: Pick<NamedReference, 'list' | 'id'>): string => `${list} ${id}`;

/** References of these attempts that are inactive or gone; a row of a list that is gone itself counts too. */
async function missedBy(
  client: QuickBooksClient,
  { type, naming }: Resource,
  attempts: readonly Attempt[],
): Promise<Result<ReadonlyMap<Attempt, readonly Missed[]>>> {
  const own = ({ item }: Attempt): NamedReference[] =>
    naming && item.target ? [{ path: 'Id', list: type as ListName, id: item.target.id }] : [];
  const byAttempt = new Map(
    attempts.map((attempt) => [attempt, { own: own(attempt), references: referencesIn(attempt.payload) }] as const),
  );
  const all = [...byAttempt.values()].flatMap((found) => [...found.own, ...found.references]);
  const rows = new Map<string, JsonObject>();
  for (const [list, references] of Map.groupBy(all, (reference) => reference.list)) {
    const found = await rowsById(
      client,
      list,
      references.map(({ id }) => id),
    );
    if (!found.ok) return found;
    for (const [id, row] of found.value) rows.set(keyOf({ list, id }), row);
  }
  return ok(
    new Map(
      [...byAttempt].map(([attempt, found]) => [
        attempt,
        [
          // An inactive row of its own may be changed all the same.
          ...found.own.filter((reference) => !rows.has(keyOf(reference))),
          ...found.references.flatMap((reference): Missed[] => {
            const row = rows.get(keyOf(reference));
            return row === undefined || isInactive(row) ? [{ ...reference, row }] : [];
          }),
        ],
      ]),
    ),
  );
}

/** Makes rows active again under their clean names. Answers which are. */
async function reactivate(
  client: QuickBooksClient,
  requestId: string,
  missed: readonly Missed[],
): Promise<Result<ReadonlySet<string>>> {
  const wanted = [...new Map(missed.map((one) => [keyOf(one), one])).values()];
  if (wanted.length === 0) return ok(new Set());
  const active = new Set<string>();
  for (const [index, group] of chunks(wanted, perBatch).entries()) {
    const answers = await client.batch(`${requestId}${index || ''}`, group.map(activation));
    if (!answers.ok) return answers;
    group.forEach((one, position) => {
      if (answers.value[position]?.ok) active.add(keyOf(one));
    });
  }
  return ok(active);
}

/** QuickBooks takes 30 items in a batch. */
const perBatch = 30;

function activation({ list, row = {} }: Missed, index: number): BatchItem {
  const name = resources[ours[list] ?? '']?.naming?.name ?? 'DisplayName';
  const { id, version } = matchOf(row);
  const clean = String(row[name] ?? '').replace(/ \(deleted\)$/, '');
  const body = { Id: id, SyncToken: version ?? '0', sparse: true, Active: true, [name]: clean };
  return { bId: `a${index + 1}`, operation: 'update', entity: list, body };
}

function outcomeOf(attempt: Attempt, missed: readonly Missed[], settings: JsonObject): WriteOutcome {
  const { answer } = attempt;
  const lost = missed.flatMap(({ list, id, row }): LostDocument[] => {
    const entity = ours[list];
    return row === undefined && entity !== undefined ? [{ entity, id }] : [];
  });
  const refused = answer && !answer.ok ? answer.failure : undefined;
  return {
    kind: 'failed',
    failure: { ...refused, ...failureOf(missed, lost.length === missed.length, settings) },
    ...(lost.length > 0 ? { lost } : {}),
  };
}

function failureOf(missed: readonly Missed[], isHealed: boolean, settings: JsonObject): Failure {
  const gone = missed.every(({ row }) => row === undefined);
  const what = [...new Map(missed.map((one) => [keyOf(one), one])).values()];
  const chosen = chosenReferences(settings).filter(({ id, reference }) =>
    what.some((one) => one.id === id && one.list === reference.list),
  );
  const named = chosen.map(({ path }) => path).join(', ');
  const elsewhere = chosen.length > 0 ? `choose another in the setting ${named}` : 'choose another';
  return {
    category: 'not_found',
    code: gone ? 'quickbooks.bad_reference' : 'quickbooks.inactive_reference',
    field: missed[0]?.path,
    reason: `QuickBooks: ${what.map(inWords).join('; ')}.`,
    fix: isHealed
      ? 'Nothing to do: it is looked up by its name and linked anew, or made anew, with the next try.'
      : gone
        ? `It was deleted or merged: ${elsewhere}, then retry.`
        : `Reactivate it in QuickBooks, or ${elsewhere}, then retry.`,
    retryable: isHealed,
  };
}

function inWords({ list, id, row }: Missed): string {
  const noun = listNouns[list];
  return row === undefined ? `${noun} ${id} was deleted or merged` : `${noun} ${id} “${nameIn(row)}” is inactive`;
}
