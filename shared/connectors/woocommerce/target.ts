import pLimit from 'p-limit';
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { ConnectionContext } from '../connector.ts';
import type { Candidate, FindOutcome, Inspection, TargetConnector } from '../target.ts';
import { createClient, type WooCommerceClient } from './client.ts';
import { customerFields, type KnownCustomer, knownCustomer } from './customers.ts';
import { parallelReads, readById, resourceOf } from './listings.ts';
import { type RawPage, readAll } from './read-pages.ts';

/**
 * Most customers one call makes: a password is hashed and a mail sent for each, in one PHP request that hosts end after 30 s.
 * The API would take 100.
 */
const batchSize = 25;

/** The shop as a target: customers, who are known by their e-mail address. */
export function openTarget(context: ConnectionContext): TargetConnector {
  const client = createClient(context);
  return {
    entities: [{ name: 'customer', batchSize, callKinds: ['request'], concurrency: 1, safety: 'claim' }],
    prepare: async (_entity, { payload }) => prepared(payload),
    find: (_entity, candidates) => findByEmail(client, candidates),
    effects: () => [],
    async inspect(entity, items) {
      const rows = await readById(
        client,
        entity,
        items.map(({ id }) => id),
      );
      if (!rows.ok) return rows;
      const known = new Map(rows.value.flatMap((row) => entryOf(knownCustomer(row), ({ match }) => match.id)));
      return ok(
        items.map(({ id, fingerprint }): Inspection => {
          const customer = known.get(id);
          if (!customer) return { kind: 'absent' };
          const { match, content, modified_at } = customer;
          const untouched = match.fingerprint === fingerprint;
          return { kind: 'present', match, untouched, content, ...(modified_at === null ? {} : { modified_at }) };
        }),
      );
    },
  };
}

/** Longest address a user may have: the column holds no more. */
const longestEmail = 100;

/**
 * A payload as the shop keeps it: single blanks, no markup, the e-mail address in small letters. Names would lose tags and
 * line breaks anyway; addresses would keep them.
 */
function prepared(payload: JsonObject): Result<JsonObject> {
  const addresses = ['billing', 'shipping'].flatMap((name) => (payload[name] ? [[name, inCodes(payload[name])]] : []));
  const clean = (cleaned({ ...payload, ...Object.fromEntries(addresses) }) ?? {}) as JsonObject;
  const email = String(clean.email ?? '').toLowerCase();
  // `is_email` of WordPress takes ASCII only.
  if (!/^[\w!#$%&'*+/=?^`{|}~.-]+@[a-z\d-]+(\.[a-z\d-]+)+$/.test(email) || email.length > longestEmail) {
    return fail(invalidEmail(email === '' ? 'none' : 'not one that WordPress takes'));
  }
  return ok({ ...clean, email });
}

/** The shop takes any word for a country, but taxes and ships by its code: another word is left out. */
function inCodes(address: Json): Json {
  const { country, ...rest } = address as JsonObject;
  const code = typeof country === 'string' ? country.trim().toUpperCase() : '-';
  return /^([A-Z]{2})?$/.test(code) ? { ...rest, country: code } : rest;
}

function cleaned(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') {
    return value
      .replace(/<\/?[a-zA-Z!][^>]*>/g, ' ')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim();
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  // What is not said is left as it is, so that an address of nothing is none.
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = cleaned(member);
    return kept === null || kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? null : Object.fromEntries(members);
}

function invalidEmail(what: string): Failure {
  return {
    category: 'validation',
    code: 'woocommerce.invalid_email',
    field: 'email',
    reason: `The e-mail address is ${what}; a shop knows its customers by it.`,
    fix: 'Correct the address where the customer was entered.',
    retryable: false,
  };
}

const emailOf = ({ payload }: Pick<Candidate, 'payload'>): string => String(payload.email ?? '').toLowerCase();

const entryOf = (customer: KnownCustomer | undefined, keyOf: (customer: KnownCustomer) => string) =>
  customer ? [[keyOf(customer), customer] as const] : [];

async function findByEmail(
  client: WooCommerceClient,
  candidates: readonly Candidate[],
): Promise<Result<readonly FindOutcome[]>> {
  const found = await customersWith(client, new Set(candidates.map(emailOf)));
  if (!found.ok) return found;
  return ok(
    candidates.map((candidate): FindOutcome => {
      const customer = found.value.get(emailOf(candidate));
      return customer ? { kind: 'match', match: customer.match } : { kind: 'none' };
    }),
  );
}

/**
 * Customers of these addresses, in whatever role. A call can ask for one address only (reference section 3), or list a
 * page of customers: whichever takes fewer calls.
 */
async function customersWith(
  client: WooCommerceClient,
  emails: ReadonlySet<string>,
): Promise<Result<ReadonlyMap<string, KnownCustomer>>> {
  const { path, filters } = resourceOf('customer');
  const query = { ...filters, _fields: customerFields };
  const found = new Map<string, KnownCustomer>();
  const take = (rows: readonly unknown[]): void => {
    for (const row of rows) {
      const customer = knownCustomer(row);
      if (customer && emails.has(customer.email) && !found.has(customer.email)) found.set(customer.email, customer);
    }
  };
  const isOpen = (email: string): boolean => email !== '' && !found.has(email);
  if (emails.size > parallelReads) {
    let cursor: Json | null = null;
    for (let read = 0; ; ) {
      const page: Result<RawPage> = await readAll(client, path, query, cursor);
      if (!page.ok) return page;
      const { rows, total } = page.value;
      take(rows);
      read += rows.length;
      const open = [...emails].filter(isOpen).length;
      cursor = page.value.next;
      if (cursor === null || open === 0) return ok(found);
      if (rows.length > 0 && Math.ceil((total - read) / rows.length) > open) break;
    }
  }
  const limit = pLimit(parallelReads);
  const replies = await Promise.all(
    [...emails].filter(isOpen).map((email) => limit(() => client.list(path, { ...query, email }))),
  );
  for (const reply of replies) {
    if (!reply.ok) return reply;
    take(reply.value.rows);
  }
  return ok(found);
}
