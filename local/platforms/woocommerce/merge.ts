import type { AddressInput, MetaInput } from './input.ts';
import type { Address, Order } from './model.ts';
import { newMeta } from './order-factory.ts';
import type { Store } from './store.ts';

/** A new address with the given members replaced. */
export function mergeAddress(address: Address, patch: AddressInput | undefined): Address {
  if (!patch) return address;
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...address, ...Object.fromEntries(given) };
}

/** Same key posted again keeps the last value; null removes the entry. */
export function mergeMeta<M extends { readonly meta: readonly { id: number; key: string }[] }>(
  store: Store,
  current: M['meta'],
  patch: MetaInput | undefined,
) {
  let entries = current.map((entry) => entry as Order['meta'][number]);
  for (const { id, key, value } of patch ?? []) {
    const index = entries.findIndex((entry) => (id === undefined ? entry.key === key : entry.id === id));
    const known = entries[index];
    if (known && value === null) entries = entries.filter((entry) => entry !== known);
    else if (known)
      entries = entries.with(index, { ...newMeta(store.shop, { key: key ?? known.key, value }), id: known.id });
    else if (key !== undefined && value !== null) entries = [...entries, newMeta(store.shop, { key, value })];
  }
  return entries;
}
