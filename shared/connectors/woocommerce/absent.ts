import pLimit from 'p-limit';
import { ok, type Result } from '../../core/failure.ts';
import type { WooCommerceClient } from './client.ts';
import { isTrashed, type Row } from './convert-rows.ts';
import { parallelReads, resourceOf } from './listings.ts';
import { readListed } from './read-pages.ts';
import { byOrder, idsOn } from './read-refunds.ts';

/**
 * Which of these the shop has no more, trashed ones included. What the listing shows is there; each of the others is asked
 * for by itself, because only the shop's own word that there is no such record counts: a listing leaves out what the key
 * may not read, and a shop without WooCommerce has no records at all.
 */
export async function absentAmong(
  client: WooCommerceClient,
  entity: string,
  ids: readonly string[],
): Promise<Result<readonly string[]>> {
  if (entity === 'refund') return absentRefunds(client, ids);
  // A day is always there.
  if (entity === 'sales_day') return ok([]);
  const states = await statesOf(client, entity, ids, 'id,status');
  return states.ok ? ok(states.value.absent) : states;
}

interface States {
  readonly absent: readonly string[];
  readonly present: readonly Row[];
}

/** An order that is gone has taken its refunds along; one that is there lists those it has. */
async function absentRefunds(client: WooCommerceClient, ids: readonly string[]): Promise<Result<readonly string[]>> {
  const wanted = byOrder(ids);
  const states = await statesOf(client, 'order', [...wanted.keys()], 'id,status,refunds');
  if (!states.ok) return states;
  const gone = states.value.absent.flatMap((order) => [...(wanted.get(order) ?? [])]);
  const deleted = states.value.present.flatMap((order) => {
    const left = new Set(idsOn(order));
    return [...(wanted.get(String(order.id)) ?? [])].filter((id) => !left.has(id));
  });
  return ok([...gone, ...deleted]);
}

async function statesOf(
  client: WooCommerceClient,
  entity: string,
  ids: readonly string[],
  fields: string,
): Promise<Result<States>> {
  const { path, filters } = resourceOf(entity);
  const numeric = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  const present: Row[] = [];
  for (const listing of entity === 'product' ? [path, 'wc/v3/variations'] : [path]) {
    const known = new Set(present.map(({ id }) => String(id)));
    const listed = await readListed(
      client,
      listing,
      { ...filters, _fields: fields },
      numeric.filter((id) => !known.has(id)),
    );
    // Before WooCommerce 10 variations are in no list of their own.
    if (!listed.ok && (listing === path || listed.failure.code !== 'woocommerce.no_api')) return listed;
    if (listed.ok) present.push(...listed.value);
  }
  const known = new Set(present.map(({ id }) => String(id)));
  const absent: string[] = [];
  const limit = pLimit(parallelReads);
  const rest = numeric.filter((id) => !known.has(id));
  const replies = await Promise.all(rest.map((id) => limit(() => client.get(`${path}/${id}`, { _fields: fields }))));
  for (const [index, reply] of replies.entries()) {
    const id = rest[index] ?? '';
    if (reply.ok) {
      if (isTrashed(reply.value as Row)) absent.push(id);
      else present.push(reply.value as Row);
    } else if (reply.failure.platform_code?.endsWith('_invalid_id')) absent.push(id);
    // One record that the key may not read says nothing of the others.
    else if (reply.failure.category !== 'authentication') return reply;
  }
  return ok({ absent, present });
}
