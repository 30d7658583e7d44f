import * as z from 'zod';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { TargetWriter, WriteItem, WriteOutcome } from '../target.ts';
import { createClient, type WooCommerceClient } from './client.ts';
import { type KnownCustomer, knownCustomer } from './customers.ts';
import { cannotArchive, itemFailure, protectedAccount, unanswered, vanished } from './item-failures.ts';
import { readById, resourceOf } from './listings.ts';

/** An item on its way, and what became of it. */
interface Attempt {
  readonly item: WriteItem;
  readonly part: 'create' | 'update' | 'delete';
  /** As the batch takes it: a customer, or of deletes the id. */
  readonly body: JsonObject | number;
}

/**
 * Writes customers in batches. The shop knows no idempotency, but no address twice: a repeated create is refused, and the
 * engine looks up whom it made before it sends again.
 */
export function openWriter(context: ConnectionContext): TargetWriter {
  const client = createClient(context);
  return {
    async write(entity, _batchId, items) {
      const ids = items.flatMap(({ target }) => target?.id ?? []);
      const rows = await readById(client, entity, ids);
      if (!rows.ok) return rows;
      const known = new Map(
        rows.value.flatMap((row) => {
          const customer = knownCustomer(row);
          return customer ? [[customer.match.id, customer] as const] : [];
        }),
      );
      const planned = items.map((item) => plan(entity, item, known.get(item.target?.id ?? '')));
      const attempts = planned.filter((each) => 'part' in each);
      const sent = await send(client, entity, attempts);
      if (!sent.ok) return sent;
      const missing: WriteOutcome = { kind: 'failed', failure: unanswered };
      return ok(planned.map((each) => ('part' in each ? (sent.value.get(each) ?? missing) : each)));
    },
  };
}

/**
 * Whose account a key may take away or give another address. The shop itself checks that one by one and not in batches, so
 * that whoever may enter a customer at a till could otherwise become the shop's administrator.
 */
const ownRoles: readonly string[] = ['customer', 'subscriber'];

function plan(entity: string, item: WriteItem, customer: KnownCustomer | undefined): Attempt | WriteOutcome {
  const { action, payload, target } = item;
  if (action === 'archive') return { kind: 'failed', failure: cannotArchive };
  if (action === 'create' || !target) return { item, part: 'create', body: newCustomer(payload) };
  if (!customer) return gone(entity, action, target.id);
  const isOwn = ownRoles.includes(customer.role);
  if (action === 'delete') {
    return isOwn
      ? { item, part: 'delete', body: Number(target.id) }
      : { kind: 'failed', failure: protectedAccount(customer.role) };
  }
  const whole = action === 'restore' ? { ...blank(item.cleared ?? {}), ...payload } : payload;
  const { email, ...rest } = whole;
  // Its own address in other letters is refused as somebody's.
  const isSame = email === undefined || String(email).toLowerCase() === customer.email;
  if (!isSame && !isOwn) return { kind: 'failed', failure: protectedAccount(customer.role) };
  return { item, part: 'update', body: { id: Number(target.id), ...bodyOf(isSame ? rest : whole) } };
}

function gone(entity: string, action: WriteItem['action'], id: string): WriteOutcome {
  if (action === 'delete') return { kind: 'deleted', kept: null };
  return { kind: 'failed', failure: vanished, lost: [{ entity, id }] };
}

/** Company and phone are of the billing address. */
function bodyOf({ company, phone, billing, ...rest }: JsonObject): JsonObject {
  const ofBilling = {
    ...(billing as JsonObject | undefined),
    ...(company === undefined ? {} : { company }),
    ...(phone === undefined ? {} : { phone }),
  };
  return { ...rest, ...(Object.keys(ofBilling).length > 0 ? { billing: ofBilling } : {}) };
}

/** What the checkout would fill in. Later it is the customer's own: a name at the till is no name on an invoice. */
function newCustomer(payload: JsonObject): JsonObject {
  const { first_name, last_name, email } = payload;
  const { billing, ...rest } = bodyOf(payload);
  const person = Object.entries({ first_name, last_name, email }).filter(([, value]) => value !== undefined);
  return { ...rest, billing: { ...Object.fromEntries(person), ...(billing as JsonObject | undefined) } };
}

/** Members a restore empties. */
function blank(cleared: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(cleared)
      .filter(([name]) => name !== 'email')
      .map(([name, value]) => [
        name,
        value !== null && typeof value === 'object' && !Array.isArray(value) ? blank(value as JsonObject) : '',
      ]),
  );
}

const partSchema = z.array(z.unknown()).default([]);
const answerSchema = z.object({ create: partSchema, update: partSchema, delete: partSchema });

/** Refusals of a whole call that what it carries may be the cause of. */
const ofContent: ReadonlySet<string> = new Set(['woocommerce.refused', 'woocommerce.blocked']);

/**
 * One call for all of them. What the shop, or something in front of it, refuses as a whole is halved until what it does not
 * take stands alone: a firewall that stumbles over one name must not hold up everybody else.
 */
async function send(
  client: WooCommerceClient,
  entity: string,
  attempts: readonly Attempt[],
): Promise<Result<Map<Attempt, WriteOutcome>>> {
  const outcomes = new Map<Attempt, WriteOutcome>();
  if (attempts.length === 0) return ok(outcomes);
  const { path } = resourceOf(entity);
  const of = (part: Attempt['part']) => attempts.filter((each) => each.part === part);
  const parts = { create: of('create'), update: of('update'), delete: of('delete') };
  const bodies = (list: readonly Attempt[]) => list.map(({ body }) => body);
  const reply = await client.batch(path, {
    create: bodies(parts.create),
    update: bodies(parts.update),
    delete: bodies(parts.delete),
  });
  if (!reply.ok) {
    if (!ofContent.has(reply.failure.code)) return reply;
    const [only] = attempts;
    if (attempts.length === 1 && only) {
      return ok(outcomes.set(only, { kind: 'failed', failure: { ...reply.failure, category: 'validation' } }));
    }
    const middle = Math.ceil(attempts.length / 2);
    for (const half of [attempts.slice(0, middle), attempts.slice(middle)]) {
      const done = await send(client, entity, half);
      if (!done.ok) return done;
      for (const [attempt, outcome] of done.value) outcomes.set(attempt, outcome);
    }
    return ok(outcomes);
  }
  const answer = answerSchema.safeParse(reply.value);
  for (const part of ['create', 'update', 'delete'] as const) {
    const rows = answer.success ? answer.data[part] : [];
    // Nothing is known of any when the answer has not one for each.
    if (rows.length !== parts[part].length) return fail(unanswered);
    parts[part].forEach((attempt, index) => {
      outcomes.set(attempt, outcomeOf(entity, attempt, rows[index]));
    });
  }
  return ok(outcomes);
}

function outcomeOf(entity: string, { item, part }: Attempt, row: unknown): WriteOutcome {
  const failure: Failure | undefined = itemFailure(row, part);
  if (failure) {
    const { category } = failure;
    return category === 'not_found' ? gone(entity, item.action, item.target?.id ?? '') : { kind: 'failed', failure };
  }
  if (part === 'delete') return { kind: 'deleted', kept: null };
  const customer = knownCustomer(row);
  return customer ? { kind: 'written', target: customer.match } : { kind: 'failed', failure: unanswered };
}
